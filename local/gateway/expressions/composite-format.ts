import { ExpressionError } from '../errors.ts';
import { argumentNull } from './text-parts.ts';
import { formatValue } from './values.ts';

/** `string.Format`: `{0}`, `{1,-8}`, `{2:N2}`. Throws FormatException. */
export function composite(format: string | null, values: readonly unknown[] | null, provider?: unknown): string {
  if (format === null || values === null) throw argumentNull(format === null ? 'format' : 'args');
  return format.replace(
    /\{\{|\}\}|\{(\d{1,6})\s*(?:,\s*(-?\d{1,4})\s*)?(?::((?:[^{}]|\{\{|\}\})*))?\}|[{}]/g,
    (whole, index, width, spec) => {
      if (whole === '{{' || whole === '}}') return whole[0] as string;
      if (index === undefined)
        throw new ExpressionError('FormatException', 'Input string was not in a correct format.');
      if (Number(index) >= values.length)
        throw new ExpressionError(
          'FormatException',
          'Index (zero based) must be greater than or equal to zero and less than the size of the argument list.',
        );
      const text = formatValue(
        values[Number(index)],
        (spec as string | undefined)?.replaceAll(/\{\{|\}\}/g, (pair) => pair[0] as string),
        provider,
      );
      const size = Number(width ?? 0);
      return size < 0 ? text.padEnd(-size) : text.padStart(size);
    },
  );
}
