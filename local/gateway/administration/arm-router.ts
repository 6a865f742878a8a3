import { createHash } from 'node:crypto';
import type { Json } from '../configuration/artefact-folder.ts';
import { ConfigurationError } from '../errors.ts';
import { AdministrationError, notFound } from './errors.ts';
import type { GatewayState } from './gateway-state.ts';
import { apiView, fragmentView, operationView, productView } from './resource-views.ts';
import { backendKind, existing, namedValueKind, newKey, subscriptionKind, type ResourceKind } from './resources.ts';

export interface ArmRequest {
  method: string;
  path: string;
  ifMatch: string | undefined;
  body: unknown;
}

export interface ArmAnswer {
  status: number;
  etag?: string;
  body?: unknown;
}

const servicePath =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ApiManagement\/service\/([^/]+)(?:\/(.*))?$/i;
const kinds: ReadonlyMap<string, ResourceKind> = new Map(
  [namedValueKind, backendKind, subscriptionKind].map((kind) => [kind.type.toLowerCase(), kind]),
);

/** Answers the part of the resource manager's API that the tools need. Throws AdministrationError. */
export function answerArm(request: ArmRequest, state: GatewayState, now: () => number): ArmAnswer {
  const match = servicePath.exec(request.path);
  if (!match) throw notFound(request.path);
  const [, serviceName = '', rest = ''] = match;
  const service = rest === '' ? request.path : request.path.slice(0, request.path.length - rest.length - 1);
  const [type = '', name, ...more] = rest.split('/').map(decodeURIComponent);
  if (type === '') return read(request, serviceView(service, serviceName));
  const kind = kinds.get(type.toLowerCase());
  if (kind) return answerKind({ request, state, kind, service, now }, name, more);
  return read(
    request,
    readOnly(
      state,
      service,
      [type, name ?? '', ...more].filter((part) => part !== ''),
    ),
  );
}

interface Call {
  request: ArmRequest;
  state: GatewayState;
  kind: ResourceKind;
  service: string;
  now: () => number;
}

function answerKind(call: Call, name: string | undefined, more: readonly string[]): ArmAnswer {
  const { request, state, kind, service } = call;
  const { configuration } = state.program;
  if (name === undefined) {
    const value = [...kind.names(configuration)].map((one) => resource(call, one));
    return read(request, { value, count: value.length });
  }
  if (more.length > 0) return act(call, name, more[0] ?? '');
  switch (request.method) {
    case 'GET':
    case 'HEAD': {
      if (!kind.view(configuration, name, service)) throw notFound(`${kind.type} "${name}"`);
      return { status: 200, etag: etagOf(call, name), ...(request.method === 'GET' && { body: resource(call, name) }) };
    }
    case 'PUT':
      return put(call, name);
    case 'PATCH': {
      const before = existing(kind, configuration, name);
      checkEtag(call, name, true);
      return store(call, name, { ...before, ...propertiesOf(request.body) }, 200);
    }
    case 'DELETE': {
      if (!kind.properties(configuration, name)) return { status: 204 };
      checkEtag(call, name, true);
      apply(call, name, null);
      return { status: 200 };
    }
    default:
      throw new AdministrationError(405, 'MethodNotAllowed', `${request.method} is not allowed here.`);
  }
}

function put(call: Call, name: string): ArmAnswer {
  const { request, state, kind, now } = call;
  const before = kind.properties(state.program.configuration, name);
  checkEtag(call, name, false);
  const given = propertiesOf(request.body);
  // Keys that a subscription has already are kept when the new properties do not name any.
  const kept = before && kind === subscriptionKind ? before : kind.defaults(now());
  return store(call, name, { ...kept, ...given }, before ? 200 : 201);
}

function store(call: Call, name: string, properties: Json, status: number): ArmAnswer {
  call.kind.check(properties);
  const { provisioningState: _state, ...kept } = properties;
  apply(call, name, kept);
  return { status, etag: etagOf(call, name), body: resource(call, name) };
}

function apply(call: Call, name: string, properties: Json | null): void {
  try {
    call.state.change(call.kind.kind, name, properties);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const details = error.problems.map(({ message }) => message);
    throw new AdministrationError(400, 'ValidationError', 'The policies do not compile with this change.', details);
  }
}

/** `listValue`, `listSecrets`, `regeneratePrimaryKey` and their kin. */
function act(call: Call, name: string, action: string): ArmAnswer {
  const { request, state, kind } = call;
  if (request.method !== 'POST') throw new AdministrationError(405, 'MethodNotAllowed', `${action} is done with POST.`);
  const properties = existing(kind, state.program.configuration, name);
  const etag = etagOf(call, name);
  if (kind === namedValueKind && action === 'listValue')
    return { status: 200, etag, body: { value: properties['value'] } };
  if (kind === namedValueKind && action === 'refreshSecret') return { status: 200, etag, body: resource(call, name) };
  if (kind === subscriptionKind && action === 'listSecrets') {
    const { primaryKey, secondaryKey } = properties;
    return { status: 200, etag, body: { primaryKey, secondaryKey } };
  }
  const changed = regenerated.get(action);
  if (kind !== subscriptionKind || changed === undefined) throw notFound(`the action "${action}"`);
  apply(call, name, { ...properties, [changed]: newKey() });
  return { status: 204 };
}

