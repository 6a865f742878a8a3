/** A query parameter in the template of an operation: `a={b}` wants one and names its value, `a=b` wants that value. */
export interface TemplateQuery {
  name: string;
  parameter: string | undefined;
  value: string;
}

const none: readonly TemplateQuery[] = [];

/** What stands behind the question mark of a template. */
export function templateQuery(urlTemplate: string): readonly TemplateQuery[] {
  const question = urlTemplate.indexOf('?');
  if (question === -1) return none;
  return Array.from(new URLSearchParams(urlTemplate.slice(question)), ([name, value]) => ({
    name,
    parameter: /^\{([^{}]+)\}$/.exec(value)?.[1],
    value,
  }));
}
