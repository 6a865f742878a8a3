/** What a provider signs with. */
interface ProviderSettings {
  scheme: 'standard-webhooks' | 'hmac-hex' | 'hmac-hex-timestamp' | 'github' | 'stripe';
  /** All that verify now; several while a secret rotates. */
  secrets: string[];
  [option: string]: unknown;
}

export interface Settings {
  databaseUrl: string;
  cosmos: { endpoint: string; key?: string };
  /** A connection string, or a namespace to sign in to with the managed identity. */
  serviceBus: { connectionString: string } | { fullyQualifiedNamespace: string };
  gatewayKey: string;
  providers: Record<string, ProviderSettings>;
  packageDigest?: string;
  /** Where checkpoints of the audit trail go: a blob container (https) or a folder (file). */
  checkpointsUrl?: string;
  /** Ed25519 key that signs them: base64 of PKCS#8. */
  checkpointKey?: string;
  /** Addresses webhooks may reach although they are private. For development only. */
  webhookAllow?: string;
}

/** Settings are missing or wrong; the message lists every one of them by name. */
export class SettingsError extends Error {
  override name = 'SettingsError';
  readonly retryable = true;
}

const schemes = ['standard-webhooks', 'hmac-hex', 'hmac-hex-timestamp', 'github', 'stripe'];

/** Reads and checks all settings at once. @throws {SettingsError} naming everything that is missing or wrong */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const faults: string[] = [];
  const required = (name: string): string => {
    const value = environment[name];
    if (!value) faults.push(`${name} is missing`);
    return value ?? '';
  };
  const url = (name: string, protocols: readonly string[]): string => {
    const value = required(name);
    if (value && !protocols.includes(URL.parse(value)?.protocol ?? '')) {
      faults.push(`${name} must be a URL beginning with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
    }
    return value;
  };
  const settings: Settings = {
    databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:']),
    cosmos: { endpoint: url('COSMOS_ENDPOINT', ['https:', 'http:']), ...optional('key', environment.COSMOS_KEY) },
    serviceBus: readServiceBus(environment, faults),
    gatewayKey: required('GATEWAY_KEY'),
    providers: readProviders(environment.PROVIDERS, faults),
    ...optional('packageDigest', environment.PACKAGE_DIGEST),
    ...optional('checkpointsUrl', environment.CHECKPOINTS_URL),
    ...optional('checkpointKey', environment.CHECKPOINT_KEY),
    ...optional('webhookAllow', environment.WEBHOOK_ALLOW),
  };
  if (faults.length > 0) throw new SettingsError(`the settings are not complete: ${faults.join('; ')}`);
  return settings;
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return (value ? { [key]: value } : {}) as { [P in K]?: string };
}

function readServiceBus(environment: Record<string, string | undefined>, faults: string[]): Settings['serviceBus'] {
  const { ServiceBus: connectionString, ServiceBus__fullyQualifiedNamespace: fullyQualifiedNamespace } = environment;
  if (connectionString) return { connectionString };
  if (fullyQualifiedNamespace) return { fullyQualifiedNamespace };
  faults.push('ServiceBus or ServiceBus__fullyQualifiedNamespace is missing');
  return { connectionString: '' };
}

function readProviders(text: string | undefined, faults: string[]): Record<string, ProviderSettings> {
  if (!text) {
    faults.push('PROVIDERS is missing');
    return {};
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    faults.push('PROVIDERS must be a JSON object');
    return {};
  }
  for (const [name, value] of Object.entries(parsed)) {
    const { scheme, secrets } = (value ?? {}) as Partial<ProviderSettings>;
    if (!scheme || !schemes.includes(scheme))
      faults.push(`PROVIDERS: scheme of ${name} must be one of ${schemes.join(', ')}`);
    if (!Array.isArray(secrets) || secrets.length === 0 || !secrets.every((secret) => typeof secret === 'string')) {
      faults.push(`PROVIDERS: secrets of ${name} must be a list of at least one text`);
    }
  }
  // Without a prototype: providers are looked up by a name out of a path, and `constructor` is none.
  return Object.assign(Object.create(null) as Record<string, ProviderSettings>, parsed);
}
