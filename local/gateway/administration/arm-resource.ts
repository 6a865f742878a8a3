import type { Json } from '../configuration/artefact-folder.ts';
import { ConfigurationError } from '../errors.ts';
import { changeable, etagOf, shown, type ResourceCall } from './arm-call.ts';
import { barePolicyType, policyFormatOf, takesPolicies, type ArmAnswer } from './arm-request.ts';
import { checkConditions, isUnchanged } from './conditions.ts';
import { AdministrationError, invalid, notAllowed, notFound, type Problem } from './errors.ts';
import { isObject } from './property-checks.ts';
import type { ChangeRules } from './resource-kind.ts';

/** GET and HEAD of one resource. Throws AdministrationError. */
export function readResource(call: ResourceCall): ArmAnswer {
  const { request } = call;
  const resource = shown(call);
  const etag = etagOf(call) ?? '';
  const headers = { etag };
  if (isUnchanged(request, etag)) return { status: 304, headers };
  if (request.method === 'HEAD') return { status: 200, headers };
  const bare = isPolicy(call) ? barePolicyType(request, policyFormatOf(request)) : undefined;
  const { value } = resource['properties'] as Json;
  if (bare !== undefined) return { status: 200, headers, text: { type: bare, value: String(value) } };
  // Who polls an operation by its Location gets the status that the operation came to.
  const status = request.url.searchParams.get('asyncCode') === '201' ? 201 : 200;
  return { status, headers, body: isPolicy(call) && takesPolicies(request.accept) ? flattened(resource) : resource };
}

const isPolicy = ({ kind }: ResourceCall): boolean => kind.change?.kind === 'policies';

/**
 * `apiPolicy.get` of @azure/arm-apimanagement takes JSON and reads it as if it were XML, so that it finds no properties
 * inside properties. It does find these names, and nobody else looks for them.
 */
function flattened(resource: Json): Json {
  const { format, value } = resource['properties'] as Json;
  return { ...resource, 'properties.format': format, 'properties.value': value };
}

/** PUT, PATCH and DELETE of one resource. Throws AdministrationError, and then nothing has changed. */
export function changeResource(call: ResourceCall): ArmAnswer {
  const rules = rulesOf(call);
  switch (call.request.method) {
    case 'PUT':
      return put(call, rules);
    case 'PATCH':
      return patch(call, rules);
    case 'DELETE':
      return remove(call, rules);
    default:
      throw notAllowed(`${call.request.method} is not allowed here.`);
  }
}

/** POST of an action, such as `listSecrets`. Throws AdministrationError. */
export function runAction(call: ResourceCall, action: string): ArmAnswer {
  const { kind, name, service, request, administration } = call;
  const known = kind.change?.actions ?? {};
  const wanted = Object.keys(known).find((one) => one.toLowerCase() === action.toLowerCase());
  if (!kind.change || wanted === undefined) throw notFound(`${kind.type}/${action}`);
  if (request.method !== 'POST') throw notAllowed(`${action} is done with POST.`);
  const resource = shown(call);
  const properties = changeable(call) ?? {};
  const { state, runtime } = administration;
  const { configuration } = state.program;
  const result = known[wanted]?.({ name, configuration, properties, resource, service, runtime });
  if (!result) throw notFound(`${kind.type}/${action}`);
  if ('status' in result) return { ...result, headers: { etag: etagOf(call) ?? '' } };
  apply(call, kind.change, result.keep);
  return kind.change.inBackground ? accepted(call) : { status: 204 };
}

function put(call: ResourceCall, rules: ChangeRules): ArmAnswer {
  const { request, administration, name } = call;
  const before = changeable(call);
  checkConditions(request, etagOf(call), false);
  const kept = before ? rules.keptByPut.map((property) => [property, before[property]] as const) : [];
  const defaults = rules.defaults(administration.runtime.now());
  const after = withoutNulls({ ...defaults, ...Object.fromEntries(kept), ...propertiesOf(request.body) });
  check(call, rules, after, before ? [] : nameProblems(name, rules));
  apply(call, rules, after);
  const status = before ? 200 : 201;
  const headers = { etag: etagOf(call) ?? '', ...(rules.inBackground && operationHeaders(call, status)) };
  const resource = shown(call);
  if (!rules.inBackground) return { status, headers, body: resource };
  const properties = { ...(resource['properties'] as Json), provisioningState: 'InProgress' };
  return { status, headers, body: { ...resource, properties } };
}

