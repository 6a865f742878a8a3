import type { Exchange } from '../exchange.ts';
import type { Jwt } from '../jwt.ts';
import type { Policy } from '../policy.ts';
import type { Getter } from '../policy-element.ts';
import { trustCheck } from '../signature-check.ts';
import {
  audienceCheck,
  claimsCheck,
  elementsIn,
  timeCheck,
  tokenPolicy,
  tokenShape,
  tokenSource,
  type TokenCheck,
} from '../token-policy.ts';

const applicationIds = { children: { 'application-id': { holdsText: true } } };
const publicAuthority = 'https://login.microsoftonline.com';
/** Seconds that the clocks of Microsoft Entra and the gateway may differ. */
const grace = 300;

export const validateAzureAdToken: Policy = {
  name: 'validate-azure-ad-token',
  sections: ['inbound'],
  attributes: { 'tenant-id': 'required', 'authentication-endpoint': 'optional', ...tokenShape.attributes },
  constants: tokenShape.constants,
  children: {
    'client-application-ids': applicationIds,
    'backend-application-ids': applicationIds,
    'decryption-keys': { children: { key: { attributes: { 'certificate-id': 'required' } } } },
    ...tokenShape.children,
  },
  compile(element) {
    const tenant = element.requiredText('tenant-id');
    const endpoint = element.text('authentication-endpoint', publicAuthority);
    const ids = (group: string) =>
      elementsIn(element, group, 'application-id').map((id) => {
        const text = id.contentText();
        return text.constant ?? id.fail('<application-id> takes no expression');
      });
    const clients = ids('client-application-ids');
    const backends = ids('backend-application-ids').flatMap((id) => [id, `api://${id}`]);
    const audiences = elementsIn(element, 'audiences', 'audience').map((audience) => audience.contentText());
    if (clients.length + audiences.length + backends.length === 0)
      element.fail('<validate-azure-ad-token> needs <client-application-ids> or <audiences>');
    const trust = {
      keys: [],
      issuers: [],
      mustBeSigned: () => true,
      configurations: (exchange: Exchange, jwt: Jwt) => {
        const authority = exchange.runtime.entraAuthority ?? endpoint(exchange);
        return [configurationAddress(authority, tenant(exchange), jwt.claim('ver')[0])];
      },
    };
    const accepted: Getter<string>[] = [...audiences, ...backends.map((id) => () => id)];
    return tokenPolicy(element, tokenSource(element, 'Authorization'), [
      trustCheck(trust),
      timeCheck(
        () => true,
        () => grace,
      ),
      audienceCheck(accepted),
      clientCheck(clients),
      claimsCheck(element),
    ]);
  },
};

/** Tokens of version 1 have an issuer of their own, told by a configuration of its own. */
function configurationAddress(authority: string, tenant: string, version: string | undefined): string {
  const base = `${authority.replace(/\/+$/, '')}/${tenantName(tenant)}`;
  return `${base}${version === '1.0' ? '' : '/v2.0'}/.well-known/openid-configuration`;
}

/** An id or a name stands for itself; of an address, the path names the tenant, or else the host. */
function tenantName(tenant: string): string {
  if (!/^https?:\/\//i.test(tenant) || !URL.canParse(tenant)) return encodeURIComponent(tenant.trim());
  const { pathname, hostname } = new URL(tenant);
  return pathname.split('/').find((part) => part !== '') ?? hostname;
}

/** The application that asked for the token: `azp` since version 2, `appid` before. */
function clientCheck(clients: readonly string[]): TokenCheck {
  return (_exchange, jwt) => {
    if (clients.length === 0) return undefined;
    const [client = ''] = [...jwt.claim('azp'), ...jwt.claim('appid')];
    if (clients.includes(client)) return undefined;
    return {
      reason: 'TokenClaimValueNotAllowed',
      message: `The client application "${client}" is not allowed. Access denied.`,
    };
  };
}
