import type { TokenCredential } from '@azure/identity';

/** What Azure Database for PostgreSQL wants a token for. */
const scope = 'https://ossrdbms-aad.database.windows.net/.default';

/**
 * How to sign in to a database that takes no passwords: by a token of the managed identity, asked for at each new
 * connection because it lives for about an hour. Nothing where the URL has a password, or the server is not Azure's.
 */
export function databaseToken(url: string): (() => Promise<string>) | undefined {
  const { hostname, password } = new URL(url);
  if (password !== '' || !hostname.endsWith('.postgres.database.azure.com')) return undefined;
  let credential: Promise<TokenCredential> | undefined;
  return async () => {
    credential ??= signIn();
    // The credential keeps the token until it is about to end.
    const token = await (await credential).getToken(scope);
    if (!token) throw new Error('the managed identity got no token for the database');
    return token.token;
  };
}

async function signIn(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}
