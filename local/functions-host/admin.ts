import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RegisteredFunction } from './core-module.ts';
import { readBody } from './http-request.ts';
import { fail } from './http-response.ts';
import { type Invocations, triggerBinding } from './invocations.ts';

export interface AdminOptions {
  functions: { target: RegisteredFunction; disabled: boolean; invokeUrl: string | undefined }[];
  invocations: Invocations;
  /** Stops the triggers that are not HTTP; what runs goes on. */
  stopListeners(): Promise<void>;
  authorized(request: IncomingMessage, url: URL): boolean;
}

/** The host's own endpoints under /admin. Returns true when the request was one for them. */
export function adminEndpoints(options: AdminOptions) {
  let drained: 'Disabled' | 'InProgress' | 'Completed' = 'Disabled';
  const describe = ({ target, disabled, invokeUrl }: AdminOptions['functions'][number]) => ({
    name: target.metadata.name,
    invoke_url_template: invokeUrl,
    language: 'node',
    isDisabled: disabled,
    config: { bindings: Object.entries(target.metadata.bindings).map(([name, binding]) => ({ ...binding, name })) },
  });
  const routes: Record<string, (response: ServerResponse) => void> = {
    'GET /admin/host/status': (response) =>
      json(response, 200, {
        id: 'localhost',
        state: 'Running',
        version: '4.0.0-local',
        versionDetails: '4.0.0-local',
        instanceId: String(process.pid),
        computerName: '',
        processUptime: Math.round(process.uptime() * 1000),
        functionAppContentEditingState: 'Unknown',
      }),
    'GET /admin/host/ping': (response) => response.end(),
    'POST /admin/host/ping': (response) => response.end(),
    'POST /admin/host/drain': (response) => {
      if (drained === 'Disabled') {
        drained = 'InProgress';
        void options.stopListeners().then(() => {
          drained = 'Completed';
        });
      }
      response.writeHead(202).end();
    },
    'GET /admin/host/drain/status': (response) => {
      const { outstanding } = options.invocations;
      const state = drained === 'Completed' && outstanding > 0 ? 'InProgress' : drained;
      json(response, 200, { state, outstandingInvocations: outstanding, outstandingRetries: 0 });
    },
    'GET /admin/functions': (response) => json(response, 200, options.functions.map(describe)),
  };

  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> => {
    const path = url.pathname;
    if (!/^\/admin(?:\/|$)/i.test(path)) return false;
    const endpoint = routes[`${request.method} ${path.toLowerCase().replace(/\/$/, '')}`];
    if (!options.authorized(request, url)) fail(response, 401);
    else if (endpoint) endpoint(response);
    else {
      const name = /^\/admin\/functions\/([^/]+)\/?$/i.exec(path)?.[1]?.toLowerCase();
      const found = options.functions.find(({ target }) => target.metadata.name.toLowerCase() === name);
      if (!found) fail(response, 404);
      else if (request.method === 'POST') await runOnce(found.target, request, response);
      else json(response, 200, describe(found));
    }
    return true;
  };

  /** Starts a function that is not HTTP with the given input, and answers 202 at once. */
  async function runOnce(
    target: RegisteredFunction,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const type = triggerBinding(target).type.toLowerCase();
    const body = await readBody(request, 1024 * 1024);
    let input: unknown;
    try {
      input = body?.length ? (JSON.parse(body.toString()) as { input?: unknown }).input : undefined;
    } catch {
      return fail(response, 400);
    }
    if (type === 'httptrigger') return fail(response, 400);
    const timer = { Schedule: { AdjustForDST: true }, ScheduleStatus: null, IsPastDue: false };
    const text = typeof input === 'string' ? input : JSON.stringify(input ?? '');
    const data = type === 'timertrigger' ? { json: JSON.stringify(timer) } : { string: text };
    // The runner logs a failure; the caller has its answer already.
    void options.invocations.run(target, { data }).catch(() => {});
    response.writeHead(202).end();
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
