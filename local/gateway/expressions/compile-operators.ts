import type { Code, Frame } from './code.ts';
import { arithmetic, bitwise, complement, negate, shift, type ArithmeticKind, type Operate } from './arithmetic.ts';
import { compileEquality } from './compile-equality.ts';
import { promote, promoteOne } from './compile-promotion.ts';
import { dynamically, ofToken, refuseToken, tokenRefused } from './dynamic-operators.ts';
import { convert, isNumberType } from './conversions.ts';
import { enumValue } from './enum-members.ts';
import { ExpressionError } from '../errors.ts';
import { isNullable, netType, nullableOf, types, underlying, type NetType } from './net-type.ts';
import { JsonValue } from './json/json-token.ts';
import { Integer, integral, isNumeric } from './numbers.ts';
import type { Scope } from './scope.ts';
import { EnumValue } from './time.ts';
import { momentOperator } from './moment-operators.ts';
import { SyntaxProblem } from './tokens.ts';
import type { TypeRegistry } from './type-registry.ts';
import { argumentNull } from './text-parts.ts';
import { compareNumbers, toText } from './values.ts';
import { XmlName, type XmlNamespace } from './xml/xml-node.ts';

const isEnum = (type: NetType, registry: TypeRegistry) => registry.tableOf(type)?.kind === 'enum';

/** Every binary operator but `&&`, `||` and `??`. Throws SyntaxProblem where C# would refuse it. */
export function compileBinary(operator: string, left: Code, right: Code, scope: Scope, at: number): Code {
  const { registry } = scope;
  if (left.bindable || right.bindable || left.type === types.void || right.type === types.void)
    throw unfit(operator, left, right, at);
  if (operator === '+' && left.type === xmlNamespaceType) return nameIn(left, right, registry, at);
  const isText = left.type === types.string || (right.type === types.string && left.type !== types.dynamic);
  if (operator === '+' && isText) return concatenation(left, right);
  if (left.type === types.dynamic || right.type === types.dynamic) {
    const run = (frame: Frame) => {
      const [first, second] = [left.run(frame), right.run(frame)];
      refuseToken(operator, first, second);
      if (first instanceof JsonValue && !/^[=!<>]=?$/.test(operator)) return ofToken(operator, first, second);
      return dynamically((a, b) => compileBinary(operator, a, b, scope, at), [first, second], registry);
    };
    return { type: types.dynamic, run };
  }
  if (operator === '==' || operator === '!=') return compileEquality(operator, left, right, scope, at);
  const lifted =
    isNullable(left.type) || isNullable(right.type) || left.type === types.null || right.type === types.null;
  const plan = planOf(operator, withoutNull(left), withoutNull(right), scope);
  // What has no other sum with null is text.
  if (!plan && operator === '+' && (left.type === types.null) !== (right.type === types.null))
    return concatenation(left, right);
  if (!plan) throw unfit(operator, left, right, at);
  if (lifted) return lift(operator, left, right, plan, registry);
  const [first, second] = [convert(left, plan.left, registry), convert(right, plan.right, registry)];
  if (!first || !second) throw unfit(operator, left, right, at);
  const { operate } = plan;
  if (first.constant && second.constant)
    return fold(() => operate(first.constant?.value, second.constant?.value), plan.type, at);
  const [x, y] = [first.run, second.run];
  return { type: plan.type, run: (frame) => operate(x(frame), y(frame)) };
}

/** The side of an operator as its plan sees it: `(int?)1` is no constant. */
function withoutNull(code: Code): Code {
  if (!isNullable(code.type)) return code;
  return { ...code, type: underlying(code.type), constant: undefined };
}

const xmlNamespaceType = netType('XNamespace');

/** `namespace + "local"`, the name of an element or attribute. */
function nameIn(namespace: Code, right: Code, registry: TypeRegistry, at: number): Code {
  const local = convert(right, types.string, registry);
  if (!local) throw unfit('+', namespace, right, at);
  const [x, y] = [namespace.run, local.run];
  return {
    type: netType('XName'),
    run: (frame) => {
      const [space, name] = [x(frame) as XmlNamespace | null, y(frame) as string | null];
      if (space === null) throw argumentNull('ns');
      if (name === null) throw argumentNull('localName');
      return new XmlName(space.uri, name);
    },
  };
}

interface Plan {
  left: NetType;
  right: NetType;
  type: NetType;
  operate: Operate;
}

