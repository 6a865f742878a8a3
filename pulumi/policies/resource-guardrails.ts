import type { ReportViolation, ResourceValidationArgs, ResourceValidationPolicy } from '@pulumi/policy';

type Properties = Record<string, unknown>;

/** What a type of resource must have: each path, the values that pass, and what to say otherwise. */
interface Requirement {
  type: string;
  path: string;
  allowed: readonly unknown[];
}

const tls: readonly Requirement[] = [
  { type: 'storage:StorageAccount', path: 'minimumTlsVersion', allowed: ['TLS1_2', 'TLS1_3'] },
  { type: 'storage:StorageAccount', path: 'enableHttpsTrafficOnly', allowed: [true] },
  { type: 'servicebus:Namespace', path: 'minimumTlsVersion', allowed: ['1.2', '1.3'] },
  { type: 'cosmosdb:DatabaseAccount', path: 'minimalTlsVersion', allowed: ['Tls12', 'Tls13'] },
  { type: 'redisenterprise:RedisEnterprise', path: 'minimumTlsVersion', allowed: ['1.2', '1.3'] },
  { type: 'redisenterprise:Database', path: 'clientProtocol', allowed: ['Encrypted'] },
  { type: 'web:WebApp', path: 'siteConfig.minTlsVersion', allowed: ['1.2', '1.3'] },
  { type: 'web:WebApp', path: 'siteConfig.scmMinTlsVersion', allowed: ['1.2', '1.3'] },
  { type: 'web:WebApp', path: 'httpsOnly', allowed: [true] },
];

const identityOnly: readonly Requirement[] = [
  { type: 'storage:StorageAccount', path: 'allowSharedKeyAccess', allowed: [false] },
  { type: 'servicebus:Namespace', path: 'disableLocalAuth', allowed: [true] },
  { type: 'cosmosdb:DatabaseAccount', path: 'disableLocalAuth', allowed: [true] },
  { type: 'applicationinsights:Component', path: 'disableLocalAuth', allowed: [true] },
  { type: 'operationalinsights:Workspace', path: 'features.disableLocalAuth', allowed: [true] },
  { type: 'dbforpostgresql:Server', path: 'authConfig.passwordAuth', allowed: ['Disabled'] },
  { type: 'keyvault:Vault', path: 'properties.enableRbacAuthorization', allowed: [true] },
  { type: 'web:WebAppScmAllowed', path: 'allow', allowed: [false] },
  { type: 'web:WebAppFtpAllowed', path: 'allow', allowed: [false] },
];

const closedBlobs: readonly Requirement[] = [
  { type: 'storage:StorageAccount', path: 'allowBlobPublicAccess', allowed: [false] },
  { type: 'storage:BlobContainer', path: 'publicAccess', allowed: ['None'] },
];

/** Guardrails that need to see one resource only. */
export const resourceGuardrails: readonly ResourceValidationPolicy[] = [
  requires('no-public-blobs', 'Nobody reads a blob without an identity.', closedBlobs),
  requires('tls-1-2', 'Nothing speaks less than TLS 1.2, or plain HTTP.', tls),
  requires('no-local-auth', 'Access is by identity: no account keys, no passwords.', identityOnly),
  {
    name: 'no-plain-secret',
    description: 'A secret reaches an app or a policy as a reference to the vault, never as text.',
    enforcementLevel: 'mandatory',
    validateResource: noPlainSecret,
  },
];

function requires(name: string, description: string, requirements: readonly Requirement[]): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: 'mandatory',
    validateResource: ({ type, props }: ResourceValidationArgs, report: ReportViolation) => {
      for (const { path, allowed, ...requirement } of requirements) {
        if (type !== `azure-native:${requirement.type}`) continue;
        const value = path.split('.').reduce<unknown>((at, key) => (at as Properties | undefined)?.[key], props);
        if (!allowed.includes(value))
          report(`${path} is ${JSON.stringify(value)}, must be ${allowed.map((v) => JSON.stringify(v)).join(' or ')}`);
      }
    },
  };
}

/** What a secret looks like, whatever the setting is called. */
const secretShapes: readonly [shape: string, pattern: RegExp][] = [
  ['an account key', /(AccountKey|SharedAccessKey|AccessKey)=[^;]{16,}/i],
  ['a password in a URL', /:\/\/[^/\s:@]+:[^/\s@]+@/],
  ['a webhook secret', /\bwhsec_[A-Za-z0-9+/=]{16,}/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a signed token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./],
  ['a shared access signature', /[?&]sig=[\w%+/=]{20,}/],
];

/** A cache is read by its key only, which Pulumi keeps as a secret; the API's document has made-up secrets as examples. */
const exempt = ['azure-native:apimanagement:Cache', 'azure-native:apimanagement:Api'];

const secretNames = /KEY|SECRET|PASSWORD|TOKEN|PROVIDERS|CREDENTIALS/i;
const reference = /^@Microsoft\.KeyVault\(SecretUri=https:\/\/[^)]+\)$/;

function noPlainSecret({ type, props }: ResourceValidationArgs, report: ReportViolation): void {
  if (type === 'azure-native:web:WebApp') {
    const settings =
      (props as { siteConfig?: { appSettings?: { name: string; value: unknown }[] } }).siteConfig?.appSettings ?? [];
    for (const { name, value } of settings) checkText(name, value, report);
    return;
  }
  if (type === 'azure-native:apimanagement:NamedValue') {
    const { namedValueId, value, secret } = props as { namedValueId: string; value?: unknown; secret?: boolean };
    if (secret !== true) checkText(namedValueId, value, report);
    return;
  }
  if (exempt.includes(type)) return;
  for (const [path, text] of texts(props, '')) {
    for (const [shape, pattern] of secretShapes) {
      if (pattern.test(text)) report(`${path} looks like ${shape}`);
    }
  }
}

function checkText(name: string, value: unknown, report: ReportViolation): void {
  if (typeof value !== 'string' || reference.test(value)) return;
  const shape = secretShapes.find(([, pattern]) => pattern.test(value))?.[0];
  if (shape !== undefined) report(`${name} looks like ${shape}: put it into the vault and refer to it`);
  else if (secretNames.test(name)) report(`${name} is named like a secret, but is no reference to the vault`);
}

function* texts(value: unknown, path: string): Generator<[string, string]> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* texts(item, path === '' ? key : `${path}.${key}`);
  }
}
