import { text, type Json } from './artefact-folder.ts';
import type { ParameterStyle } from './model.ts';

const names = ['form', 'simple', 'label', 'matrix', 'spaceDelimited', 'pipeDelimited', 'deepObject'] as const;

/** OpenAPI 2 has other names for some of the styles. */
const collectionFormats: Readonly<Record<string, ParameterStyle['name']>> = {
  ssv: 'spaceDelimited',
  tsv: 'tabDelimited',
  pipes: 'pipeDelimited',
  multi: 'form',
};

/** How the value of a parameter is written, with the defaults of OpenAPI 2 and 3. */
export function styleOf(parameter: Json): ParameterStyle | undefined {
  const [mediaType] = Object.keys(parameter['content'] ?? {});
  if (mediaType !== undefined) return /\bjson$/i.test(mediaType) ? { name: 'json', explode: false } : undefined;
  const usual = parameter['in'] === 'query' ? 'form' : 'simple';
  if (parameter['schema'] === undefined) {
    const format = text(parameter, 'collectionFormat') ?? 'csv';
    return { name: collectionFormats[format] ?? usual, explode: format === 'multi' };
  }
  const name = names.find((one) => one === parameter['style']) ?? usual;
  const { explode = name === 'form' } = parameter;
  return { name, explode: explode === true };
}
