import type { PolicyElement, PolicyNode, Value } from './policy-tree.ts';

const indent = '    ';

/** How the resource manager is told that a policy is written: well-formed, or with its expressions as C# has them. */
export const policyFormats = ['xml', 'rawxml'] as const;
export type PolicyFormat = (typeof policyFormats)[number];

/**
 * A policy tree as text, four spaces a level, ending in a line feed. Quotes of expressions stay as they are in either
 * format, so both are the same bytes unless an expression has a `<` or a `&`.
 */
export function renderPolicy(root: PolicyElement, format: PolicyFormat = 'xml'): string {
  const renderElement = ({ name, attributes, children }: PolicyElement, depth: number): string[] => {
    const pad = indent.repeat(depth);
    const written = Object.entries(attributes)
      .filter((entry): entry is [string, Value] => entry[1] !== undefined)
      .map(([key, value]) => ` ${key}=${attribute(value, pad, format)}`)
      .join('');
    if (children.length === 0) return [`${pad}<${name}${written} />`];
    const [only] = children;
    if (children.length === 1 && only && 'text' in only)
      return [`${pad}<${name}${written}>${escapedText(only.text, pad, format)}</${name}>`];
    return [
      `${pad}<${name}${written}>`,
      ...children.flatMap((child) => renderNode(child, depth + 1)),
      `${pad}</${name}>`,
    ];
  };
  const renderNode = (node: PolicyNode, depth: number): string[] => {
    const pad = indent.repeat(depth);
    if ('comment' in node) return [`${pad}<!-- ${node.comment} -->`];
    if ('text' in node) return [`${pad}${escapedText(node.text, pad, format)}`];
    return renderElement(node, depth);
  };
  return `${renderElement(root, 0).join('\n')}\n`;
}

function valueText(value: Value, pad: string): string {
  if (typeof value === 'string') return value;
  if (!value.statements) return `@(${value.code})`;
  const lines = value.code.split('\n').map((line) => (line ? `${pad}${indent}${line}` : line));
  return `@{\n${lines.join('\n')}\n${pad}}`;
}

function escapedText(value: Value, pad: string, format: PolicyFormat): string {
  const text = valueText(value, pad);
  if (format === 'rawxml' && typeof value !== 'string') return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** Single quotes around what holds double ones, so that C# strings read as C#. */
function attribute(value: Value, pad: string, format: PolicyFormat): string {
  const escaped = escapedText(value, pad, format);
  if (escaped.includes('"') && !escaped.includes("'")) return `'${escaped}'`;
  return format === 'rawxml' && typeof value !== 'string' ? `"${escaped}"` : `"${escaped.replaceAll('"', '&quot;')}"`;
}
