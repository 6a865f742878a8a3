import { sections, type Policy } from '../policy.ts';

export const includeFragment: Policy = {
  name: 'include-fragment',
  sections,
  attributes: { 'fragment-id': 'required' },
  compile(element) {
    const id = element.xml.attributes.get('fragment-id') ?? element.fail('<include-fragment> needs a fragment-id');
    element.constant('fragment-id');
    return element.scope.fragment(id.value, id);
  },
};
