import { LoadError } from './errors.ts';
import type { NamedValue, PolicySource } from './configuration/model.ts';

const reference = /\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}/g;

/** Puts named values into policy text, by their display names. Throws LoadError for one that does not exist. */
export function substitute(source: PolicySource, values: ReadonlyMap<string, NamedValue>): PolicySource {
  if (!source.text.includes('{{')) return source;
  const text = source.text.replace(reference, (_whole, name: string, offset: number) => {
    const found = values.get(name);
    if (found) return found.value ?? placeholder(found);
    const before = source.text.slice(0, offset).split('\n');
    throw new LoadError(`there is no named value "${name}"`, {
      file: source.file,
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
    });
  });
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
