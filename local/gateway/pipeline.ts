import type { Api, Operation } from './configuration/model.ts';
import { ClientGoneError, PolicyError } from './errors.ts';
import { errorResponse } from './error-response.ts';
import { GatewayResponse, type Exchange } from './exchange.ts';
import type { Plan } from './program.ts';
import type { Section, Step } from './policy.ts';
import { isPreflight } from './policies/cors.ts';
import { originOf } from './sequence.ts';
import { identify } from './subscription-key.ts';

/** Takes one request through its policies; leaves the answer in `exchange.response`. Throws ClientGoneError. */
export async function runPipeline(exchange: Exchange): Promise<void> {
  const match = route(exchange);
  let plan: Plan | undefined;
  try {
    if (!match) throw operationNotFound();
    if (!match.operation) {
      if (await answerPreflight(exchange)) return;
      throw operationNotFound();
    }
    identify(exchange, match.api);
    plan = exchange.program.plan(match.api, match.operation, exchange.product);
    await runSections(exchange, plan);
  } catch (error) {
    if (error instanceof ClientGoneError || !(error instanceof PolicyError)) throw error;
    plan ??= exchange.program.plan(exchange.api, exchange.operation, exchange.product);
    await runOnError(exchange, plan, error);
  }
}

function route(exchange: Exchange): { api: Api; operation: Operation | undefined } | undefined {
  const { request } = exchange;
  const match = exchange.program.router.match(
    request.method,
    request.originalUrl.path,
    (name) => request.headers.get(name),
    (name) => request.url.values(name)[0],
  );
  if (!match) return undefined;
  exchange.api = match.api;
  exchange.operation = match.operation;
  request.url.path = match.rest;
  request.matchedParameters = match.parameters;
  return match;
}

async function runSections(exchange: Exchange, plan: Plan): Promise<void> {
  await runSection(exchange, 'inbound', plan.inbound);
  if (exchange.servedFromCache) {
    exchange.finished = false;
    await runSection(exchange, 'outbound', plan.outboundAfterCache);
    return;
  }
  if (exchange.finished) return;
  // Policies of backend that look at the answer before forward-request find an empty one, and so does
  // outbound where nothing is forwarded.
  exchange.response ??= new GatewayResponse(200, 'OK');
  await runSection(exchange, 'backend', plan.backend);
  if (exchange.finished) return;
  await runSection(exchange, 'outbound', plan.outbound);
}

function runSection(exchange: Exchange, section: Section, step: Step): void | Promise<void> {
  exchange.section = section;
  return step(exchange);
}

async function runOnError(exchange: Exchange, plan: Plan, error: PolicyError): Promise<void> {
  describe(exchange, error);
  if (!error.keepsResponse) {
    exchange.response?.body.discard();
    exchange.response = errorResponse(error, exchange.requestId);
  }
  exchange.finished = false;
  try {
    await runSection(exchange, 'on-error', plan['on-error']);
  } catch (second) {
    if (!(second instanceof PolicyError)) throw second;
    exchange.response?.body.discard();
    exchange.response = errorResponse(second, exchange.requestId);
  }
}

function describe(exchange: Exchange, error: PolicyError): void {
  const origin = originOf(error);
  exchange.error = error;
  exchange.lastError = {
    source: error.source,
    reason: error.reason,
    message: error.message,
    scope: origin?.scope ?? '',
    section: exchange.section,
    path: origin?.path ?? '',
    policyId: origin?.id ?? '',
  };
}

function operationNotFound(): PolicyError {
  return new PolicyError('Unable to match incoming request to an operation.', {
    source: 'configuration',
    reason: 'OperationNotFound',
    status: 404,
    publicMessage: 'Resource not found',
  });
}

/** A browser's preflight matches no operation: only the cors policy of the operation it asks about runs. */
async function answerPreflight(exchange: Exchange): Promise<boolean> {
  const { request, program } = exchange;
  const method = isPreflight(request);
  if (method === undefined) return false;
  const match = program.router.match(
    method,
    request.originalUrl.path,
    (name) => request.headers.get(name),
    (name) => request.url.values(name)[0],
  );
  if (!match) return false;
  const product = program.openProduct(match.api);
  const plan = program.plan(match.api, match.operation, product);
  const rules = plan.inboundPolicies
    .flatMap((policy) => [policy, ...policy.included])
    .filter(({ name }) => name === 'cors');
  // The first that knows the origin answers, or one that lets no other.
  for (const { run } of rules) {
    await run(exchange);
    if (exchange.finished) return true;
  }
  if (rules.length > 0) exchange.finish(new GatewayResponse(200, 'OK'));
  return exchange.finished;
}
