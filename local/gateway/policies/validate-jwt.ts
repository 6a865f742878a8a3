import { PolicyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { Jwt } from '../jwt.ts';
import { keyFromElement, type VerifyKey, verifies } from '../jwt-keys.ts';
import type { Policy } from '../policy.ts';
import type { Getter, PolicyElement } from '../policy-element.ts';

const list = (name: string) => ({ children: { [name]: { holdsText: true } } });
const keyShape = {
  attributes: { id: 'optional', 'certificate-id': 'optional', n: 'optional', e: 'optional' },
  holdsText: true,
} as const;

export const validateJwt: Policy = {
  name: 'validate-jwt',
  sections: ['inbound'],
  attributes: {
    'header-name': 'optional',
    'query-parameter-name': 'optional',
    'token-value': 'optional',
    'failed-validation-httpcode': 'optional',
    'failed-validation-error-message': 'optional',
    'require-expiration-time': 'optional',
    'require-scheme': 'optional',
    'require-signed-tokens': 'optional',
    'clock-skew': 'optional',
    'output-token-variable-name': 'optional',
  },
  children: {
    'openid-config': { attributes: { url: 'required' } },
    'issuer-signing-keys': { children: { key: keyShape } },
    audiences: list('audience'),
    issuers: list('issuer'),
    'required-claims': {
      children: {
        claim: {
          attributes: { name: 'required', match: 'optional', separator: 'optional' },
          children: { value: { holdsText: true } },
        },
      },
    },
  },
  compile(element) {
    const tokenOf = tokenSource(element);
    const status = element.integer('failed-validation-httpcode', { min: 100, max: 999 }, 401);
    const message = element.text('failed-validation-error-message');
    const variable = element.constant('output-token-variable-name');
    const check = checks(element);
    return async (exchange) => {
      const failure = (problem: string, reason: string) =>
        new PolicyError(problem, {
          source: 'validate-jwt',
          reason,
          status: status(exchange),
          publicMessage: message?.(exchange) ?? problem,
        });
      const token = tokenOf(exchange);
      if (token === undefined) throw failure('JWT not present.', 'TokenNotPresent');
      const jwt = Jwt.parse(token);
      if (!jwt) throw failure('JWT is not well-formed.', 'TokenNotWellFormed');
      const problem = await check(exchange, jwt);
      if (problem) throw failure(problem.message, problem.reason);
      if (variable !== undefined) exchange.variables.set(variable, jwt);
    };
  },
};

/** The token without its scheme; undefined if there is none, or not of the scheme that is asked for. */
function tokenSource(element: PolicyElement): (exchange: Exchange) => string | undefined {
  const header = element.text('header-name');
  const query = element.text('query-parameter-name');
  const value = element.text('token-value');
  if ([header, query, value].filter(Boolean).length !== 1)
    element.fail('<validate-jwt> needs one of header-name, query-parameter-name, token-value');
  const scheme = element.text('require-scheme');
  return (exchange) => {
    const raw = header
      ? exchange.request.headers.get(header(exchange))
      : query
        ? exchange.request.url.values(query(exchange))[0]
        : value?.(exchange);
    if (!raw) return undefined;
    const [first = '', rest] = raw.trim().split(/\s+(.*)/s);
    if (rest === undefined) return scheme && header ? undefined : first;
    const wanted = scheme?.(exchange) ?? 'Bearer';
    return first.toLowerCase() === wanted.toLowerCase() ? rest : undefined;
  };
}

interface Problem {
  reason: string;
  message: string;
}

function checks(element: PolicyElement): (exchange: Exchange, jwt: Jwt) => Promise<Problem | undefined> {
  const configs = element.children('openid-config').map((config) => config.requiredText('url'));
  const keys = (element.child('issuer-signing-keys')?.children('key') ?? []).map(keyFromElement);
  const signed = element.boolean('require-signed-tokens', true);
  const expires = element.boolean('require-expiration-time', true);
  const skew = element.integer('clock-skew', { min: 0 }, 0);
  const audiences = element.child('audiences')?.values('audience') ?? [];
  const issuers = element.child('issuers')?.values('issuer') ?? [];
  const claims = (element.child('required-claims')?.children('claim') ?? []).map(claimRule);
  if (configs.length === 0 && keys.length === 0 && signed.constant === true)
    element.fail('<validate-jwt> needs <openid-config> or <issuer-signing-keys>');
  return async (exchange, jwt) => {
    const documents = await Promise.all(configs.map((url) => exchange.runtime.openId.configuration(url(exchange))));
    const trusted: VerifyKey[] = keys.map((key) => key(exchange));
    if (
      signed(exchange) &&
      !(await isSigned(
        exchange,
        jwt,
        trusted,
        documents.map(({ jwksUri }) => jwksUri),
      ))
    )
      return { reason: 'TokenSignatureInvalid', message: 'JWT signature is not valid.' };
    const time = timeProblem(jwt, exchange.runtime.now() / 1000, skew(exchange), expires(exchange));
    if (time) return time;
    const wantedAudiences = audiences.map((audience) => audience(exchange));
    if (wantedAudiences.length && !jwt.claim('aud').some((audience) => wantedAudiences.includes(audience)))
      return { reason: 'TokenAudienceNotAllowed', message: 'JWT audience is not allowed.' };
    const wantedIssuers = [...issuers.map((issuer) => issuer(exchange)), ...documents.map(({ issuer }) => issuer)];
    const [issuer = ''] = jwt.claim('iss');
    if (wantedIssuers.length && !wantedIssuers.includes(issuer))
      return { reason: 'TokenIssuerNotAllowed', message: 'JWT issuer is not allowed.' };
    return claims.every((holds) => holds(exchange, jwt))
      ? undefined
      : { reason: 'TokenClaimNotFound', message: 'JWT lacks a required claim or its value.' };
  };
}

async function isSigned(
  exchange: Exchange,
  jwt: Jwt,
  trusted: readonly VerifyKey[],
  addresses: readonly string[],
): Promise<boolean> {
  if (verifies(jwt, trusted)) return true;
  for (const address of addresses) {
    if (verifies(jwt, await exchange.runtime.openId.keys(address))) return true;
    // The issuer may have changed its keys since they were read.
    if (verifies(jwt, await exchange.runtime.openId.keys(address, jwt.headerText('kid') ?? ''))) return true;
  }
  return false;
}

function timeProblem(jwt: Jwt, now: number, skew: number, mustExpire: boolean): Problem | undefined {
  const [expiry, begin] = [jwt.seconds('exp'), jwt.seconds('nbf')];
  if (expiry === undefined && mustExpire)
    return { reason: 'TokenExpirationMissing', message: 'JWT has no expiration time.' };
  if (expiry !== undefined && expiry + skew <= now) return { reason: 'TokenExpired', message: 'JWT has expired.' };
  if (begin !== undefined && begin - skew > now)
    return { reason: 'TokenNotYetValid', message: 'JWT is not valid yet.' };
  return undefined;
}

function claimRule(claim: PolicyElement): (exchange: Exchange, jwt: Jwt) => boolean {
  const name = claim.requiredText('name');
  const match = claim.choice('match', ['all', 'any'], 'all');
  const separator: Getter<string> | undefined = claim.text('separator');
  const values = claim.values();
  return (exchange, jwt) => {
    const found = jwt
      .claim(name(exchange))
      .flatMap((value) => (separator ? value.split(separator(exchange)) : [value]));
    if (values.length === 0) return found.length > 0;
    const has = (value: Getter<string>) => found.includes(value(exchange));
    return match(exchange) === 'all' ? values.every(has) : values.some(has);
  };
}
