import Module from 'node:module';
import type { FunctionCallback, FunctionMetadata, LogLevel, ProgrammingModel } from './core-types.ts';

export interface RegisteredFunction {
  /** Unique in the app: its name, unless it registered with another id. */
  id: string;
  metadata: FunctionMetadata;
  callback: FunctionCallback;
}

type Hook = (context: object) => unknown;

const hookNames = new Set(['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log']);

/** What an app registers while its entry files load. */
export interface Registrations {
  functions: Map<string, RegisteredFunction>;
  hooks: Map<string, Hook[]>;
  model: ProgrammingModel | undefined;
  /** Set once loading is over: a registration after that is refused. */
  locked: boolean;
  log: (level: LogLevel, category: string, message: string) => void;
  /** Told of a registration that came too late, before it is refused. */
  onLate: (name: string) => void;
}

/** The worker and host versions an app sees; those of the sources this host was written against. */
const workerVersion = '3.10.1';
const hostVersion = '4.1036.1';

let current: Registrations | undefined;
/** `@azure/functions` sets its model once for each copy of the library, not once for each app. */
let lastModel: ProgrammingModel | undefined;
let installed = false;

/** Directs everything the module `@azure/functions-core` is told from now on to this app. */
export function receiveRegistrations(app: Registrations): void {
  current = app;
  app.model = lastModel;
  if (!installed) install();
  installed = true;
}

/** The module lives inside the worker and is on no registry, so `require` has to be intercepted, as the worker does. */
function install(): void {
  const core = coreModule();
  const prototype = Module.prototype as { require: (this: unknown, id: string) => unknown };
  prototype.require = new Proxy(prototype.require, {
    apply: (target, self, args: [string]): unknown =>
      args[0] === '@azure/functions-core' ? core : Reflect.apply(target, self, args),
  });
}

function app(): Registrations {
  if (!current) throw new Error('no function app is loading');
  return current;
}

function coreModule(): object {
  return {
    version: workerVersion,
    hostVersion,
    Disposable,
    setProgrammingModel(model: ProgrammingModel): void {
      lastModel = model;
      app().model = model;
    },
    getProgrammingModel: () => app().model,
    log: (level: LogLevel, category: string, message: string) => app().log(level, category, message),
    registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
      const { functions, locked, onLate } = app();
      if (locked) {
        onLate(metadata.name);
        throw new Error('A function can only be registered during app startup.');
      }
      const id = metadata.functionId || metadata.name;
      if (functions.has(id)) throw new Error(`A function with id "${id}" has already been registered.`);
      functions.set(id, { id, metadata, callback });
      return new Disposable(() => {
        if (app().locked) throw new Error('A function can only be disposed during app startup.');
        functions.delete(id);
      });
    },
    registerHook(name: string, hook: Hook): Disposable {
      if (!hookNames.has(name))
        throw Object.assign(new RangeError(`Unrecognized hook "${name}"`), { isAzureFunctionsSystemError: true });
      const { hooks } = app();
      const list = hooks.get(name) ?? [];
      hooks.set(name, list);
      list.push(hook);
      return new Disposable(() => {
        const index = list.indexOf(hook);
        if (index >= 0) list.splice(index, 1);
      });
    },
  };
}

class Disposable {
  readonly #callback: () => unknown;

  constructor(callback: () => unknown) {
    this.#callback = callback;
  }

  static from(...disposables: { dispose: () => unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }

  dispose(): unknown {
    return this.#callback();
  }
}
