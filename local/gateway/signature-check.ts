import type { Exchange } from './exchange.ts';
import type { Jwt } from './jwt.ts';
import { candidatesFor, verifies, type VerifyKey } from './jwt-keys.ts';
import type { TokenCheck } from './token-policy.ts';

/** Whom a token must come from. */
interface Trust {
  keys: readonly ((exchange: Exchange) => VerifyKey)[];
  /** Addresses of OpenID configurations, whose keys and issuers are trusted. */
  configurations: (exchange: Exchange, jwt: Jwt) => readonly string[];
  /** Issuers beside those of the configurations. Where there is none of either, any issuer will do. */
  issuers: readonly ((exchange: Exchange) => string)[];
  /** Whether a token without a signature is refused. */
  mustBeSigned: (exchange: Exchange) => boolean;
}

/** Signature and issuer. A signature that is there has to be right, even where none is needed. */
export function trustCheck(trust: Trust): TokenCheck {
  return async (exchange, jwt) => {
    const { openId } = exchange.runtime;
    const answers = await Promise.allSettled(
      trust.configurations(exchange, jwt).map((address) => openId.configuration(address)),
    );
    const documents = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    // One that cannot be read keeps nobody out whom another lets in; who is left is told of it, not of the token.
    const unread = answers.find((answer) => answer.status === 'rejected');
    const keySets = documents.map(({ jwksUri }) => jwksUri);
    if (isUnsigned(jwt)) {
      if (trust.mustBeSigned(exchange))
        return { reason: 'TokenSignatureInvalid', message: 'JWT is not signed. Access denied.' };
    } else {
      const own = trust.keys.map((key) => key(exchange));
      const problem = await signatureProblem(exchange, jwt, own, keySets);
      if (problem && unread) throw unread.reason;
      if (problem) return problem;
    }
    const issuers = [...trust.issuers.map((issuer) => issuer(exchange)), ...documents.map(({ issuer }) => issuer)];
    const [tenant = ''] = jwt.claim('tid');
    // Where many tenants share a configuration, its issuer leaves a place for the tenant's id.
    const allowed = issuers.map((issuer) => issuer.replace('{tenantid}', () => tenant));
    if (allowed.includes(jwt.claim('iss')[0] ?? '')) return undefined;
    if (unread) throw unread.reason;
    if (allowed.length === 0) return undefined;
    return { reason: 'TokenIssuerNotAllowed', message: 'JWT issuer is not allowed. Access denied.' };
  };
}

function isUnsigned(jwt: Jwt): boolean {
  return jwt.text.endsWith('.') && jwt.headerText('alg') === 'none';
}

async function signatureProblem(exchange: Exchange, jwt: Jwt, own: readonly VerifyKey[], keySets: readonly string[]) {
  if (verifies(jwt, own)) return undefined;
  const { openId } = exchange.runtime;
  let candidates = candidatesFor(jwt, own).length;
  for (const address of keySets) {
    // The issuer may have changed its keys since they were read.
    for (const refresh of [undefined, jwt.headerText('kid') ?? '']) {
      const keys = await openId.keys(address, refresh);
      if (verifies(jwt, keys)) return undefined;
      candidates += candidatesFor(jwt, keys).length;
    }
  }
  return candidates === 0
    ? { reason: 'TokenSignatureKeyNotFound', message: 'No key is known that may have signed the JWT. Access denied.' }
    : { reason: 'TokenSignatureInvalid', message: 'JWT signature is not valid. Access denied.' };
}
