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

function partOf(name: string, value: string): TemplateQuery {
  const parameter = /^\{\*?([^}]+)\}$/.exec(value)?.[1];
  return { name, text: parameter === undefined ? value : undefined, parameter };
}
