import { ClientGoneError, PolicyError } from '../errors.ts';
import { type Exchange, GatewayResponse } from '../exchange.ts';
import { Headers } from '../headers.ts';
import { sections, type ElementShape, type Policy } from '../policy.ts';
import type { Getter, PolicyElement } from '../policy-element.ts';
import { RequestUrl } from '../request-url.ts';
import { transportOf } from '../transport.ts';
import { UpstreamError, type UpstreamRequest } from '../upstream-request.ts';
import { wholeAnswer } from '../whole-answer.ts';
import { certificateFor, certificateShape } from './authentication-certificate.ts';
import { identification, identityShape } from './authentication-managed-identity.ts';
import { proxyFor, proxyShape } from './proxy.ts';
import { bodyShape, bodyValue } from './set-body.ts';
import { headerChange, headerShape } from './set-header.ts';

export const requestShape: ElementShape['children'] = {
  'set-url': { holdsText: true },
  'set-method': { holdsText: true },
  'set-header': headerShape,
  'set-body': bodyShape,
  'authentication-certificate': certificateShape,
  'authentication-managed-identity': identityShape,
  proxy: proxyShape,
};

const defaultSeconds = 60;
const invalidUrl = 'InvalidUrl';
/** Headers that belong to a connection or to the body they came with. */
const dropped = ['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'keep-alive', 'upgrade'];

/** Builds the request that a send-request or send-one-way-request describes. */
export function requestBuilder(element: PolicyElement): (exchange: Exchange) => Promise<UpstreamRequest> {
  const mode = element.choice('mode', ['new', 'copy'], 'new');
  const timeout = element.integer('timeout', { min: 1 }, defaultSeconds);
  const url = element.child('set-url')?.contentText();
  const method = element.child('set-method')?.contentText();
  const headers = element.children('set-header').map(headerChange);
  const identity = element.child('authentication-managed-identity');
  const identify = identity && identification(identity);
  const certificateElement = element.child('authentication-certificate');
  const certificate = certificateElement && certificateFor(certificateElement);
  const proxyElement = element.child('proxy');
  const proxy = proxyElement && proxyFor(proxyElement);
  const body = element.child('set-body');
  const setBody = body && bodyValue(body);
  if (mode.constant === 'new' && !url) element.fail(`<${element.name}> of mode "new" needs a <set-url>`);
  if (mode.constant === 'new' && !method) element.fail(`<${element.name}> of mode "new" needs a <set-method>`);
  // The request's body belongs to the backend by then: a copy made later has none.
  const copiesBody = element.scope.section === 'inbound' || element.scope.section === 'backend';
  return async (exchange) => {
    const copies = mode(exchange) === 'copy';
    const made = copies ? exchange.request.headers.clone() : new Headers();
    for (const change of headers) change(made, exchange);
    identify?.(exchange, made);
    const copied = copies && copiesBody && !setBody ? exchange.request.body : undefined;
    await copied?.buffer();
    const target = parseTarget(url, exchange);
    const host = made.get('host');
    for (const name of dropped) made.delete(name);
    const flat = ['Host', host ?? target.authority];
    for (const [, { name, values }] of made.entries()) for (const value of values) flat.push(name, value);
    return {
      method: method?.(exchange).trim().toUpperCase() ?? (copies ? exchange.request.method : 'GET'),
      scheme: target.scheme,
      host: target.host,
      port: target.port,
      path: target.path + target.search,
      headers: flat,
      body: setBody ? setBody(exchange) : copied?.bytes,
      timeout: timeout(exchange) * 1000,
      client: exchange.client,
      validateCertificate: true,
      transport: transportOf({
        version: '1',
        certificate: certificate?.(exchange),
        proxy: proxy?.(exchange),
        continueTimeout: undefined,
      }),
    };
  };
}

function parseTarget(url: Getter<string> | undefined, exchange: Exchange): RequestUrl {
  const address = url ? url(exchange).trim() : exchange.request.url.toString();
  if (URL.canParse(address) && /^https?:/i.test(address)) return RequestUrl.parse(address);
  throw new PolicyError(`"${address}" is no address.`, { source: 'send-request', reason: invalidUrl });
}

export const sendRequest: Policy = {
  name: 'send-request',
  sections,
  attributes: {
    mode: 'optional',
    'response-variable-name': 'required',
    timeout: 'optional',
    'ignore-error': 'optional',
  },
  constants: ['ignore-error'],
  children: requestShape,
  compile(element) {
    const build = requestBuilder(element);
    const variable = element.requiredText('response-variable-name');
    const ignoresErrors = element.boolean('ignore-error', false);
    return async (exchange) => {
      const name = variable(exchange);
      const request = await build(exchange).catch((error: unknown) => {
        // Of what goes wrong before it is sent, only the address belongs to the request.
        if (error instanceof PolicyError && error.reason === invalidUrl && ignoresErrors(exchange)) return null;
        throw error;
      });
      try {
        exchange.variables.set(name, request && (await ask(exchange, request)));
      } catch (error) {
        if (error instanceof UpstreamError && error.kind === 'aborted')
          throw new ClientGoneError('the client went away', { cause: error });
        if (!ignoresErrors(exchange)) throw requestFailed(error);
        exchange.variables.set(name, null);
      }
    };
  },
};

/** The whole answer, its body in memory. */
async function ask(exchange: Exchange, request: UpstreamRequest): Promise<GatewayResponse> {
  const { status, reason, headers, body } = await wholeAnswer(exchange.runtime.sender, request);
  for (const name of ['transfer-encoding', 'connection', 'content-length', 'keep-alive']) headers.delete(name);
  return new GatewayResponse(status, reason, headers, body);
}

function requestFailed(error: unknown): PolicyError {
  const { message } = error as Error;
  const timedOut = error instanceof UpstreamError && error.kind === 'timeout';
  return new PolicyError(`Error occurred while sending the request: ${message}`, {
    source: 'send-request',
    reason: timedOut ? 'Timeout' : 'BackendConnectionFailure',
    cause: error,
  });
}
