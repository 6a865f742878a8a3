import type { Backend, NamedValue } from './configuration/model.ts';
import { substitute } from './named-values.ts';

/** The backend with named values in its credentials, as `{{key-of-functions}}` in a header. Throws ConfigurationError for one that does not exist. */
export function withCredentials(backend: Backend, values: ReadonlyMap<string, NamedValue>): Backend {
  const file = `backends/${backend.name}/backendInformation.json`;
  const filled = (text: string) => substitute({ text, file }, values).text;
  const all = (lists: Backend['headers']) =>
    Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.map(filled)]));
  const { headers, query, authorization } = backend;
  return {
    ...backend,
    headers: all(headers),
    query: all(query),
    authorization: authorization === undefined ? undefined : filled(authorization),
  };
}
