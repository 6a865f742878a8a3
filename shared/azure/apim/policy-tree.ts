/** A C# expression that the gateway evaluates for each request: `@(code)`, or `@{code}` with statements. */
export interface Expression {
  code: string;
  statements: boolean;
}

/** Text as it is, or an expression. `{{name}}` in either is replaced by a named value when policies load. */
export type Value = string | Expression;

export interface PolicyElement {
  name: string;
  attributes: Readonly<Record<string, Value | undefined>>;
  children: readonly PolicyNode[];
}

export type PolicyNode = PolicyElement | { text: Value } | { comment: string };

export interface PolicySections {
  inbound?: readonly PolicyNode[];
  backend?: readonly PolicyNode[];
  outbound?: readonly PolicyNode[];
  onError?: readonly PolicyNode[];
}

/** One C# expression. */
export function expression(code: string): Expression {
  return { code, statements: false };
}

/** C# statements, indented as written, that end in `return`. */
export function statements(code: string): Expression {
  return { code, statements: true };
}

export function element(
  name: string,
  attributes: PolicyElement['attributes'] = {},
  children: readonly PolicyNode[] = [],
): PolicyElement {
  return { name, attributes, children };
}

/** A policy document: a section that is not given runs what stands above it, and nothing else. */
export function policyDocument(sections: PolicySections): PolicyElement {
  const section = (name: string, nodes: readonly PolicyNode[] = [base]) => element(name, {}, nodes);
  return element('policies', {}, [
    section('inbound', sections.inbound),
    section('backend', sections.backend),
    section('outbound', sections.outbound),
    section('on-error', sections.onError),
  ]);
}

/** What the scope above does, here. */
export const base: PolicyElement = element('base');
