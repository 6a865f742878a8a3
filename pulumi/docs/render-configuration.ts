import { z } from 'zod';
import { settings } from '../config/schema.ts';
import { page, table } from './markdown.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** Every setting of `Pulumi.<stack>.yaml`, from the schema that checks it. */
export function renderConfiguration(): string {
  const rows = Object.entries(settings).flatMap(([name, schema]) =>
    settingRows(name, z.toJSONSchema(schema as z.ZodType, { io: 'input', unrepresentable: 'any' }), true),
  );
  return page(
    'Configuration of a stack',
    'All of `Pulumi.<stack>.yaml`, below `exchange-api:`. Whatever is wrong is told at once, by key, before anything is made; so are combinations that Azure refuses (`pulumi/config/combinations.ts`).',
    table(['Setting', 'Takes', 'Default', 'Meaning'], rows),
  );
}

function settingRows(path: string, schema: Schema, required: boolean): string[][] {
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants?.every(({ type }) => type === 'object'))
    return variants.flatMap((variant) => settingRows(path, variant, required));
  if (schema.type === 'object') {
    const needed = new Set(schema.required);
    return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      settingRows(`${path}.${name}`, property as Schema, needed.has(name)),
    );
  }
  const fallback =
    schema.default === undefined ? (required ? 'required' : 'none') : `\`${JSON.stringify(schema.default)}\``;
  return [[`\`${path}\``, takes(schema), fallback, schema.description ?? '']];
}

function takes(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return variants.map(takes).join(', ');
  if (schema.type === 'array') return `list of ${takes(schema.items as Schema)}`;
  if (schema.type === 'integer' || schema.type === 'number')
    return `${schema.type === 'integer' ? 'whole number' : 'number'}, ${schema.minimum} to ${schema.maximum}`;
  if (schema.type === 'boolean') return '`true`, `false`';
  return schema.format === undefined
    ? schema.pattern === undefined
      ? 'text'
      : `text like \`${schema.pattern}\``
    : schema.format;
}
