import * as pulumi from '@pulumi/pulumi';
import type resourceProto from '@pulumi/pulumi/proto/resource_pb.js';
import { program } from '../index.ts';

type Registration = InstanceType<typeof resourceProto.RegisterResourceRequest>;

/** One resource as the engine would get it, its secrets replaced by `[secret]`. */
export interface Captured {
  type: string;
  name: string;
  component: string;
  id: string;
  inputs: Record<string, unknown>;
  /** Paths of inputs that are secret. */
  secrets: string[];
  /** Names of the resources it waits for. */
  dependsOn: string[];
  /** Names of the resources each input is made from. */
  inputsFrom: Record<string, string[]>;
  protect: boolean;
  ignoreChanges: string[];
}

export interface CapturedStack {
  resources: Captured[];
  outputs: Record<string, unknown>;
  /** Names of outputs that are secret. */
  secretOutputs: string[];
}

/** Marks every value that Azure would keep secret, so that a test can look for it. */
export const secretMark = 'SECRET';
const subscription = '/subscriptions/00000000-0000-4000-8000-00000000000a';

/**
 * The whole program of a stack against mocks, waited for until every resource is registered: without the wait only
 * those that depend on nothing would be seen.
 */
export async function captureStack(stack: string, config: Record<string, string>): Promise<CapturedStack> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => answer(type, name, inputs),
      call: ({ token, inputs }) => invoke(token, inputs),
    },
    'exchange-api',
    stack,
    false,
  );
  pulumi.runtime.setAllConfig(config);
  const resources: Captured[] = [];
  const nameOf = new Map<string, string>();
  listen((request, urn) => {
    nameOf.set(urn, request.getName());
    resources.push(describe(request, nameOf));
  });
  const raw: Record<string, pulumi.Output<unknown>> = {};
  await pulumi.runtime.runInPulumiStack(async () => {
    const outputs = await program();
    for (const [name, value] of Object.entries(outputs)) raw[name] = pulumi.output(value as pulumi.Input<unknown>);
    return outputs;
  });
  await pulumi.runtime.disconnect();
  const outputs: Record<string, unknown> = {};
  const secretOutputs: string[] = [];
  for (const [name, value] of Object.entries(raw)) {
    if (await pulumi.isSecret(value)) secretOutputs.push(name);
    outputs[name] = await new Promise((resolve) => value.apply(resolve));
  }
  return { resources: resources.filter(({ type }) => type.startsWith('azure-native:')), outputs, secretOutputs };
}

/** The mocks see neither dependencies nor options, so the request itself is read on its way to them. */
function listen(seen: (request: Registration, urn: string) => void): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(
      request: Registration,
      callback: (error: Error | null, response?: { getUrn(): string }) => void,
    ): Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (response !== undefined) seen(request, response.getUrn());
      callback(error, response);
    });
}

function describe(request: Registration, nameOf: ReadonlyMap<string, string>): Captured {
  const secrets: string[] = [];
  const inputs = plain(request.getObject()!.toJavaScript(), '', secrets) as Record<string, unknown>;
  const inputsFrom: Captured['inputsFrom'] = {};
  request.getPropertydependenciesMap().forEach((sources, input) => {
    inputsFrom[input] = sources.getUrnsList().map((urn) => nameOf.get(urn)!);
  });
  return {
    type: request.getType(),
    name: request.getName(),
    component: nameOf.get(request.getParent()) ?? '',
    id: idOf(request.getType(), request.getName(), inputs),
    inputs,
    secrets,
    dependsOn: request
      .getDependenciesList()
      .map((urn) => nameOf.get(urn)!)
      .sort(),
    inputsFrom,
    protect: request.getProtect() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
  };
}

const signature = '4dabf18193072939515e22adb298388d';
const secretSignature = '1b47061264138c4ac30d75fd1eb44270';

/** A serialised value without Pulumi's wrappers; what they marked as secret is listed by path. */
function plain(value: unknown, path: string, secrets: string[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => plain(item, `${path}[${index}]`, secrets));
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  if (fields[signature] === secretSignature) {
    secrets.push(path);
    return '[secret]';
  }
  return Object.fromEntries(
    Object.entries(fields).map(([key, item]) => [key, plain(item, path === '' ? key : `${path}.${key}`, secrets)]),
  );
}

/** Inputs that name the resource itself, the most particular first. */
const nameKeys = [
  'resourceGroupName',
  'accountName',
  'namespaceName',
  'serviceName',
  'virtualNetworkName',
  'vaultName',
  'clusterName',
  'serverName',
  'profileName',
  'privateZoneName',
  'privateEndpointName',
  'resourceName',
  'workspaceName',
] as const;

function physicalName(inputs: Record<string, unknown>, name: string): string {
  const own =
    inputs['name'] ??
    inputs['apiId'] ??
    inputs['namedValueId'] ??
    inputs['queueName'] ??
    inputs['backendId'] ??
    inputs['productId'] ??
    inputs['databaseName'] ??
    inputs['containerName'] ??
    inputs['endpointName'] ??
    inputs['originGroupName'] ??
    inputs['loggerId'] ??
    inputs['tagId'] ??
    inputs['documentationId'];
  const found =
    own ??
    [...nameKeys]
      .reverse()
      .map((key) => inputs[key])
      .find((value) => value !== undefined);
  return typeof found === 'string' ? found : name;
}

function idOf(type: string, name: string, inputs: Record<string, unknown>): string {
  const group = typeof inputs['resourceGroupName'] === 'string' ? inputs['resourceGroupName'] : 'none';
  return `${subscription}/resourceGroups/${group}/providers/${type.replace('azure-native:', '').replace(':', '/')}/${name}`;
}

function answer(type: string, name: string, inputs: Record<string, unknown>) {
  const state = {
    ...inputs,
    name: physicalName(inputs, name),
    clientId: `client-of-${name}`,
    principalId: `principal-of-${name}`,
    hostName: `${name}.example.net`,
    connectionString: `InstrumentationKey=of-${name}`,
    ...(type.endsWith(':Subscription') && {
      primaryKey: `${secretMark}-1-of-${name}`,
      secondaryKey: `${secretMark}-2-of-${name}`,
    }),
    ...(type.endsWith(':ApiManagementService') && {
      identity: { ...(inputs['identity'] as object), principalId: 'principal-of-gateway-system' },
    }),
  };
  return { id: idOf(type, name, inputs), state };
}

function invoke(token: string, inputs: unknown): Record<string, unknown> {
  if (token.endsWith(':getClientConfig'))
    return {
      tenantId: 'tenant',
      subscriptionId: subscription.split('/').at(-1),
      clientId: 'client',
      objectId: 'object',
    };
  if (token.endsWith(':listDatabaseKeys'))
    return { primaryKey: `${secretMark}-redis-1`, secondaryKey: `${secretMark}-redis-2` };
  throw new Error(`the program called ${token} with ${JSON.stringify(inputs)}, which no mock answers`);
}