function planOf(operator: string, left: Code, right: Code, scope: Scope): Plan | undefined {
  const { registry } = scope;
  const [a, b] = [left.type, right.type];
  if (isEnum(a, registry) || isEnum(b, registry)) return enumPlan(operator, left, right, registry);
  const moment = momentOperator(operator, a, b);
  if (moment) return { left: moment.left, right: moment.right, type: moment.type, operate: moment.operate };
  if (a === types.bool || b === types.bool) return boolPlan(operator, a, b);
  const numbers = (a === types.null || isNumberType(a)) && (b === types.null || isNumberType(b));
  if (!numbers) return undefined;
  if (operator === '<<' || operator === '>>') {
    const kind = promoteOne(a);
    const count = convert(right, types.int, registry) ?? (b === types.null ? right : undefined);
    if (!kind || !count) return undefined;
    return { left: netType(kind), right: types.int, type: netType(kind), operate: shift(operator === '<<', kind) };
  }
  const kind = promote(left, right, registry);
  if (!kind) return undefined;
  const type = netType(kind);
  if (/^[<>]/.test(operator)) return { left: type, right: type, type: types.bool, operate: comparison(operator, kind) };
  if (/^[&|^]$/.test(operator)) {
    if (kind === 'float' || kind === 'double' || kind === 'decimal') return undefined;
    return { left: type, right: type, type, operate: bitwise(operator, kind) };
  }
  // Constants overflow when they are compiled, unless they are unchecked.
  const constant = left.constant && right.constant && scope.checked !== false;
  return {
    left: type,
    right: type,
    type,
    operate: arithmetic(operator, kind, scope.checked === true || Boolean(constant)),
  };
}

function comparison(operator: string, kind: ArithmeticKind): Operate {
  if (kind === 'int') {
    if (operator === '<') return (left, right) => (left as number) < (right as number);
    if (operator === '>') return (left, right) => (left as number) > (right as number);
    if (operator === '<=') return (left, right) => (left as number) <= (right as number);
    return (left, right) => (left as number) >= (right as number);
  }
  const holds = ordered(operator);
  return (left, right) => holds(compareNumbers(left as number, right as number));
}

function ordered(operator: string): (order: number) => boolean {
  if (operator === '<') return (order) => order < 0;
  if (operator === '>') return (order) => order > 0;
  return operator === '<=' ? (order) => order <= 0 : (order) => order >= 0;
}

function boolPlan(operator: string, left: NetType, right: NetType): Plan | undefined {
  const fits = (type: NetType) => type === types.bool || type === types.null;
  if (!/^[&|^]$/.test(operator) || !fits(left) || !fits(right)) return undefined;
  const operate: Operate =
    operator === '&'
      ? (a, b) => a === true && b === true
      : operator === '|'
        ? (a, b) => a === true || b === true
        : (a, b) => a !== b;
  return { left: types.bool, right: types.bool, type: types.bool, operate };
}

function enumPlan(operator: string, left: Code, right: Code, registry: TypeRegistry): Plan | undefined {
  const [a, b] = [left.type, right.type];
  const type = isEnum(a, registry) ? a : b;
  const number = (value: unknown) => (value instanceof EnumValue ? value.value : (value as number));
  const isOne = a === b || convert(type === a ? right : left, type, registry) !== undefined;
  if (/^[<>&|^]/.test(operator) && !isOne) return undefined;
  if (/^[<>]/.test(operator)) {
    const holds = ordered(operator);
    return { left: type, right: type, type: types.bool, operate: (x, y) => holds(Math.sign(number(x) - number(y))) };
  }
  if (/^[&|^]$/.test(operator)) {
    const operate = bitwise(operator, 'int');
    return {
      left: type,
      right: type,
      type,
      operate: (x, y) => enumValue(type.name, operate(number(x), number(y)) as number),
    };
  }
  if (operator === '-' && a === b)
    return { left: a, right: a, type: types.int, operate: (x, y) => number(x) - number(y) };
  const other = type === a ? b : a;
  if ((operator !== '+' && operator !== '-') || other !== types.int || (operator === '-' && type === b))
    return undefined;
  return {
    left: a,
    right: b,
    type,
    operate: (x, y) => enumValue(type.name, operator === '+' ? number(x) + number(y) : number(x) - number(y)),
  };
}

/** Operators on `int?` and its kin: null if a side is null, and false for an order. */
function lift(operator: string, left: Code, right: Code, plan: Plan, registry: TypeRegistry): Code {
  const first = convert(left, nullableOf(plan.left), registry) ?? left;
  const second = convert(right, nullableOf(plan.right), registry) ?? right;
  const { operate } = plan;
  const isBool = plan.left === types.bool && operator !== '^';
  const isOrder = plan.type === types.bool && /^[<>]/.test(operator);
  const run = (frame: Frame) => {
    const [a, b] = [first.run(frame) ?? null, second.run(frame) ?? null];
    if (a !== null && b !== null) return operate(a, b);
    if (isBool && (a === (operator === '|') || b === (operator === '|'))) return operator === '|';
    return isOrder ? false : null;
  };
  return { run, type: isOrder ? types.bool : nullableOf(plan.type) };
}

