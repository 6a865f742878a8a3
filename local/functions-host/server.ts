import path from 'node:path';
import { adminEndpoints } from './admin.ts';
import { carriesKey } from './authorization.ts';
import { checkBindings } from './bindings.ts';
import type { RegisteredFunction } from './core-module.ts';
import { applyCors } from './cors.ts';
import { loadFaultPlan, noFaults } from './faults.ts';
import { loadHostJson } from './host-json.ts';
import { httpRoutes, shadowedRoutes, type HttpRoute } from './http-routes.ts';
import { startHttpFront } from './http-server.ts';
import { invocationRunner, triggerBinding } from './invocations.ts';
import { consoleLog } from './log.ts';
import { isDisabled, loadSettings, type Settings } from './settings.ts';
import { serviceBus } from './service-bus.ts';
import { startTimer } from './timers.ts';
import { startWorker } from './worker.ts';

export interface FunctionsHostOptions {
  /** The function app's folder: host.json, package.json and what its `main` names. */
  app: string;
  /** 0 asks for a free one; local.settings.json's, or 7071, when absent. */
  port?: number;
  /** Where timers keep their status; without it a missed occurrence is not made up for. */
  data?: string | undefined;
  faults?: string | undefined;
  /** When given, authLevel holds: function and admin routes ask for this key. */
  key?: string | undefined;
  /** The app's environment, completed in place from local.settings.json; the process's own by default. */
  settings?: Settings;
  /** How long running invocations may take to end on close, in milliseconds. */
  drainMs?: number;
  print?: (line: string) => void;
}

export interface FunctionsHost {
  url: string;
  /** Stops the triggers, lets running invocations end, releases sessions, and runs the app's terminate hooks. */
  close(): Promise<void>;
}

interface Listener {
  stop(): Promise<void>;
}

/** The worker is given five seconds to end, as by the real host. */
const terminateMs = 5000;
const defaultBodyLimit = 100 * 1024 * 1024;

/**
 * Loads a function app into this process and serves it as `func start` does. A process can load an app once.
 * @throws {StartError} saying what is wrong with the app or not supported.
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { settings = process.env, print = console.log } = options;
  const directory = path.resolve(options.app);
  const hostJson = await loadHostJson(directory, settings);
  const local = await loadSettings(directory, settings);
  const faults = options.faults ? await loadFaultPlan(options.faults) : noFaults;
  const log = consoleLog(hostJson.logLevels, print);
  const worker = await startWorker(directory, log);
  const bus = serviceBus(hostJson.serviceBus, settings, log);
  const { send } = bus;
  const invocations = invocationRunner(worker, { timeoutMs: hostJson.functionTimeoutMs, faults, log, send });
  const functions = [...worker.functions.values()].filter(
    ({ metadata }) => !hostJson.functions || hostJson.functions.includes(metadata.name),
  );
  const enabled = functions.filter(({ metadata }) => !isDisabled(metadata.name, settings));
  for (const target of enabled) {
    checkBindings(target);
    bus.addOutputs(target);
  }
  const ofType = (type: string) => enabled.filter((target) => triggerBinding(target).type.toLowerCase() === type);
  const routes = httpRoutes(ofType('httptrigger'), hostJson.http.routePrefix);
  for (const [first, second] of shadowedRoutes(routes))
    print(
      `warning: "/${second.path}" goes to ${first.target.metadata.name} (/${first.path}), not to ${second.target.metadata.name}: routes are tried by the functions' names. Rename one, or constrain the parameter`,
    );

  const serviceBusNeeded = enabled.some(({ metadata }) =>
    Object.values(metadata.bindings).some(({ type }) => /^serviceBus/i.test(type)),
  );
  if (serviceBusNeeded && !hostJson.hasExtensionBundle)
    print(
      'warning: host.json has no "extensionBundle": in Azure, and for func start, Service Bus bindings are then not registered',
    );

  const listeners: Listener[] = [];
  let stopping: Promise<unknown> | undefined;
  const stopListeners = () => (stopping ??= Promise.all(listeners.map((listener) => listener.stop())));
  const described: Parameters<typeof adminEndpoints>[0]['functions'] = [];
  const authorized = (request: Parameters<typeof carriesKey>[0], url: URL) =>
    !options.key || carriesKey(request, url, options.key);
  const admin = adminEndpoints({
    functions: described,
    invocations,
    stopListeners: async () => void (await stopListeners()),
    authorized,
  });
  const warned = new Set<string>();
  const front = await startHttpFront({
    port: options.port ?? local.port ?? 7071,
    routes,
    invocations,
    streamTo: worker.capabilities['HttpUri'],
    bodyLimit: Number(settings['FUNCTIONS_REQUEST_BODY_SIZE_LIMIT'] ?? defaultBodyLimit),
    ...hostJson.http,
    onBodyWithoutLength(name) {
      if (warned.has(name)) return;
      warned.add(name);
      print(
        `warning: ${name} got a body without Content-Length (chunked). In Azure the function gets none, unless the app calls app.setup({ enableHttpStream: true })`,
      );
    },
    before: (request, response, url) => applyCors(local, request, response) || admin(request, response, url),
    authorized: (route, request, url) => route.authLevel === 'anonymous' || authorized(request, url),
  });

  async function close(): Promise<void> {
    const limit = options.drainMs ?? 10_000;
    const stopped = stopListeners();
    const closed = front.close(limit);
    invocations.drain();
    if (!(await invocations.idle(limit)))
      print(`${invocations.outstanding} invocation(s) did not end within ${limit} ms of the stop`);
    await Promise.race([Promise.all([stopped, closed]), after(limit)]);
    await Promise.race([bus.close(), after(terminateMs)]);
    await Promise.race([worker.terminate(), after(terminateMs)]);
  }

  try {
    const statusFolder = options.data === undefined ? undefined : path.join(path.resolve(options.data), 'timers');
    for (const target of ofType('timertrigger'))
      listeners.push(await startTimer(target, { invocations, settings, statusFolder }));
    for (const target of ofType('servicebustrigger')) listeners.push(bus.startTrigger(target, invocations));
  } catch (error) {
    await close();
    throw error;
  }
  for (const target of functions) {
    const route = routes.find((candidate) => candidate.target === target);
    const invokeUrl = route && `${front.url}/${route.path}`;
    described.push({ target, disabled: !enabled.includes(target), invokeUrl });
  }
  printFunctions(functions, enabled, routes, front.url, print);
  return { url: front.url, close };
}

function printFunctions(
  functions: RegisteredFunction[],
  enabled: RegisteredFunction[],
  routes: HttpRoute[],
  url: string,
  print: (line: string) => void,
): void {
  print('\nFunctions:\n');
  for (const target of functions.toSorted((one, other) => one.metadata.name.localeCompare(other.metadata.name))) {
    const { name } = target.metadata;
    const route = routes.find((candidate) => candidate.target === target);
    const trigger = route
      ? `[${route.methods?.join(',') ?? 'all methods'}] ${url}/${route.path}`
      : triggerBinding(target).type;
    print(`\t${name}: ${enabled.includes(target) ? trigger : `${triggerBinding(target).type} (disabled)`}`);
  }
  print('');
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
