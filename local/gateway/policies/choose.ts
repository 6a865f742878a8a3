import { PolicyError } from '../errors.ts';
import { sections, type Policy } from '../policy.ts';
import type { Getter, PolicyElement } from '../policy-element.ts';

export const choose: Policy = {
  name: 'choose',
  sections,
  children: {
    when: { attributes: { condition: 'required' }, holdsPolicies: true },
    otherwise: { holdsPolicies: true },
  },
  compile(element) {
    const branches = element.children('when').map((when) => ({ holds: condition(when), run: when.steps() }));
    if (branches.length === 0) element.fail('<choose> needs a <when>');
    const otherwise = element.child('otherwise')?.steps();
    return (exchange) => {
      for (const { holds, run } of branches) if (holds(exchange)) return run(exchange);
      return otherwise?.(exchange);
    };
  },
};

/** An attribute that must come to true or false. */
export function condition(element: PolicyElement, attribute = 'condition'): Getter<boolean> {
  const value = element.value(attribute) ?? element.fail(`<${element.name}> needs the attribute "${attribute}"`);
  const text = (given: unknown) => (typeof given === 'string' ? given.trim().toLowerCase() : given);
  if ('constant' in value && !['true', 'false'].includes(String(text(value.constant))))
    element.fail(`"${attribute}" is an expression, true or false, not "${String(value.constant)}"`);
  return (exchange) => {
    const result = text(value(exchange));
    if (result === true || result === 'true') return true;
    if (result === false || result === 'false') return false;
    throw new PolicyError('The condition is neither true nor false.', {
      source: element.name,
      reason: 'ExpressionValueEvaluationFailure',
    });
  };
}
