import type { Json } from '../configuration/artefact-folder.ts';
import type { NamedValue } from '../configuration/model.ts';
import { PropertyChecks } from './property-checks.ts';
import type { ResourceKind } from './resource-kind.ts';

/** A secret's value is only told by `listValue`. */
export const namedValueKind: ResourceKind = {
  type: 'namedValues',
  names: ({ namedValues }) => namedValues.keys(),
  view: ({ namedValues }, name) => {
    const found = namedValues.get(name);
    if (!found) return undefined;
    const { value: _secret, ...told } = propertiesOf(found);
    return { ...(found.secret ? told : propertiesOf(found)), provisioningState: 'Succeeded' };
  },
  filterable: ['displayName', 'tags'],
  change: {
    kind: 'namedValues',
    key: (name) => name,
    longestName: 256,
    properties: ({ namedValues }, name) => {
      const found = namedValues.get(name);
      return found && propertiesOf(found);
    },
    extras: [],
    defaults: () => ({ secret: false, tags: [] }),
    keptByPut: [],
    problems(properties) {
      const checks = new PropertyChecks(properties);
      const displayName = checks.text('displayName', { required: true, longest: 256 });
      if (displayName !== undefined && !/^[A-Za-z0-9-._]+$/.test(displayName))
        checks.fail('displayName', 'The display name holds letters, digits, "-", "." and "_" only.');
      if (properties['keyVault'] !== undefined)
        checks.fail('keyVault', 'There is no key vault here: give the value itself, and "secret".');
      checks.text('value', { required: true, longest: 4096 });
      checks.texts('tags', 32);
      checks.flag('secret');
      return checks.problems;
    },
    conflict({ displayName }, name, { namedValues }) {
      for (const other of namedValues.values())
        if (other.displayName === displayName && other.name !== name)
          return `The named value "${other.name}" has the display name "${other.displayName}" already.`;
      return undefined;
    },
    inBackground: true,
    actions: {
      listValue: ({ properties }) => ({ status: 200, body: { value: properties['value'] } }),
      refreshSecret: ({ properties }) => ({ keep: properties }),
    },
  },
};

function propertiesOf({ displayName, tags, secret, value }: NamedValue): Json {
  return { displayName, tags, secret, ...(value !== undefined && { value }) };
}
