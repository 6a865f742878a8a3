import type { OperationParameter } from '../configuration/model.ts';
import { shortened } from './check.ts';

type Read = { value: unknown } | { problem: string };

/** The value of a parameter, of the type that its description says. */
export function parameterValue(values: readonly string[], { type, schema }: OperationParameter): Read {
  if (type !== 'array') return scalar(values[0] ?? '', type);
  const parts = values.length > 1 ? values : (values[0] ?? '').split(',');
  const { items } = (schema ?? {}) as { items?: { type?: unknown } };
  const read = parts.map((part) => scalar(part, typeof items?.type === 'string' ? items.type : 'string'));
  const problem = read.find((one) => 'problem' in one);
  return problem ?? { value: read.map((one) => ('value' in one ? one.value : undefined)) };
}

function scalar(text: string, type: string): Read {
  const unfit = { problem: `Could not convert string to ${type}: ${shortened(text)}.` };
  switch (type) {
    case 'integer':
      return /^-?\d+$/.test(text) ? { value: Number(text) } : unfit;
    case 'number':
      return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? { value: Number(text) } : unfit;
    case 'boolean':
      return /^(?:true|false)$/i.test(text) ? { value: text.toLowerCase() === 'true' } : unfit;
    case 'object':
      return parsed(text) ?? unfit;
    default:
      return { value: text };
  }
}

function parsed(text: string): Read | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
