import { durationMilliseconds } from './configuration/duration.ts';
import { PolicyError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { Jwt } from './jwt.ts';
import { decryptionKeyFromElement } from './jwt-keys.ts';
import { decryptToken, isEncrypted } from './jwt-decryption.ts';
import type { ElementShape, Step } from './policy.ts';
import type { Getter, PolicyElement } from './policy-element.ts';

const list = (name: string) => ({ children: { [name]: { holdsText: true } } });

/** What the policies that check tokens take in common. */
export const tokenShape = {
  attributes: {
    'header-name': 'optional',
    'query-parameter-name': 'optional',
    'token-value': 'optional',
    'failed-validation-httpcode': 'optional',
    'failed-validation-error-message': 'optional',
    'output-token-variable-name': 'optional',
  },
  constants: ['output-token-variable-name'],
  children: {
    audiences: list('audience'),
    'required-claims': {
      children: {
        claim: {
          attributes: { name: 'required', match: 'optional', separator: 'optional' },
          children: { value: { holdsText: true } },
        },
      },
    },
  },
} as const satisfies ElementShape;

/** Why a token is refused: what on-error sees as reason and message. */
interface TokenProblem {
  reason: string;
  message: string;
}

export type TokenCheck = (exchange: Exchange, jwt: Jwt) => TokenProblem | undefined | Promise<TokenProblem | undefined>;

/** Finds the token where the policy says, opens it if it is encrypted, and has `checks` look at it, one by one. */
export function tokenPolicy(
  element: PolicyElement,
  tokenOf: (exchange: Exchange) => string | undefined,
  checks: readonly TokenCheck[],
): Step {
  const status = element.integer('failed-validation-httpcode', { min: 100, max: 999 }, 401);
  const message = element.text('failed-validation-error-message');
  const variable = element.constant('output-token-variable-name');
  const keys = elementsIn(element, 'decryption-keys', 'key').map(decryptionKeyFromElement);
  const open = async (exchange: Exchange, token: string): Promise<Jwt | TokenProblem> => {
    const plain = isEncrypted(token) ? undefined : /\s/.test(token) ? null : Jwt.parse(token);
    if (plain !== undefined)
      return plain ?? { reason: 'JwtInvalid', message: 'JWT is not well-formed. Access denied.' };
    const jwt = await decryptToken(
      token,
      keys.map((key) => key(exchange)),
    );
    return jwt ?? { reason: 'JwtInvalid', message: 'JWT cannot be decrypted with the keys given. Access denied.' };
  };
  return async (exchange) => {
    const refusal = (problem: TokenProblem) =>
      new PolicyError(problem.message, {
        source: element.name,
        reason: problem.reason,
        status: status(exchange),
        publicMessage: message?.(exchange) ?? problem.message,
      });
    const token = tokenOf(exchange);
    if (token === undefined) throw refusal({ reason: 'TokenNotPresent', message: 'JWT not present.' });
    const jwt = await open(exchange, token);
    if (!(jwt instanceof Jwt)) throw refusal(jwt);
    for (const check of checks) {
      const problem = await check(exchange, jwt);
      if (problem) throw refusal(problem);
    }
    if (variable !== undefined) exchange.variables.set(variable, jwt);
  };
}

/** The children of one kind in a child that groups them; a group that is there is not empty. */
export function elementsIn(element: PolicyElement, group: string, name: string): PolicyElement[] {
  const parent = element.child(group);
  if (!parent) return [];
  const found = parent.children(name);
  if (found.length === 0) parent.fail(`<${group}> needs a <${name}>`);
  return found;
}

const authorization = 'authorization';

/** The token without its scheme; undefined if there is none, or not of the scheme that is asked for. */
export function tokenSource(element: PolicyElement, fallback?: string): (exchange: Exchange) => string | undefined {
  const query = element.text('query-parameter-name');
  const value = element.text('token-value');
  const header = element.text('header-name') ?? ((query ?? value) ? undefined : constantHeader(fallback));
  if ([header, query, value].filter(Boolean).length !== 1)
    element.fail(`<${element.name}> needs one of header-name, query-parameter-name, token-value`);
  const scheme = element.text('require-scheme');
  return (exchange) => {
    if (value) return value(exchange).trim() || undefined;
    if (query) return exchange.request.url.values(query(exchange))[0]?.trim() || undefined;
    const name = header?.(exchange) ?? '';
    const raw = exchange.request.headers.get(name)?.trim();
    if (!raw) return undefined;
    const [first = '', rest] = raw.split(/\s+(.*)/s);
    // A scheme is asked of the Authorization header only; another header holds the token with or without one.
    const wanted = name.toLowerCase() === authorization ? scheme?.(exchange) : undefined;
    if (rest === undefined) return wanted === undefined ? first : undefined;
    return first.toLowerCase() === (wanted ?? 'Bearer').toLowerCase() ? rest : undefined;
  };
}

function constantHeader(name: string | undefined): ((exchange: Exchange) => string) | undefined {
  return name === undefined ? undefined : () => name;
}

/** `exp` and `nbf`, with seconds of grace. */
export function timeCheck(expires: (exchange: Exchange) => boolean, skew: (exchange: Exchange) => number): TokenCheck {
  return (exchange, jwt) => {
    const now = exchange.runtime.now() / 1000;
    const [expiry, begin] = [jwt.seconds('exp'), jwt.seconds('nbf')];
    if (Number.isNaN(expiry) || Number.isNaN(begin))
      return { reason: 'JwtInvalid', message: 'JWT has a time that is none. Access denied.' };
    if (expiry === undefined && expires(exchange))
      return { reason: 'JwtInvalid', message: 'JWT has no expiration time. Access denied.' };
    if (expiry !== undefined && expiry + skew(exchange) <= now)
      return { reason: 'TokenExpired', message: 'JWT has expired. Access denied.' };
    if (begin !== undefined && begin - skew(exchange) > now)
      return { reason: 'JwtInvalid', message: 'JWT is not valid yet. Access denied.' };
    return undefined;
  };
}

/** `clock-skew` in seconds: a number of them, or a TimeSpan. */
export function clockSkew(element: PolicyElement): (exchange: Exchange) => number {
  const text = element.text('clock-skew', '0');
  const parse = (value: string) => (/^\d+$/.test(value) ? Number(value) : (durationMilliseconds(value) ?? NaN) / 1000);
  if (text.constant !== undefined && Number.isNaN(parse(text.constant)))
    element.fail(`"clock-skew" is a number of seconds or a TimeSpan, not "${text.constant}"`);
  return (exchange) => {
    const seconds = parse(text(exchange));
    if (!Number.isNaN(seconds)) return seconds;
    throw new PolicyError(`"clock-skew" is a number of seconds or a TimeSpan, not "${text(exchange)}".`, {
      source: element.name,
      reason: 'ExpressionValueEvaluationFailure',
    });
  };
}

/** One of the audiences is among the token's; without audiences any will do. */
export function audienceCheck(audiences: readonly Getter<string>[]): TokenCheck {
  return (exchange, jwt) => {
    if (audiences.length === 0) return undefined;
    const found = jwt.claim('aud');
    if (audiences.some((audience) => found.includes(audience(exchange)))) return undefined;
    return { reason: 'TokenAudienceNotAllowed', message: 'JWT audience is not allowed. Access denied.' };
  };
}

/** The `<claim>`s of required-claims. */
export function claimsCheck(element: PolicyElement): TokenCheck {
  const rules = elementsIn(element, 'required-claims', 'claim').map(claimRule);
  return (exchange, jwt) => {
    const missing = rules.map(({ name }) => name(exchange)).filter((name) => jwt.claim(name).length === 0);
    if (missing.length > 0)
      return {
        reason: 'TokenClaimNotFound',
        message: `JWT token is missing the following claims: ${missing.join(', ')}. Access denied.`,
      };
    const wrong = rules.find(({ holds }) => !holds(exchange, jwt));
    if (!wrong) return undefined;
    const name = wrong.name(exchange);
    return {
      reason: 'TokenClaimValueNotAllowed',
      message: `Claim ${name} value of ${jwt.claim(name).join(',')} is not allowed. Access denied.`,
    };
  };
}

function claimRule(claim: PolicyElement): {
  name: Getter<string>;
  holds: (exchange: Exchange, jwt: Jwt) => boolean;
} {
  const name = claim.requiredText('name');
  const match = claim.choice('match', ['all', 'any'], 'all');
  const separator = claim.text('separator');
  const values = claim.values();
  return {
    name,
    holds(exchange, jwt) {
      const claimed = jwt.claim(name(exchange));
      const found = separator ? claimed.flatMap((value) => value.split(separator(exchange))) : claimed;
      const has = (value: Getter<string>) => found.includes(value(exchange));
      return values.length === 0 || (match(exchange) === 'all' ? values.every(has) : values.some(has));
    },
  };
}
