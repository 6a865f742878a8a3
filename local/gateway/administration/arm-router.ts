import type { Json } from '../configuration/artefact-folder.ts';
import { isSameName } from '../configuration/name-map.ts';
import { apiVersionOf } from './api-version.ts';
import type { Administration, ResourceCall, ServiceCall } from './arm-call.ts';
import { listResources } from './arm-list.ts';
import type { ArmAnswer, ArmRequest } from './arm-request.ts';
import { changeResource, readResource, runAction } from './arm-resource.ts';
import { notAllowed, notFound } from './errors.ts';
import type { ResourceKind } from './resource-kind.ts';
import { serviceKinds } from './service-kinds.ts';

const servicePath =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ApiManagement\/service\/([^/]+)(?:\/(.*))?$/i;

/** Answers the part of the resource manager's API that the tools need. Throws AdministrationError. */
export function answerArm(request: ArmRequest, administration: Administration): ArmAnswer {
  const path = request.url.pathname.replace(/\/+$/, '');
  const match = servicePath.exec(path);
  if (!match) throw notFound(path);
  const apiVersion = apiVersionOf(request.url.searchParams);
  const [, serviceName = '', rest = ''] = match;
  const service = rest === '' ? path : path.slice(0, path.length - rest.length - 1);
  const parts = rest.split('/').filter(Boolean).map(decodeURIComponent);
  const [first = '', second = '', id] = parts.map((part, i) => (i < 2 ? part.toLowerCase() : part));
  if (first === '') return onlyRead(request, serviceView(service, serviceName));
  if (first === 'tenant' && second === 'operationresults' && id !== undefined)
    return onlyRead(request, found(administration.operations.result(path, id), `The operation "${id}"`));
  return answerPlace({ request, administration, service, apiVersion }, parts);
}

/** Walks down to what the path names: a list, a resource, or an action on one. */
function answerPlace(place: ServiceCall, parts: readonly string[]): ArmAnswer {
  const { administration, service, request } = place;
  const { configuration } = administration.state.program;
  let kinds: NonNullable<ResourceKind['children']> = serviceKinds;
  let collection = service;
  let owner = '';
  for (let at = 0; ; at += 2) {
    const segment = parts[at] ?? '';
    const make = Object.hasOwn(kinds, segment.toLowerCase()) ? kinds[segment.toLowerCase()] : undefined;
    const kind = found(make, `The resource type "${parts.slice(0, at + 1).join('/')}"`)(owner);
    collection += `/${segment}`;
    const call = { ...place, kind, collection };
    const given = parts[at + 1];
    if (given === undefined) return listResources(call);
    const name = [...kind.names(configuration)].find((one) => isSameName(one, given)) ?? given;
    const resource: ResourceCall = { ...call, name };
    const next = parts[at + 2];
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (next === undefined) return reads ? readResource(resource) : changeResource(resource);
    if (!Object.hasOwn(kind.children ?? {}, next.toLowerCase())) {
      if (parts.length > at + 3) throw notFound(request.url.pathname);
      return runAction(resource, next);
    }
    found(kind.view(configuration, name, { service, format: 'xml' }), `${kind.type} "${name}"`);
    kinds = kind.children ?? {};
    collection += `/${encodeURIComponent(name)}`;
    owner = name;
  }
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw notFound(what);
  return value;
}

function onlyRead({ method }: ArmRequest, body: Json): ArmAnswer {
  if (method === 'GET') return { status: 200, body };
  if (method === 'HEAD') return { status: 200 };
  throw notAllowed('This is only read here: change the artefacts and start anew.');
}

function serviceView(service: string, name: string): Json {
  return {
    id: service,
    name,
    type: 'Microsoft.ApiManagement/service',
    location: 'local',
    sku: { name: 'Developer', capacity: 1 },
    properties: { provisioningState: 'Succeeded', publisherName: 'local', publisherEmail: 'local@localhost' },
  };
}
