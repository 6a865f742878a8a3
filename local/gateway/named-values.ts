import { ConfigurationError, LoadError } from './errors.ts';
import type { NamedValue, PolicySource } from './configuration/model.ts';

/** How policies and backends name one. */
export const namedValueReference = /\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}/g;

/** Liquid writes its outputs as named values are written; what is none there is Liquid's. */
const liquidTemplate = /<set-body[^>]*\btemplate\s*=\s*["']liquid["'][^>]*>[^]*?<\/set-body>/g;

/** Puts named values into policy text, by their display names. Throws ConfigurationError for those that do not exist. */
export function substitute(source: PolicySource, values: ReadonlyMap<string, NamedValue>): PolicySource {
  if (!source.text.includes('{{')) return source;
  const templates = [...source.text.matchAll(liquidTemplate)].map(
    ({ index, 0: whole }) => [index, index + whole.length] as const,
  );
  const missing: LoadError[] = [];
  const text = source.text.replace(namedValueReference, (whole, name: string, offset: number) => {
    const found = values.get(name);
    if (found) return found.value ?? placeholder(found);
    if (templates.some(([from, to]) => offset >= from && offset < to)) return whole;
    const before = source.text.slice(0, offset).split('\n');
    const place = { file: source.file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    missing.push(new LoadError(`there is no named value "${name}"`, place));
    return whole;
  });
  if (missing.length > 0) throw new ConfigurationError(missing);
  return { ...source, text };
}

/** What stands in for a secret that the folder names but does not hold. */
function placeholder(value: NamedValue): string {
  return `secret-${value.displayName}-not-set`;
}

/** Named values by the display name that policies use. */
export function byDisplayName(values: Iterable<NamedValue>): Map<string, NamedValue> {
  return new Map(Array.from(values, (value) => [value.displayName, value]));
}
