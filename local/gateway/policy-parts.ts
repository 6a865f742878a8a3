import { policies } from './policies/table.ts';
import type { ElementShape } from './policy.ts';
import type { XmlElement } from './xml.ts';

/**
 * What a policy is made of, as the page and the names of tests call it: `@name` is an attribute, `content@type` one of
 * a child, `audiences/audience` a child that holds something itself.
 */
export interface PolicyPart {
  name: string;
  /** Why it is refused at load. */
  refused?: string;
  /** What does not hold of it here. */
  partly?: string;
}

/** Every attribute and child that a policy may have, and those of API Management that it refuses. */
export function partsOf(shape: ElementShape, prefix = ''): PolicyPart[] {
  const { attributes = {}, children = {}, refused = {}, partly = {} } = shape;
  const full = (name: string) => (name.startsWith('@') || prefix === '' ? prefix + name : `${prefix}/${name}`);
  const part = (name: string): PolicyPart => ({
    name: full(name),
    ...(partly[name] !== undefined && { partly: partly[name] }),
  });
  return [
    ...Object.keys(attributes).map((name) => part(`@${name}`)),
    ...Object.entries(children).flatMap(([name, inner]) => [
      ...(standsForItself(name, inner) ? [part(name)] : []),
      ...(policies.has(name) ? [] : partsOf(inner, full(name))),
    ]),
    ...Object.entries(refused).map(([name, why]) => ({ name: full(name), refused: why })),
  ];
}

/** The parts of a policy that an element as written has. */
export function partsIn(element: XmlElement, shape: ElementShape, prefix = ''): string[] {
  const children = element.children.flatMap((child) => {
    const inner = shape.children?.[child.name];
    if (!inner) return [];
    const name = prefix === '' ? child.name : `${prefix}/${child.name}`;
    return [
      ...(standsForItself(child.name, inner) ? [name] : []),
      ...(policies.has(child.name) ? [] : partsIn(child, inner, name)),
    ];
  });
  return [...[...element.attributes.keys()].map((name) => `${prefix}@${name}`), ...children];
}

/** A child that is a policy itself has a place of its own in the table; one that only groups others needs none. */
function standsForItself(name: string, inner: ElementShape): boolean {
  return (
    policies.has(name) ||
    inner.holdsText === true ||
    inner.holdsPolicies === true ||
    !(inner.attributes ?? inner.children)
  );
}