function patch(call: ResourceCall, rules: ChangeRules): ArmAnswer {
  const before = changeable(call);
  if (!before) throw notFound(`${call.kind.type} "${call.name}"`);
  checkConditions(call.request, etagOf(call), true);
  const after = withoutNulls({ ...before, ...propertiesOf(call.request.body) });
  check(call, rules, after, []);
  apply(call, rules, after);
  return rules.inBackground
    ? accepted(call)
    : { status: 200, headers: { etag: etagOf(call) ?? '' }, body: shown(call) };
}

function remove(call: ResourceCall, rules: ChangeRules): ArmAnswer {
  const { name, request, administration } = call;
  if (!changeable(call)) return { status: 204 };
  checkConditions(request, etagOf(call), true);
  const reason = rules.needed?.(name, administration.state.program.configuration);
  if (reason !== undefined) throw invalid([{ target: call.kind.type, message: reason }]);
  apply(call, rules, null);
  return { status: 200 };
}

/** What the resource manager says of a long-running operation; this one is done already. */
function accepted(call: ResourceCall): ArmAnswer {
  return { status: 202, headers: { ...operationHeaders(call, 200), 'retry-after': '0' } };
}

function operationHeaders(call: ResourceCall, code: number): Record<string, string> {
  const { request, service, collection, name, apiVersion, administration } = call;
  const id = administration.operations.add(administration.runtime.now());
  const { origin } = request.url;
  const version = `?api-version=${apiVersion}`;
  return {
    location: `${origin}${collection}/${encodeURIComponent(name)}${version}&asyncId=${id}&asyncCode=${code}`,
    'azure-asyncoperation': `${origin}${service}/tenant/operationResults/${id}${version}`,
  };
}

function rulesOf({ kind }: ResourceCall): ChangeRules {
  if (!kind.change) throw notAllowed('This is only read here: change the artefacts and start anew.');
  return kind.change;
}

function check(
  { name, administration }: ResourceCall,
  rules: ChangeRules,
  after: Json,
  found: readonly Problem[],
): void {
  const { configuration } = administration.state.program;
  const problems = [...found, ...rules.problems(after, name, configuration)];
  if (problems.length > 0) throw invalid(problems);
  const conflict = rules.conflict?.(after, name, configuration);
  if (conflict !== undefined) throw new AdministrationError(409, 'Conflict', conflict);
}

function nameProblems(name: string, { longestName }: ChangeRules): Problem[] {
  if (name.length <= longestName && /^[^*#&+:<>?/\\]+$/.test(name) && name !== '__proto__') return [];
  const message = `A name has at most ${longestName} characters, and none of * # & + : < > ? / \\.`;
  return [{ target: 'name', message }];
}

function apply({ name, administration }: ResourceCall, rules: ChangeRules, properties: Json | null): void {
  const { provisioningState: _state, ...kept } = properties ?? {};
  const { state } = administration;
  try {
    state.change(rules.kind, rules.key(name, state.program.configuration), properties && kept);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw invalid(
      error.problems.map(({ position, problem }) => ({
        target: position?.file ?? rules.kind,
        message: position ? `Error on line ${position.line}, column ${position.column}: ${problem}` : problem,
      })),
    );
  }
}

function propertiesOf(body: unknown): Json {
  const properties = isObject(body) ? body['properties'] : undefined;
  if (!isObject(properties)) throw invalid([{ target: 'properties', message: 'The body needs "properties".' }]);
  return properties;
}

function withoutNulls(properties: Json): Json {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined && value !== null));
}
