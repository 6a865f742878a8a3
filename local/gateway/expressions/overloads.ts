import type { Code } from './code.ts';
import { convert, delegateOf, implicitChange, isNumberType } from './conversions.ts';
import { inferTypes } from './inference.ts';
import { substitute, types, type NetType } from './net-type.ts';
import { SyntaxProblem } from './tokens.ts';
import type { Found, TypeRegistry } from './type-registry.ts';
import type { Parameter } from './type-table.ts';

export interface GivenArgument {
  name: string | undefined;
  code: Code;
  /** `out`: the variable's type, undefined for `out var`. */
  out?: { type: NetType | undefined };
}

/** A member that fits the arguments, with each parameter's argument as the parameter's type. */
export interface Call {
  found: Found;
  /** What type parameters stand for, the declaring type's and the method's own. */
  by: ReadonlyMap<string, NetType>;
  returns: NetType;
  /** For each parameter: its argument, the rest of them, or undefined where it is left out. */
  slots: readonly (Code | readonly Code[] | undefined)[];
  parameterTypes: readonly NetType[];
  expanded: boolean;
  /** The given arguments' parameter types, to compare overloads by. */
  targets: readonly NetType[];
}

/** The overload that C# would choose. Throws SyntaxProblem where none fits. */
export function resolve(
  candidates: readonly Found[],
  given: readonly GivenArgument[],
  typeArguments: readonly NetType[],
  registry: TypeRegistry,
  label: string,
  at: number,
): Call {
  const calls: Call[] = [];
  let best: Call | undefined;
  let problem: SyntaxProblem | undefined;
  for (const found of candidates) {
    try {
      for (const expanded of [false, true]) {
        const call = apply(found, given, typeArguments, registry, expanded);
        if (!call) continue;
        calls.push(call);
        if (!best || isBetter(call, best, given, registry)) best = call;
        break;
      }
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      problem ??= error;
    }
  }
  if (best) {
    refuseAmbiguity(best, calls, given, registry, label, at);
    return best;
  }
  problem ??= given.find(({ code }) => code.bindable?.problem)?.code.bindable?.problem;
  if (problem) throw problem;
  const shown = given.map(({ code, out }) => (out ? 'out' : code.type.key)).join(', ');
  throw new SyntaxProblem(`"${label}" does not take (${shown})`, at);
}

/** Two overloads of one type of which neither fits better are an error, as `Math.Floor(5)` is. */
function refuseAmbiguity(
  best: Call,
  calls: readonly Call[],
  given: readonly GivenArgument[],
  registry: TypeRegistry,
  label: string,
  at: number,
): void {
  if (given.some(({ code }) => code.bindable || code.type === types.dynamic)) return;
  const rival = calls.find(
    (call) =>
      call.found.member.owner === best.found.member.owner &&
      call.targets.some((type, i) => type !== best.targets[i]) &&
      !isBetter(best, call, given, registry),
  );
  if (!rival) return;
  const shown = [best, rival].map(({ targets }) => `(${targets.map(({ key }) => key).join(', ')})`);
  throw new SyntaxProblem(`"${label}" is ambiguous between ${shown.join(' and ')}`, at);
}

function apply(
  found: Found,
  given: readonly GivenArgument[],
  typeArguments: readonly NetType[],
  registry: TypeRegistry,
  expanded: boolean,
): Call | undefined {
  const { member } = found;
  const { parameters, typeParameters } = member;
  if (expanded && !parameters.at(-1)?.rest) return undefined;
  if (typeArguments.length > 0 && typeArguments.length !== typeParameters.length) return undefined;
  const placed = place(parameters, given, expanded);
  if (!placed) return undefined;
  const wanted = (index: number): NetType => {
    const parameter = parameters[index] as Parameter;
    const type = substitute(parameter.type, found.by);
    return expanded && parameter.rest ? (type.args[0] as NetType) : type;
  };
  let own: ReadonlyMap<string, NetType> = new Map();
  if (typeArguments.length > 0) own = new Map(typeParameters.map((name, i) => [name, typeArguments[i] as NetType]));
  else if (typeParameters.length > 0) {
    const pairs = given.flatMap((argument, i) =>
      argument.out
        ? argument.out.type
          ? [{ code: { ...argument.code, type: argument.out.type }, type: wanted(placed[i] as number) }]
          : []
        : [{ code: argument.code, type: wanted(placed[i] as number) }],
    );
    const inferred = inferTypes(typeParameters, pairs, registry);
    if (!inferred) return undefined;
    own = inferred;
  }
  const by = own.size === 0 ? found.by : new Map([...found.by, ...own]);
  const slots: (Code | Code[] | undefined)[] = parameters.map((parameter) =>
    expanded && parameter.rest ? [] : undefined,
  );
  const targets: NetType[] = [];
  for (const [i, argument] of given.entries()) {
    const index = placed[i] as number;
    const parameter = parameters[index] as Parameter;
    const type = substitute(wanted(index), own);
    if (Boolean(argument.out) !== parameter.out) return undefined;
    if (argument.out?.type && argument.out.type !== type && argument.out.type !== types.dynamic) return undefined;
    const code = argument.out ? argument.code : convert(argument.code, type, registry);
    if (!code) return undefined;
    const slot = slots[index];
    if (Array.isArray(slot)) slot.push(code);
    else slots[index] = code;
    targets.push(type);
  }
  const parameterTypes = parameters.map(({ type }) => substitute(type, by));
  return { found, by, returns: substitute(member.returns, by), slots, parameterTypes, expanded, targets };
}

