import { fit, fromPlain, toPlain } from './conversions.ts';
import type { Member, Parameter } from './type-table.ts';
import type { TypeRegistry } from './type-registry.ts';

export interface PassedArgument {
  name: string | undefined;
  value: unknown;
}

/** The overload that fits the arguments best; on a tie the first declared. */
export function selectMember(
  candidates: readonly Member[],
  passed: readonly PassedArgument[],
  typeArgument: string | undefined,
  types: TypeRegistry,
): Member | undefined {
  let best: Member | undefined;
  let bestScore = -1;
  for (const member of candidates) {
    if (typeArgument !== undefined && !member.generic && member.kind === 'method') continue;
    const score = scoreOf(member, passed, types);
    if (score > bestScore) {
      best = member;
      bestScore = score;
    }
  }
  return best ?? (typeArgument === undefined ? undefined : selectMember(candidates, passed, undefined, types));
}

/** -1 where the arguments do not fit. A `params` list counts less than a parameter of its own. */
function scoreOf(member: Member, passed: readonly PassedArgument[], types: TypeRegistry): number {
  const { parameters } = member;
  const last = parameters.at(-1);
  if (passed.length > parameters.length && !last?.rest) return -1;
  const needed = parameters.filter(({ optional, rest }) => !optional && !rest).length;
  if (passed.length < needed) return -1;
  let score = 0;
  for (const [i, { name, value }] of passed.entries()) {
    const parameter = name === undefined ? (parameters[i] ?? last) : parameters.find((one) => one.name === name);
    if (!parameter) return -1;
    const isWholeList = parameter.rest && passed.length === parameters.length && Array.isArray(value);
    const one = isWholeList ? 2 : fit(parameter.type, value, types);
    if (one === 0) return -1;
    score += parameter.rest ? one / 2 : one;
  }
  return passed.length ? score / passed.length : 0;
}

/** Calls a member with the arguments as its signature wants them. */
export function invoke(
  member: Member,
  target: unknown,
  typeArgument: string | undefined,
  passed: readonly PassedArgument[],
  types: TypeRegistry,
): unknown {
  const given: unknown[] = [];
  if (!member.static && member.kind !== 'constructor') given.push(target);
  if (member.generic) given.push(typeArgument, types);
  const { parameters } = member;
  for (const [i, parameter] of parameters.entries()) given.push(argumentFor(parameter, i, parameters.length, passed));
  const returns = member.returns === 'T' ? 'object' : member.returns;
  return fromPlain(returns, member.call(...given));
}

function argumentFor(parameter: Parameter, i: number, count: number, passed: readonly PassedArgument[]): unknown {
  if (parameter.rest) {
    const left = passed.slice(i);
    const [only] = left;
    const values =
      left.length === 1 && passed.length === count && Array.isArray(only?.value)
        ? only.value
        : left.map(({ value }) => value);
    return values.map((value) => toPlain(parameter.type, value));
  }
  const named = passed.find(({ name }) => name === parameter.name);
  const positional = passed[i]?.name === undefined ? passed[i] : undefined;
  const found = named ?? positional;
  return found ? toPlain(parameter.type, found.value) : undefined;
}
