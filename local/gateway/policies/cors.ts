import { type Exchange, type GatewayRequest, GatewayResponse } from '../exchange.ts';
import { Headers } from '../headers.ts';
import type { Policy } from '../policy.ts';
import type { Getter, PolicyElement } from '../policy-element.ts';

/** The method that a browser's preflight asks about; undefined if the request is none. */
export function isPreflight(request: GatewayRequest): string | undefined {
  if (request.method !== 'OPTIONS' || !request.headers.has('origin')) return undefined;
  return request.headers.get('access-control-request-method');
}

const list = (name: string) => ({ children: { [name]: { holdsText: true } } });

export const cors: Policy = {
  name: 'cors',
  sections: ['inbound'],
  oncePerSection: true,
  attributes: { 'allow-credentials': 'optional', 'terminate-unmatched-request': 'optional' },
  children: {
    'allowed-origins': list('origin'),
    'allowed-methods': { ...list('method'), attributes: { 'preflight-result-max-age': 'optional' } },
    'allowed-headers': list('header'),
    'expose-headers': list('header'),
  },
  compile(element) {
    const rules = readRules(element);
    return (exchange) => {
      const origin = exchange.request.headers.get('origin');
      if (origin === undefined) return;
      const preflight = isPreflight(exchange.request);
      const allowed = rules.origins(exchange).some((one) => matches(one, origin));
      if (preflight !== undefined) answerPreflight(exchange, rules, origin, preflight, allowed);
      else if (allowed) exchange.finishers.push((response) => addHeaders(exchange, response.headers, rules, origin));
      else if (/^(?:GET|HEAD)$/.test(exchange.request.method) && rules.terminates(exchange))
        exchange.finish(new GatewayResponse(200, 'OK'));
    };
  },
};

interface Rules {
  origins: Getter<string[]>;
  methods: Getter<string[]>;
  headers: Getter<string[]>;
  exposed: Getter<string[]>;
  credentials: Getter<boolean>;
  terminates: Getter<boolean>;
  maxAge: Getter<number>;
}

function readRules(element: PolicyElement): Rules {
  const values = (parent: string, name: string): Getter<string[]> => {
    const getters = element.child(parent)?.values(name) ?? [];
    return (exchange) => getters.map((getter) => getter(exchange).trim());
  };
  const origins = element.child('allowed-origins') ?? element.fail('<cors> needs <allowed-origins>');
  const credentials = element.boolean('allow-credentials', false);
  const open = origins.values('origin').some(({ constant }) => constant?.trim() === '*');
  if (open && credentials.constant) element.fail('<cors> with allow-credentials names its origins: "*" is not allowed');
  return {
    origins: values('allowed-origins', 'origin'),
    methods: values('allowed-methods', 'method'),
    headers: values('allowed-headers', 'header'),
    exposed: values('expose-headers', 'header'),
    credentials,
    terminates: element.boolean('terminate-unmatched-request', true),
    maxAge: element.child('allowed-methods')?.integer('preflight-result-max-age', { min: 0 }, 0) ?? (() => 0),
  };
}

/** `*`, an origin, or one with a wildcard for a subdomain. */
function matches(rule: string, origin: string): boolean {
  if (rule === '*') return true;
  if (!rule.includes('*')) return originOf(rule) === originOf(origin);
  const pattern = rule.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '[^/]*');
  return new RegExp(`^${pattern}$`, 'i').test(origin);
}

/** As browsers write it: without a path, and without the port where the scheme has it by default. */
function originOf(text: string): string {
  const { origin } = URL.parse(text) ?? {};
  return origin === undefined || origin === 'null' ? text.replace(/\/$/, '').toLowerCase() : origin;
}

function addHeaders(exchange: Exchange, headers: Headers, rules: Rules, origin: string): void {
  const anyone = rules.origins(exchange).includes('*');
  headers.set('Access-Control-Allow-Origin', [anyone && !rules.credentials(exchange) ? '*' : origin]);
  if (!anyone) headers.append('Vary', 'Origin');
  if (rules.credentials(exchange)) headers.set('Access-Control-Allow-Credentials', ['true']);
  const exposed = rules.exposed(exchange);
  if (exposed.length) headers.set('Access-Control-Expose-Headers', [exposed.join(',')]);
}

function answerPreflight(
  exchange: Exchange,
  rules: Rules,
  origin: string,
  method: string,
  originAllowed: boolean,
): void {
  const methods = rules.methods(exchange).map((one) => one.toUpperCase());
  const methodAllowed =
    methods.length === 0
      ? /^(?:GET|POST)$/.test(method)
      : methods.includes('*') || methods.includes(method.toUpperCase());
  const wanted = (exchange.request.headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '');
  const names = rules.headers(exchange).map((one) => one.toLowerCase());
  const headersAllowed = names.includes('*') || wanted.every((one) => names.includes(one) || safelisted.has(one));
  const headers = new Headers();
  if (originAllowed && methodAllowed && headersAllowed) {
    addHeaders(exchange, headers, rules, origin);
    headers.set('Access-Control-Allow-Methods', [
      methods.length && !methods.includes('*') ? methods.join(',') : method,
    ]);
    if (wanted.length) headers.set('Access-Control-Allow-Headers', [wanted.join(',')]);
    const maxAge = rules.maxAge(exchange);
    if (maxAge > 0) headers.set('Access-Control-Max-Age', [String(maxAge)]);
  } else if (!rules.terminates(exchange)) return;
  exchange.finish(new GatewayResponse(200, 'OK', headers));
}

const safelisted = new Set(['accept', 'accept-language', 'content-language', 'origin']);