/** Which parameter each argument goes to; undefined where they do not match in number or name. */
function place(
  parameters: readonly Parameter[],
  given: readonly GivenArgument[],
  expanded: boolean,
): number[] | undefined {
  const last = parameters.length - 1;
  if (given.length > parameters.length && !expanded) return undefined;
  const placed = given.map(({ name }, i) =>
    name === undefined ? Math.min(i, last) : parameters.findIndex((parameter) => parameter.name === name),
  );
  if (placed.includes(-1)) return undefined;
  const filled = new Set(placed);
  const complete = parameters.every(
    (parameter, i) => filled.has(i) || parameter.optional || (expanded && parameter.rest),
  );
  const repeated =
    filled.size !== placed.length && !(expanded && placed.every((at, i) => at === last || placed.indexOf(at) === i));
  return complete && !repeated ? placed : undefined;
}

function isBetter(call: Call, other: Call, given: readonly GivenArgument[], registry: TypeRegistry): boolean {
  let better = 0;
  let worse = 0;
  for (const [i, { code, out }] of given.entries()) {
    const [left, right] = [call.targets[i], other.targets[i]];
    if (!left || !right || left === right || out) continue;
    const order = compareTargets(code, left, right, registry);
    if (order > 0) better++;
    if (order < 0) worse++;
  }
  if (better !== worse && (better === 0 || worse === 0)) return better > 0;
  if (better > 0) return false;
  const sizes = (one: Call) => [
    one.found.member.typeParameters.length > 0 ? 1 : 0,
    one.expanded ? 1 : 0,
    one.slots.filter((slot) => slot === undefined).length,
    -specificity(one),
  ];
  const [a, b] = [sizes(call), sizes(other)];
  const differs = a.findIndex((value, i) => value !== b[i]);
  return differs !== -1 && (a[differs] as number) < (b[differs] as number);
}

/** How much of its parameters' types a member writes out: `IEnumerable<T>` says more than `T`. */
function specificity({ found }: Call): number {
  const weight = (type: NetType): number =>
    type.isParameter ? 0 : 1 + type.args.reduce((sum, arg) => sum + weight(arg), 0);
  return found.member.parameters.reduce((sum, { type }) => sum + weight(type), 0);
}

/** Above 0 where the argument goes better to the first type, below where to the second. */
function compareTargets(code: Code, left: NetType, right: NetType, registry: TypeRegistry): number {
  if (code.bindable) return compareDelegates(code, left, right, registry);
  if (code.type === left) return 1;
  if (code.type === right) return -1;
  return compareTypes(left, right, registry);
}

function compareDelegates(code: Code, left: NetType, right: NetType, registry: TypeRegistry): number {
  const [a, b] = [delegateOf(left), delegateOf(right)];
  if (!a || !b) return 0;
  if (a.returns === b.returns) return 0;
  if (a.returns === types.void) return -1;
  if (b.returns === types.void) return 1;
  const actual = code.bindable?.returns(a.parameters);
  if (actual === a.returns) return 1;
  if (actual === b.returns) return -1;
  return compareTypes(a.returns, b.returns, registry);
}

const signed = new Set(['sbyte', 'short', 'int', 'long']);

function compareTypes(left: NetType, right: NetType, registry: TypeRegistry): number {
  if (left === types.dynamic && right === types.object) return 0;
  const forth = implicitChange(left, right, registry) !== undefined;
  const back = implicitChange(right, left, registry) !== undefined;
  if (forth !== back) return forth ? 1 : -1;
  if (isNumberType(left) && isNumberType(right)) {
    if (signed.has(left.name) && !signed.has(right.name)) return 1;
    if (signed.has(right.name) && !signed.has(left.name)) return -1;
  }
  return 0;
}
