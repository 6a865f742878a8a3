import type { Exchange } from './exchange.ts';
import type { PolicyElement } from './policy-element.ts';

export const sections = ['inbound', 'backend', 'outbound', 'on-error'] as const;
export type Section = (typeof sections)[number];

/** What a policy document belongs to. */
export type ScopeName = 'service' | 'product' | 'api' | 'operation';

/** Undefined when it is done at once, so that nothing waits for a microtask in vain. */
export type Step = (exchange: Exchange) => void | Promise<void>;

/** What may stand in an element. An attribute or child that is not named here is refused at load. */
export interface ElementShape {
  attributes?: Readonly<Record<string, 'required' | 'optional'>>;
  /** Attributes that take no expression. */
  constants?: readonly string[];
  children?: Readonly<Record<string, ElementShape>>;
  /** Its children are policies. */
  holdsPolicies?: boolean;
  /** Elements inside are text as it stands. */
  holdsMarkup?: boolean;
  /** It holds text, which may be an expression. */
  holdsText?: boolean;
  /** Attributes (`@name`) and children of API Management that are refused at load, and why. */
  refused?: Readonly<Record<string, string>>;
  /** Attributes (`@name`) and children that may be given, and what does not hold of them here. */
  partly?: Readonly<Record<string, string>>;
}

/** One policy: what it looks like, where it may stand, and what it does. */
export interface Policy extends ElementShape {
  name: string;
  sections: readonly Section[];
  /** Whose documents may have it; all, where this is not given. */
  scopes?: readonly ScopeName[];
  /** A section of a document may have it only once; of the branches of a <choose>, each may. */
  oncePerSection?: boolean;
  /** A fragment may not hold it. */
  outsideFragments?: boolean;
  /** Checks the element once, at load, and gives what runs for each request. Throws LoadError. */
  compile(element: PolicyElement): Step;
}