const regenerated = new Map([
  ['regeneratePrimaryKey', 'primaryKey'],
  ['regenerateSecondaryKey', 'secondaryKey'],
]);

function propertiesOf(body: unknown): Json {
  const { properties } = (body ?? {}) as { properties?: unknown };
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties))
    throw new AdministrationError(400, 'ValidationError', 'The body needs "properties".');
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

function resource(call: Call, name: string): Json {
  const { kind, service, state } = call;
  const properties = kind.view(state.program.configuration, name, service);
  return resourceOf(service, kind.type, name, properties ?? {});
}

function resourceOf(service: string, type: string, name: string, properties: Json): Json {
  return { id: `${service}/${type}/${name}`, type: `Microsoft.ApiManagement/service/${type}`, name, properties };
}

function etagOf({ kind, state }: Call, name: string): string {
  const properties = kind.properties(state.program.configuration, name);
  return `"${createHash('sha256').update(JSON.stringify(properties)).digest('hex').slice(0, 24)}"`;
}

function checkEtag(call: Call, name: string, required: boolean): void {
  const { ifMatch } = call.request;
  if (ifMatch === undefined) {
    if (!required) return;
    throw new AdministrationError(400, 'ValidationError', 'The header If-Match is required.');
  }
  if (ifMatch === '*' || ifMatch === etagOf(call, name)) return;
  throw new AdministrationError(412, 'PreconditionFailed', 'The resource has changed since it was read.');
}

function read(request: ArmRequest, body: Json | undefined): ArmAnswer {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new AdministrationError(
      405,
      'MethodNotAllowed',
      'This is only read here: change the artefacts and start anew.',
    );
  if (!body) throw notFound(request.path);
  const etag = `"${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 24)}"`;
  return { status: 200, etag, ...(request.method === 'GET' && { body }) };
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

const policyOf = (service: string, type: string, text: string | undefined) =>
  text === undefined ? undefined : resourceOf(service, type, 'policy', { format: 'xml', value: text });

function listOf(value: readonly Json[]): Json {
  return { value, count: value.length };
}

/** What comes from the folder alone. */
function readOnly(state: GatewayState, service: string, parts: readonly string[]): Json | undefined {
  const { apis, products, fragments, policy } = state.program.configuration;
  const [type = '', id = '', inner = '', innerId = '', last = ''] = parts;
  const at = (path: string) => `${service}/${path}`;
  switch (type.toLowerCase()) {
    case 'policies':
      return policyOf(service, 'policies', policy?.text);
    case 'policyfragments': {
      const found = fragments.find((one) => one.id === id);
      if (id === '')
        return listOf(fragments.map((one) => resourceOf(service, 'policyFragments', one.id, fragmentView(one))));
      return found && resourceOf(service, 'policyFragments', id, fragmentView(found));
    }
    case 'products': {
      if (id === '') return listOf(products.map((one) => resourceOf(service, 'products', one.id, productView(one))));
      const found = products.find((one) => one.id === id);
      if (!found) return undefined;
      if (inner === 'policies') return policyOf(at(`products/${id}`), 'policies', found.policy?.text);
      if (inner !== 'apis') return resourceOf(service, 'products', id, productView(found));
      return listOf(
        apis
          .filter((one) => found.apis.includes(one.id))
          .map((one) => resourceOf(service, 'apis', one.id, apiView(one))),
      );
    }
    case 'apis': {
      if (id === '') return listOf(apis.map((one) => resourceOf(service, 'apis', one.id, apiView(one))));
      const found = apis.find((one) => one.id === id);
      if (!found) return undefined;
      if (inner === 'policies') return policyOf(at(`apis/${id}`), 'policies', found.policy?.text);
      if (inner !== 'operations') return resourceOf(service, 'apis', id, apiView(found));
      const owner = at(`apis/${id}`);
      if (innerId === '')
        return listOf(found.operations.map((one) => resourceOf(owner, 'operations', one.id, operationView(one))));
      const operation = found.operations.find((one) => one.id === innerId);
      if (operation && last === 'policies')
        return policyOf(`${owner}/operations/${innerId}`, 'policies', operation.policy?.text);
      return operation && resourceOf(owner, 'operations', innerId, operationView(operation));
    }
    default:
      return undefined;
  }
}
