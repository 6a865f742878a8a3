import type { PolicyElement, PolicyNode, Value } from './policy-tree.ts';

const indent = '    ';

/**
 * A policy tree as well-formed XML, four spaces a level, ending in a line feed. The text is the same whether the
 * resource manager takes it as `xml` or as `rawxml`, as far as XML allows: quotes of expressions stay as they are.
 */
export function renderPolicy(root: PolicyElement): string {
  return `${renderElement(root, 0).join('\n')}\n`;
}

function renderElement({ name, attributes, children }: PolicyElement, depth: number): string[] {
  const pad = indent.repeat(depth);
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, Value] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}=${attribute(valueText(value, pad))}`)
    .join('');
  if (children.length === 0) return [`${pad}<${name}${written} />`];
  const [only] = children;
  if (children.length === 1 && only && 'text' in only)
    return [`${pad}<${name}${written}>${escapeText(valueText(only.text, pad))}</${name}>`];
  return [
    `${pad}<${name}${written}>`,
    ...children.flatMap((child) => renderNode(child, depth + 1)),
    `${pad}</${name}>`,
  ];
}

function renderNode(node: PolicyNode, depth: number): string[] {
  const pad = indent.repeat(depth);
  if ('comment' in node) return [`${pad}<!-- ${node.comment} -->`];
  if ('text' in node) return [`${pad}${escapeText(valueText(node.text, pad))}`];
  return renderElement(node, depth);
}

function valueText(value: Value, pad: string): string {
  if (typeof value === 'string') return value;
  if (!value.statements) return `@(${value.code})`;
  const lines = value.code.split('\n').map((line) => (line ? `${pad}${indent}${line}` : line));
  return `@{\n${lines.join('\n')}\n${pad}}`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** Single quotes around what holds double ones, so that C# strings read as C#. */
function attribute(text: string): string {
  const escaped = escapeText(text);
  return escaped.includes('"') && !escaped.includes("'") ? `'${escaped}'` : `"${escaped.replaceAll('"', '&quot;')}"`;
}
