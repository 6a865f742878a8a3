import type { Operation } from './configuration/model.ts';

/** A query parameter that the URL template of an operation demands: with this text, or any that becomes a parameter. */
export interface TemplateQuery {
  name: string;
  text: string | undefined;
  parameter: string | undefined;
}

/** `/items/{id}?kind={kind}&list=true` as its path and the query parameters that tell it from others of that path. */
export function urlTemplateParts(urlTemplate: string): { path: string; query: TemplateQuery[] } {
  const [path = '/', query = ''] = urlTemplate.split(/\?(.*)/s);
  if (query === '') return { path, query: [] };
  return { path, query: [...new URLSearchParams(query)].map(([name, value]) => partOf(name, value)) };
}

const known = new WeakMap<Operation, ReadonlySet<string>>();

/** The names, in lower case, of what the template of an operation takes of the query. */
export function queryOf(operation: Operation): ReadonlySet<string> {
  const found =
    known.get(operation) ??
    new Set(urlTemplateParts(operation.urlTemplate).query.map(({ name }) => name.toLowerCase()));
  known.set(operation, found);
  return found;
}

function partOf(name: string, value: string): TemplateQuery {
  const parameter = /^\{\*?([^}]+)\}$/.exec(value)?.[1];
  return { name, text: parameter === undefined ? value : undefined, parameter };
}
