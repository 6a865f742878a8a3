import { setImmediate as nextTurn } from 'node:timers/promises';
import { StartError } from '../program.ts';
import { receiveRegistrations, type RegisteredFunction, type Registrations } from './core-module.ts';
import type { CoreInvocationContext, InvocationRequest, InvocationResponse, LogLevel } from './core-types.ts';
import { loadEntryPoints } from './entry-point.ts';

interface LogEntry {
  level: LogLevel;
  category: string;
  message: string;
  functionName?: string;
  invocationId?: string;
}

export type WorkerLog = (entry: LogEntry) => void;

export interface Worker {
  functions: ReadonlyMap<string, RegisteredFunction>;
  /** `HttpUri` is set when the app turned HTTP streaming on. */
  capabilities: Record<string, string>;
  /** Runs one function as the worker does: arguments, hooks, handler, response. Rejects with what the function threw. */
  invoke(target: RegisteredFunction, request: InvocationRequest): Promise<InvocationResponse>;
  terminate(): Promise<void>;
}

/** What the real worker offers before the programming model adds its own. */
const workerCapabilities = {
  RawHttpBodyBytes: 'true',
  RpcHttpTriggerMetadataRemoved: 'true',
  RpcHttpBodyOnly: 'true',
  IgnoreEmptyValuedRpcHttpHeaders: 'true',
  UseNullableValueDictionaryForHttp: 'true',
  WorkerStatus: 'true',
  TypedDataCollection: 'true',
  HandlesWorkerTerminateMessage: 'true',
};

/**
 * Loads a function app into this process and returns what runs its functions.
 *
 * One process can load an app once: module caches keep its registrations from running again.
 * @throws {StartError} where the real worker would report zero functions, or fail.
 */
export async function startWorker(directory: string, log: WorkerLog): Promise<Worker> {
  const hookData = {};
  const app: Registrations = {
    functions: new Map(),
    hooks: new Map(),
    model: undefined,
    locked: false,
    log: (level, category, message) => hookedLog({ level, category, message }, { hookData }),
    onLate: (name) =>
      log({
        level: 'error',
        category: 'host',
        message: `function "${name}" was registered after the app had started, so it will never run: register functions while the entry file loads, not after an await`,
      }),
  };
  /** Log hooks see every entry, and may change those of the app itself. */
  function hookedLog(entry: LogEntry, context: { hookData: object; invocationContext?: unknown }): void {
    const { level, category, message } = entry;
    const hooked = readonlyContext({ category, ...context }, { level, message });
    try {
      for (const hook of app.hooks.get('log') ?? []) hook(hooked);
    } catch {
      // As in the worker: a hook that throws must not cost the entry.
    }
    log(category === 'user' ? { ...entry, level: hooked.level, message: hooked.message } : entry);
  }
  receiveRegistrations(app);
  await loadEntryPoints(directory, app);
  const appHookData = {};
  const appContext = readonlyContext({ hookData, appHookData, functionAppDirectory: directory });
  const runHooks = async (name: string, context: object) => {
    for (const hook of [...(app.hooks.get(name) ?? [])]) await hook(context);
  };
  try {
    await runHooks('appStart', appContext);
  } catch (error) {
    throw new StartError(`an appStart hook failed: ${(error as Error).stack ?? String(error)}`);
  }
  await nextTurn();
  const model = app.model;
  if (!model) throw new StartError(`${directory}: no programming model was set: is @azure/functions version 4 in use?`);
  const capabilities = (await model.getCapabilities?.({ ...workerCapabilities })) ?? { ...workerCapabilities };
  app.locked = true;

  async function invoke({ id, metadata, callback }: RegisteredFunction, request: InvocationRequest) {
    const logContext: { hookData: object; invocationContext?: unknown } = { hookData: {} };
    const core: CoreInvocationContext = {
      invocationId: request.invocationId,
      request,
      metadata: { ...metadata, functionId: id },
      log: (level, category, message) =>
        hookedLog(
          { level, category, message, functionName: metadata.name, invocationId: request.invocationId },
          logContext,
        ),
    };
    const invocation = await model!.getInvocationModel(core);
    const { context, inputs } = await invocation.getArguments();
    logContext.invocationContext = context;
    const { hookData } = logContext;
    const before = readonlyContext(
      { hookData, appHookData, invocationContext: context },
      { functionCallback: callback, inputs },
    );
    core.state = 'preInvocationHooks';
    try {
      await runHooks('preInvocation', before);
    } finally {
      core.state = undefined;
    }
    const after = readonlyContext(
      { hookData, appHookData, invocationContext: context },
      { inputs: before.inputs, result: null as unknown, error: null as unknown },
    );
    core.state = 'invocation';
    try {
      after.result = await invocation.invokeFunction(context, before.inputs, before.functionCallback);
    } catch (error) {
      after.error = error;
    }
    core.state = 'postInvocationHooks';
    try {
      await runHooks('postInvocation', after);
    } finally {
      core.state = undefined;
    }
    if (after.error !== null && after.error !== undefined) throw after.error;
    return invocation.getResponse(context, after.result);
  }

  return { functions: app.functions, capabilities, invoke, terminate: () => runHooks('appTerminate', appContext) };
}

/** Hooks may change what these objects hold, but not replace the named ones: assigning throws, as in the worker. */
function readonlyContext<F extends object, M extends object>(fixed: F, changeable?: M): Readonly<F> & M {
  const context = { ...changeable } as F & M;
  for (const [name, value] of Object.entries(fixed)) {
    Object.defineProperty(context, name, {
      enumerable: true,
      get: (): unknown => value,
      set: () => {
        throw new Error(`Cannot assign to read only property '${name}'`);
      },
    });
  }
  return context;
}
