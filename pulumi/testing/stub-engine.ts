import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import type { Message } from 'google-protobuf';
import emptyProto from 'google-protobuf/google/protobuf/empty_pb.js';
import structProto, { type JavaScriptValue } from 'google-protobuf/google/protobuf/struct_pb.js';
import engineProto from '@pulumi/pulumi/proto/engine_pb.js';
import engineService from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import resourceProto from '@pulumi/pulumi/proto/resource_pb.js';
import monitorService from '@pulumi/pulumi/proto/resource_grpc_pb.js';

const { Empty } = emptyProto;
const { Struct } = structProto;

export interface ProgramRun {
  exitCode: number;
  /** What the user would see: the program's log messages, then what it printed. */
  messages: string;
  /** Types and names as the engine got them. */
  registered: { type: string; name: string; protect: boolean }[];
  outputs: Record<string, JavaScriptValue>;
}

export interface ProgramRequest {
  stack: string;
  /** Raw configuration, as the engine hands it over: text, structured values as JSON. */
  config: Record<string, string>;
  /** The node binary, as found on the user's PATH. */
  node?: string;
  /** Flags of that binary. */
  nodeFlags?: readonly string[];
}

const projectDirectory = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs the project as `pulumi preview` does: the same entry point of the SDK, started as Pulumi's language host for
 * Node starts it, against an engine that accepts every resource. What the CLI adds before that (finding `main` in
 * Pulumi.yaml, the node on the PATH, the SDK from the project's folder) is done here the same way.
 */
export async function runAsPulumiDoes({
  stack,
  config,
  node = process.execPath,
  nodeFlags = [],
}: ProgramRequest): Promise<ProgramRun> {
  const engine = await startEngine();
  const entry = createRequire(`${projectDirectory}/`).resolve('@pulumi/pulumi/cmd/run');
  const flags = {
    monitor: engine.address,
    engine: engine.address,
    project: 'exchange-api',
    stack,
    pwd: projectDirectory,
  };
  const child = spawn(
    node,
    [
      ...nodeFlags,
      entry,
      ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
      '--dry-run',
      '--parallel=16',
      'main.js',
    ],
    {
      cwd: projectDirectory,
      env: { PATH: process.env['PATH'], PULUMI_CONFIG: JSON.stringify(config), PULUMI_CONFIG_SECRET_KEYS: '[]' },
    },
  );
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  engine.stop();
  return {
    exitCode,
    messages: [...engine.log, printed].join('\n'),
    registered: engine.registered,
    outputs: engine.outputs,
  };
}

type Handler<Request extends Message, Response extends Message> = (request: Request) => Response;

async function startEngine() {
  const log: string[] = [];
  const registered: ProgramRun['registered'] = [];
  const outputs: ProgramRun['outputs'] = {};
  let root = '';
  const server = new grpc.Server();
  server.addService(definition(monitorService, 'ResourceMonitorService'), {
    supportsFeature: unary(() => new resourceProto.SupportsFeatureResponse().setHassupport(true)),
    registerPackage: unary(() => new resourceProto.RegisterPackageResponse().setRef('azure-native')),
    registerStackTransform: unary(() => new Empty()),
    invoke: unary(() =>
      new resourceProto.ResourceInvokeResponse().setReturn(
        Struct.fromJavaScript({ tenantId: 'tenant', subscriptionId: 'subscription' }),
      ),
    ),
    registerResource: unary((request: InstanceType<typeof resourceProto.RegisterResourceRequest>) => {
      const [type, name] = [request.getType(), request.getName()];
      registered.push({ type, name, protect: request.getProtect() ?? false });
      return new resourceProto.RegisterResourceResponse()
        .setUrn(`urn:pulumi:stack::exchange-api::${type}::${name}`)
        .setObject(request.getObject());
    }),
    registerResourceOutputs: unary((request: InstanceType<typeof resourceProto.RegisterResourceOutputsRequest>) => {
      if (request.getUrn().includes('pulumi:pulumi:Stack'))
        Object.assign(outputs, request.getOutputs()?.toJavaScript());
      return new Empty();
    }),
    signalAndWaitForShutdown: unary(() => new Empty()),
  });
  server.addService(definition(engineService, 'EngineService'), {
    log: unary((request: InstanceType<typeof engineProto.LogRequest>) => {
      if (request.getSeverity() !== engineProto.LogSeverity.DEBUG) log.push(request.getMessage());
      return new Empty();
    }),
    getRootResource: unary(() => new engineProto.GetRootResourceResponse().setUrn(root)),
    setRootResource: unary((request: InstanceType<typeof engineProto.SetRootResourceRequest>) => {
      root = request.getUrn();
      return new engineProto.SetRootResourceResponse();
    }),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, log, registered, outputs, stop: () => server.forceShutdown() };
}

/** The generated files export their services under names that their own type declarations leave out. */
function definition(module: object, name: string): grpc.ServiceDefinition {
  return (module as Record<string, grpc.ServiceDefinition>)[name]!;
}

function unary<Request extends Message, Response extends Message>(
  handle: Handler<Request, Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    try {
      callback(null, handle(call.request));
    } catch (error) {
      callback(error as Error);
    }
  };
}
