import type { OperationParameter, ParameterStyle } from '../configuration/model.ts';
import type { SentParameters } from './parameter-findings.ts';
import { propertiesOf } from './schema-types.ts';

/** A value whose structure is known, and whose scalars are still text. */
export type RawValue = string | readonly RawValue[] | { readonly [key: string]: RawValue };

const delimiters: Partial<Record<ParameterStyle['name'], string>> = {
  spaceDelimited: ' ',
  pipeDelimited: '|',
  tabDelimited: '\t',
};

/** The lists that values may be, likeliest first: an exploded one may have one item, or be written as if it were not. */
export function rawLists(values: readonly string[], style: ParameterStyle | undefined): RawValue[] {
  if (values.length > 1) return [values];
  const [text = ''] = values;
  const parts = splitPrefixed(text, style)?.map(afterName) ?? text.split(delimiters[style?.name ?? 'simple'] ?? ',');
  const repeats = style !== undefined && style.explode && style.name !== 'simple' && !isPrefixed(style);
  return repeats ? [[text], parts] : [parts];
}

/** The object in one value: `a,1,b,2`, or `a=1,b=2` where it is exploded. Undefined when it is none. */
export function rawObject(text: string, style: ParameterStyle | undefined): RawValue | undefined {
  if (!style) return undefined;
  const delimiter = delimiters[style.name] ?? ',';
  const parts = splitPrefixed(text, style) ?? text.split(delimiter);
  if (style.explode) {
    const pairs = parts.map((part) => /^([^=]+)=(.*)$/s.exec(part));
    return pairs.every((pair) => pair !== null)
      ? objectOf(pairs.map(([, name = '', value = '']) => [name, value]))
      : undefined;
  }
  if (parts.length % 2 === 1) return undefined;
  return objectOf(parts.flatMap((name, i) => (i % 2 === 0 ? [[name, parts[i + 1] ?? ''] as const] : [])));
}

const isPrefixed = ({ name }: ParameterStyle) => name === 'label' || name === 'matrix';
const afterName = (part: string) => part.slice(part.indexOf('=') + 1);

/** The value of the styles `label` and `matrix` without what goes before it. */
export function withoutPrefix(text: string, style: ParameterStyle | undefined): string {
  if (style?.name === 'label') return text.replace(/^\./, '');
  return style?.name === 'matrix' ? afterName(text) : text;
}

function splitPrefixed(text: string, style: ParameterStyle | undefined): string[] | undefined {
  if (!style || !isPrefixed(style)) return undefined;
  if (!style.explode) return withoutPrefix(text, style).split(',');
  return text.replace(/^[.;]/, '').split(style.name === 'label' ? '.' : ';');
}

/** An object whose names nobody looks up, whatever a client calls them. */
function objectOf(entries: readonly (readonly [string, RawValue])[]): Record<string, RawValue> {
  return Object.assign(Object.create(null) as Record<string, RawValue>, Object.fromEntries(entries));
}

/** An object that is spread over query parameters of other names, and those names: `filter[a]=1`, or exploded `a=1`. */
export function spreadObject(
  parameter: OperationParameter,
  sent: SentParameters,
): { names: string[]; value: RawValue } | undefined {
  const { style, name, schema = {} } = parameter;
  if (style?.name === 'deepObject') return deepObject(name, sent);
  if (style?.name !== 'form' || !style.explode) return undefined;
  const known = new Set(propertiesOf({ schema, document: schema }));
  const names = sent.names.filter((one) => known.has(one));
  if (names.length === 0) return undefined;
  const value = objectOf(
    names.map((one) => {
      const values = sent.valuesOf(one);
      return [one, values.length > 1 ? values : (values[0] ?? '')];
    }),
  );
  return { names, value };
}

function deepObject(name: string, sent: SentParameters): { names: string[]; value: RawValue } | undefined {
  const names = sent.names.filter((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}[`) && one.endsWith(']'));
  if (names.length === 0) return undefined;
  const value = objectOf([]);
  for (const one of names) {
    const keys = one.slice(name.length + 1, -1).split('][');
    const values = sent.valuesOf(one);
    let at = value;
    // What is sent both as an object and as a value is what came last.
    for (const key of keys.slice(0, -1)) {
      const inner = at[key];
      at = at[key] =
        typeof inner === 'object' && !Array.isArray(inner) ? (inner as Record<string, RawValue>) : objectOf([]);
    }
    at[keys.at(-1) ?? ''] = values.length > 1 ? values : (values[0] ?? '');
  }
  return { names, value };
}
