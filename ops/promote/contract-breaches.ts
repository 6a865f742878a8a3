import type { Operation } from '../../shared/contract/operation.ts';
import { FailedError } from '../command.ts';

/**
 * Asks a deployed API what can be asked without changing anything, and compares the answers with the contract: reads
 * without parameters answer 200 with a body of their schema, and those that need a key refuse a request without one.
 * @param key subscription key; without one only the public reads and the refusals are checked
 * @returns one line for each breach
 */
export async function contractBreaches(
  url: string,
  key: string | undefined,
  operations: readonly Operation[],
): Promise<string[]> {
  const reads = operations.filter(
    ({ method, path, access }) => method === 'GET' && !path.includes('{') && (access === 'public' || access === 'key'),
  );
  const breaches: string[] = [];
  for (const operation of reads) {
    if (operation.access === 'key') breaches.push(...(await refusal(url, operation)));
    if (operation.access === 'public' || key !== undefined) breaches.push(...(await answer(url, operation, key)));
  }
  return breaches;
}

async function refusal(url: string, { id, path }: Operation): Promise<string[]> {
  const { status, headers } = await ask(url, path, {});
  const problem = headers.get('content-type')?.startsWith('application/problem+json');
  return status === 401 && problem ? [] : [`${id} without a key answers ${status}, not 401 with problem details`];
}

async function answer(
  url: string,
  { id, path, responses, query }: Operation,
  key: string | undefined,
): Promise<string[]> {
  // What needs a query cannot be asked without knowing a good one.
  if (query !== undefined && !query.safeParse({}).success) return [];
  const { status, body } = await ask(url, path, key === undefined ? {} : { 'x-api-key': key });
  if (status !== 200) return [`${id} answers ${status}, not 200`];
  const checked = responses[200]?.schema?.safeParse(body);
  return checked === undefined || checked.success
    ? []
    : checked.error.issues.map((issue) => `${id}: /${issue.path.join('/')} ${issue.message}`);
}

async function ask(
  url: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const address = new URL(path, url);
  const response = await fetch(address, { headers, signal: AbortSignal.timeout(30_000) }).catch((cause: unknown) => {
    throw new FailedError(`${address.href} does not answer`, { cause });
  });
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = text;
  }
  return { status: response.status, headers: response.headers, body };
}
