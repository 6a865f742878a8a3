import type { ResourceKind } from './resource-kind.ts';

/** The service's schemas. They are read only: the folder of artefacts has them. */
export const schemaKind: ResourceKind = {
  type: 'schemas',
  names: ({ schemas }) => schemas.keys(),
  view: ({ schemas }, name) => {
    const found = schemas.get(name);
    if (!found) return undefined;
    const content = found.format === 'json' ? { document: found.document } : { value: found.text };
    return { schemaType: found.format, description: found.description, ...content, provisioningState: 'Succeeded' };
  },
  filterable: ['schemaType'],
};