function concatenation(left: Code, right: Code): Code {
  if (left.constant && right.constant && constantText(left) && constantText(right)) {
    const value = toText(left.constant.value) + toText(right.constant.value);
    return { run: () => value, type: types.string, constant: { value }, origin: 'constant' };
  }
  const [first, second] = [left.run, right.run];
  const text = (code: Code, run: (frame: Frame) => unknown) =>
    code.type === types.string ? (frame: Frame) => (run(frame) ?? '') as string : (frame: Frame) => toText(run(frame));
  const [a, b] = [text(left, first), text(right, second)];
  return { run: (frame) => a(frame) + b(frame), type: types.string, origin: {} };
}

const constantText = (code: Code) => code.type === types.string || code.type === types.null;

function fold(compute: () => unknown, type: NetType, at: number): Code {
  try {
    const value = compute();
    return { run: () => value, type, constant: { value } };
  } catch (error) {
    if (error instanceof ExpressionError)
      throw new SyntaxProblem(`this constant cannot be computed: ${error.message}`, at);
    throw error;
  }
}

export function compileUnary(operator: '-' | '+' | '!' | '~', operand: Code, scope: Scope, at: number): Code {
  const { registry } = scope;
  if (operand.type === types.dynamic) {
    const run = (frame: Frame) => {
      const value = operand.run(frame);
      if (value instanceof JsonValue) throw tokenRefused(operator);
      return dynamically((a) => compileUnary(operator, a, scope, at), [value], registry);
    };
    return { type: types.dynamic, run };
  }
  const type = underlying(operand.type);
  const plan = unaryPlan(operator, withoutNull(operand), type, scope);
  if (!plan) throw new SyntaxProblem(`operator "${operator}" cannot be applied to ${operand.type.key}`, at);
  const { operate } = plan;
  if (isNullable(operand.type)) {
    const wide = convert(operand, nullableOf(plan.from), registry) ?? operand;
    const run = (frame: Frame) => {
      const value = wide.run(frame);
      return value === null ? null : operate(value);
    };
    return { run, type: nullableOf(plan.type) };
  }
  const code = convert(operand, plan.from, registry) ?? operand;
  if (code.constant) return fold(() => operate(code.constant?.value), plan.type, at);
  const { run } = code;
  const { flow } = operand;
  const turned = operator === '!' && flow ? { whenTrue: flow.whenFalse, whenFalse: flow.whenTrue } : undefined;
  return { type: plan.type, run: (frame) => operate(run(frame)), ...(turned && { flow: turned }) };
}

function unaryPlan(operator: string, operand: Code, type: NetType, scope: Scope) {
  const same = (result: NetType, operate: (value: unknown) => unknown) => ({ from: result, type: result, operate });
  if (operator === '!') return type === types.bool ? same(type, (value) => value !== true) : undefined;
  if (isEnum(type, scope.registry))
    return operator === '~' ? same(type, (value) => enumValue(type.name, ~(value as EnumValue).value)) : undefined;
  const moment = momentOperator(`u${operator}`, type, type);
  if (moment) return same(moment.type, (value) => moment.operate(value, null));
  if (!isNumberType(type)) return undefined;
  const isReal = ['float', 'double', 'decimal'].includes(type.name);
  if (operator === '~') {
    const kind = promoteOne(type);
    return kind && same(netType(kind), complement(kind));
  }
  let kind = isReal ? (type.name as ArithmeticKind) : (promoteOne(type) as ArithmeticKind);
  if (operator === '+') return same(netType(kind), (value) => value);
  if (kind === 'ulong' || kind === 'uint') {
    // -2147483648 and -9223372036854775808 are numbers though their positive halves are not.
    const value = operand.constant?.value;
    const whole = isNumeric(value) ? integral(value as number) : undefined;
    if (kind === 'uint' && whole === 2n ** 31n) return { from: type, type: types.int, operate: () => -(2 ** 31) };
    if (kind === 'ulong' && whole === 2n ** 63n)
      return { from: type, type: types.long, operate: () => negate('long', false)(convertLong) };
    if (kind === 'ulong') return undefined;
    kind = 'long';
  }
  return same(
    netType(kind),
    negate(kind, scope.checked === true || (Boolean(operand.constant) && scope.checked !== false)),
  );
}

const convertLong = new Integer('ulong', 2n ** 63n);

function unfit(operator: string, left: Code, right: Code, at: number): SyntaxProblem {
  return new SyntaxProblem(`operator "${operator}" cannot be applied to ${left.type.key} and ${right.type.key}`, at);
}
