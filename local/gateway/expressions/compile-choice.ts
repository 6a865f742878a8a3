import { ExpressionError } from '../errors.ts';
import type { Code, Flow, Frame } from './code.ts';
import { convert } from './conversions.ts';
import { JsonValue } from './json/json-token.ts';
import { isNullable, types, underlying, type NetType } from './net-type.ts';
import { merge, type Compiler, type Scope } from './scope.ts';
import type { Node } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';

/** A condition as a bool. Throws SyntaxProblem where it is none. */
export function condition(code: Code, scope: Scope, at: number): (frame: Frame) => boolean {
  const test = convert(code, types.bool, scope.registry);
  if (!test) throw new SyntaxProblem(`a condition is a bool, and this is ${code.type.key}`, at);
  if (code.type !== types.dynamic) return test.run as (frame: Frame) => boolean;
  return (frame) => {
    // A value of JSON converts to a bool where one is wanted, and is no condition.
    const value = code.run(frame);
    if (value instanceof JsonValue)
      throw new ExpressionError(
        'RuntimeBinderException',
        "Cannot implicitly convert type 'Newtonsoft.Json.Linq.JValue' to 'bool'. An explicit conversion exists (are you missing a cast?)",
      );
    const converted = convert({ run: () => value, type: types.dynamic }, types.bool, scope.registry);
    return converted?.run(frame) === true;
  };
}

/** What has no value yet after a condition; the way that a constant closes does not count. */
export function flowOf({ flow, constant }: Code, scope: Scope): Flow {
  const here = new Set(scope.function.unassigned);
  return {
    whenTrue: constant?.value === false ? new Set() : (flow?.whenTrue ?? here),
    whenFalse: constant?.value === true ? new Set() : (flow?.whenFalse ?? here),
  };
}

export function compileLogic(node: Extract<Node, { kind: 'binary' }>, scope: Scope, compiler: Compiler): Code {
  const isAnd = node.operator === '&&';
  const home = scope.function;
  const left = compiler.expression(node.left, scope);
  const before = flowOf(left, scope);
  // The right side runs only where the left one leaves the answer open.
  home.unassigned = new Set(isAnd ? before.whenTrue : before.whenFalse);
  const right = compiler.expression(node.right, scope);
  const after = flowOf(right, scope);
  const flow: Flow = isAnd
    ? { whenTrue: after.whenTrue, whenFalse: new Set([...before.whenFalse, ...after.whenFalse]) }
    : { whenTrue: new Set([...before.whenTrue, ...after.whenTrue]), whenFalse: after.whenFalse };
  home.unassigned = new Set([...flow.whenTrue, ...flow.whenFalse]);
  const first = condition(left, scope, node.left.at);
  const second = condition(right, scope, node.right.at);
  const type = left.type === types.dynamic || right.type === types.dynamic ? types.dynamic : types.bool;
  if (left.constant && right.constant) {
    const value = isAnd
      ? left.constant.value === true && right.constant.value === true
      : left.constant.value === true || right.constant.value === true;
    return { run: () => value, type, constant: { value } };
  }
  return {
    type,
    flow,
    run: isAnd ? (frame) => first(frame) && second(frame) : (frame) => first(frame) || second(frame),
  };
}

export function compileCoalesce(node: Extract<Node, { kind: 'binary' }>, scope: Scope, compiler: Compiler): Code {
  const { registry } = scope;
  const left = compiler.expression(node.left, scope);
  const unassigned = new Set(scope.function.unassigned);
  const right = compiler.expression(node.right, scope);
  scope.function.unassigned = unassigned;
  if (left.type !== types.null && registry.isValueType(left.type) && !isNullable(left.type))
    throw new SyntaxProblem(`"??" needs a left side that can be null, not ${left.type.key}`, node.at);
  if (left.bindable || left.type === types.void) throw new SyntaxProblem('"??" needs a value on its left', node.at);
  for (const type of coalescedTypes(left.type, right)) {
    const other = convert(right, type, registry);
    const plain = underlying(left.type) === type ? left : convert(left, type, registry);
    const lifted =
      isNullable(left.type) && !isNullable(type)
        ? convert({ ...left, type: underlying(left.type) }, type, registry)
        : plain;
    if (!other || !lifted) continue;
    return coalesced(left, lifted, other, type);
  }
  throw new SyntaxProblem(`"??" cannot choose between ${left.type.key} and ${right.type.key}`, node.at);
}

function coalescedTypes(left: NetType, right: Code): NetType[] {
  const own = left === types.null ? [] : isNullable(left) ? [underlying(left), left] : [left];
  return right.bindable || right.type === types.null || right.type.name === 'throw' || right.type.name === 'default'
    ? own
    : [...own, right.type];
}

/** `lifted` is the left side as the result's type, which only runs where it is not null. */
function coalesced(left: Code, lifted: Code, right: Code, type: NetType): Code {
  const [first, second] = [left.run, right.run];
  if (lifted.run === first) return { type, run: (frame) => first(frame) ?? second(frame) };
  return {
    type,
    run: (frame) => {
      const value = first(frame);
      return value === null || value === undefined ? second(frame) : lifted.run(frame);
    },
  };
}

export function compileChoice(node: Extract<Node, { kind: 'conditional' }>, scope: Scope, compiler: Compiler): Code {
  const tested = compiler.expression(node.test, scope);
  const test = condition(tested, scope, node.test.at);
  const home = scope.function;
  const flow = flowOf(tested, scope);
  home.unassigned = new Set(flow.whenTrue);
  const yes = compiler.expression(node.yes, scope);
  const afterYes = home.unassigned;
  home.unassigned = new Set(flow.whenFalse);
  const no = compiler.expression(node.no, scope);
  home.unassigned = merge(home.unassigned, no.type.name !== 'throw', afterYes, yes.type.name !== 'throw');
  const { registry } = scope;
  const [a, b] = [convert(no, yes.type, registry), convert(yes, no.type, registry)];
  // Where both convert to each other, C# takes the one that a conversion of types alone leads to.
  const typed = a && b && yes.type !== no.type ? narrower(yes, no, scope) : undefined;
  const type = typed ?? (a && isType(yes) ? yes.type : b && isType(no) ? no.type : undefined);
  const [first, second] = type ? [convert(yes, type, registry), convert(no, type, registry)] : [];
  if (!type || !first || !second)
    throw new SyntaxProblem(`"?:" cannot choose between ${yes.type.key} and ${no.type.key}`, node.at);
  if (tested.constant && first.constant && second.constant) {
    const constant = tested.constant.value === true ? first.constant : second.constant;
    return { type, constant, run: () => constant.value };
  }
  const [x, y] = [first.run, second.run];
  return { type, run: (frame) => (test(frame) ? x(frame) : y(frame)) };
}

const isType = (code: Code) =>
  !code.bindable && code.type !== types.null && code.type.name !== 'throw' && code.type.name !== 'default';

function narrower(yes: Code, no: Code, scope: Scope): NetType | undefined {
  if (!isType(yes) || !isType(no)) return isType(yes) ? yes.type : isType(no) ? no.type : undefined;
  const { registry } = scope;
  const bare = (code: Code): Code => ({ run: code.run, type: code.type });
  const fits = (from: Code, to: Code) => convert(bare(from), to.type, registry) !== undefined;
  if (fits(no, yes) !== fits(yes, no)) return fits(no, yes) ? yes.type : no.type;
  return yes.type === types.dynamic || no.type === types.dynamic ? types.dynamic : yes.type;
}
