import { ExpressionError } from '../errors.ts';

/** A culture by which values are written: the invariant one or American English. */
export class CultureInfo {
  readonly name: '' | 'en' | 'en-US';
  constructor(name: '' | 'en' | 'en-US' = '') {
    this.name = name;
  }

  toNetString(): string {
    return this.name;
  }
}

const known = ['', 'en', 'en-US'] as const;

/** Throws CultureNotFoundException for the cultures that are not known here. */
export function cultureOf(name: string | null): CultureInfo {
  const found = known.find((one) => one.toLowerCase() === name?.toLowerCase());
  if (found === undefined)
    throw new ExpressionError(
      'CultureNotFoundException',
      `Culture '${name}' is not supported.\r\nParameter name: name`,
    );
  return new CultureInfo(found);
}

/** Whether a provider of formats writes as Americans do. */
export const isAmerican = (provider: unknown): boolean => provider instanceof CultureInfo && provider.name !== '';
