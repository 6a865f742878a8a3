import * as z from 'zod';
import type { Json } from './document.ts';

/**
 * Turns zod schemas into OpenAPI 3.0 ones. A schema with an id in its metadata becomes a component, written once and
 * referred to.
 */
export class Schemas {
  readonly #components = new Map<string, Json>();

  /** @param io `input` for what clients send, `output` for what they get */
  reference(schema: z.ZodType, io: 'input' | 'output'): Json {
    const converted = z.toJSONSchema(schema, {
      target: 'openapi-3.0',
      io,
      override: ({ jsonSchema }) => {
        // Answers may grow: a client must not be told that members it does not know are wrong.
        if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
        delete jsonSchema.id;
        // Integers come with the bounds of JavaScript's; they say nothing about the API.
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      },
    }) as Json;
    return this.#hoist(converted, schema.meta()?.id);
  }

  /** Adds a component that no zod schema describes. */
  add(name: string, schema: Json): Json {
    this.#components.set(name, schema);
    return { $ref: `#/components/schemas/${name}` };
  }

  /** All components, by name. */
  all(): Json {
    return Object.fromEntries([...this.#components].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #hoist(converted: Json, id: string | undefined): Json {
    const { $schema: _, definitions, $defs, ...rest } = converted;
    const nested = { ...(definitions as Json), ...($defs as Json) } as Record<string, Json>;
    for (const [name, schema] of Object.entries(nested)) this.#components.set(name, pointAtComponents(schema));
    const own = pointAtComponents(rest);
    // A schema with an id comes as a reference to its own definition, unless nothing in it needed definitions.
    return id && !own.$ref ? this.add(id, own) : own;
  }
}

function pointAtComponents<T>(value: T): T {
  const text = JSON.stringify(value).replaceAll(
    /"#\/(?:definitions|\$defs|components\/schemas)\//g,
    '"#/components/schemas/',
  );
  return JSON.parse(text) as T;
}
