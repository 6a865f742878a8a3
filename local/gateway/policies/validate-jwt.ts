import { keyFromElement } from '../jwt-keys.ts';
import type { Policy } from '../policy.ts';
import { trustCheck } from '../signature-check.ts';
import {
  audienceCheck,
  claimsCheck,
  clockSkew,
  elementsIn,
  timeCheck,
  tokenPolicy,
  tokenShape,
  tokenSource,
} from '../token-policy.ts';

const publicKey = 'it is part of a public key, which opens nothing: name a certificate-id';
const signingKey = {
  attributes: { id: 'optional', 'certificate-id': 'optional', n: 'optional', e: 'optional' },
  constants: ['id', 'n', 'e'],
  holdsText: true,
} as const;
const decryptionKey = {
  attributes: { id: 'optional', 'certificate-id': 'optional' },
  constants: ['id'],
  refused: { '@n': publicKey, '@e': publicKey },
  holdsText: true,
} as const;

export const validateJwt: Policy = {
  name: 'validate-jwt',
  sections: ['inbound'],
  attributes: {
    ...tokenShape.attributes,
    'require-expiration-time': 'optional',
    'require-scheme': 'optional',
    'require-signed-tokens': 'optional',
    'clock-skew': 'optional',
  },
  constants: tokenShape.constants,
  children: {
    'openid-config': { attributes: { url: 'required' } },
    'issuer-signing-keys': { children: { key: signingKey } },
    'decryption-keys': { children: { key: decryptionKey } },
    ...tokenShape.children,
    issuers: { children: { issuer: { holdsText: true } } },
  },
  compile(element) {
    const addresses = element.children('openid-config').map((config) => config.requiredText('url'));
    const keys = elementsIn(element, 'issuer-signing-keys', 'key').map(keyFromElement);
    const mustBeSigned = element.boolean('require-signed-tokens', true);
    if (addresses.length === 0 && keys.length === 0 && mustBeSigned.constant === true)
      element.fail('<validate-jwt> needs <openid-config> or <issuer-signing-keys>');
    const trust = {
      keys,
      mustBeSigned,
      configurations: (exchange: Parameters<typeof mustBeSigned>[0]) => addresses.map((address) => address(exchange)),
      issuers: elementsIn(element, 'issuers', 'issuer').map((issuer) => issuer.contentText()),
    };
    return tokenPolicy(element, tokenSource(element), [
      trustCheck(trust),
      timeCheck(element.boolean('require-expiration-time', true), clockSkew(element)),
      audienceCheck(elementsIn(element, 'audiences', 'audience').map((audience) => audience.contentText())),
      claimsCheck(element),
    ]);
  },
};
