/** Where an instance of API Management is administered. */
export interface Administration {
  /** Base address of the resource manager: `https://management.azure.com`, or the local gateway's. */
  endpoint: string;
  /** `/subscriptions/.../providers/Microsoft.ApiManagement/service/NAME`. */
  service: string;
  /** A bearer token, asked for before every request. */
  token: () => Promise<string> | string;
  /** How long one request may take, its answer included, in milliseconds; 10,000 without. */
  patienceMs?: number;
}

export interface NamedValue {
  name: string;
  value: string;
  tags: readonly string[];
}

/** The resource manager refused, or could not be understood. */
export class AdministrationError extends Error {
  override name = 'AdministrationError';
}

const apiVersion = '2024-05-01';
const defaultPatienceMs = 10_000;

/** Every plain named value; secrets have no value to read and are left out. @throws {AdministrationError} */
export async function listNamedValues(administration: Administration): Promise<NamedValue[]> {
  const found: NamedValue[] = [];
  let next: string | undefined = address(administration, '/namedValues');
  while (next !== undefined) {
    const page = JSON.parse((await send(administration, next, {})).text) as {
      value: { name: string; properties: { value?: string; tags?: string[] } }[];
      nextLink?: string;
    };
    for (const { name, properties } of page.value)
      if (properties.value !== undefined) found.push({ name, value: properties.value, tags: properties.tags ?? [] });
    next = page.nextLink || undefined;
  }
  return found;
}

/**
 * Changes a named value from what it is known to hold, and returns when the resource manager has done it: the gateway
 * itself may take longer. @throws {AdministrationError} also when somebody else has changed it since
 */
export async function changeNamedValue(
  administration: Administration,
  { name, from, to, tags }: { name: string; from: string; to: string; tags: readonly string[] },
  wait: (milliseconds: number) => Promise<void>,
): Promise<void> {
  const url = address(administration, `/namedValues/${encodeURIComponent(name)}`);
  const now = await send(administration, url, {});
  const { properties } = JSON.parse(now.text) as { properties: { value?: string } };
  if (properties.value !== from)
    throw new AdministrationError(`${name} is ${properties.value} and no longer ${from}: somebody else has moved it`);
  let response = await send(administration, url, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', 'if-match': now.headers.get('etag') ?? '*' },
    body: JSON.stringify({ properties: { value: to, tags } }),
  });
  // The service answers 202 and works on: Location tells when it is done.
  while (response.status === 202) {
    const location = response.headers.get('location');
    if (!location) throw new AdministrationError(`changing ${name} was accepted, but not where to ask about it`);
    await wait(1000 * Number(response.headers.get('retry-after') ?? 1));
    response = await send(administration, location, {});
  }
}

function address({ endpoint, service }: Administration, path: string): string {
  return `${endpoint.replace(/\/$/, '')}${service}${path}?api-version=${apiVersion}`;
}

async function send(administration: Administration, url: string, init: RequestInit): Promise<Answer> {
  const token = await administration.token();
  const headers = { ...(init.headers as Record<string, string> | undefined), authorization: `Bearer ${token}` };
  const what = `${init.method ?? 'GET'} ${url}`;
  const { patienceMs = defaultPatienceMs } = administration;
  const signal = AbortSignal.timeout(patienceMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { ...init, headers, signal });
    text = await response.text();
  } catch (cause) {
    const { code, message } = ((cause as Error).cause ?? cause) as NodeJS.ErrnoException;
    const why = signal.aborted ? `no answer in ${patienceMs / 1000} s` : (code ?? message);
    // A request that only reads has moved nothing; one that was sent may yet be carried out.
    const moved = init.method === 'PATCH' ? '; it is not known whether the value was changed' : '';
    throw new AdministrationError(`the gateway's administration does not answer: ${what}: ${why}${moved}`, { cause });
  }
  if (!response.ok)
    throw new AdministrationError(`the gateway's administration refused ${what}: ${response.status} ${text}`);
  return { status: response.status, headers: response.headers, text };
}

interface Answer {
  status: number;
  headers: Headers;
  text: string;
}
