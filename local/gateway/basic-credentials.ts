export class BasicCredentials {
  readonly userId: string;
  readonly password: string;
  constructor(userId: string, password: string) {
    this.userId = userId;
    this.password = password;
  }
}

/** The credentials of an Authorization header; null if it holds no Basic ones. */
export function parseBasic(header: string): BasicCredentials | null {
  const encoded = /^\s*Basic\s+([A-Za-z0-9+/=]+)\s*$/i.exec(header)?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? null : new BasicCredentials(text.slice(0, colon), text.slice(colon + 1));
}
