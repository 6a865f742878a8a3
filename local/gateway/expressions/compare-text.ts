import type { EnumValue } from './time.ts';

/** Whether a `StringComparison` or a `StringComparer`'s name ignores case. */
export function ignoresCase(comparison: EnumValue | undefined): boolean {
  return comparison?.name.endsWith('IgnoreCase') ?? false;
}

/** Ordinal comparison: -1, 0 or 1. */
export function compareText(left: string, right: string, ignoreCase: boolean): number {
  const [a, b] = ignoreCase ? [left.toUpperCase(), right.toUpperCase()] : [left, right];
  return a < b ? -1 : a > b ? 1 : 0;
}
