import type { Code, Frame } from './code.ts';
import { convert, explicitChange, implicitChange } from './conversions.ts';
import { isNullable, types, underlying, type NetType } from './net-type.ts';
import { ExpressionError } from '../errors.ts';
import { Decimal } from './decimal.ts';
import { isInstance } from './runtime-type.ts';
import { initialize, type Compiler, type Scope } from './scope.ts';
import type { Node, Pattern } from './syntax.ts';
import { referenceConvertible } from './subtype.ts';
import { SyntaxProblem } from './tokens.ts';
import { knownType } from './type-names.ts';
import { areEqual } from './values.ts';
import {
  castNumber,
  integral,
  isNumeric,
  kindOf,
  Real,
  fits as fitsKind,
  type IntegerKind,
  type NumberKind,
} from './numbers.ts';
import { overflow } from './arithmetic.ts';

export function compileCast(node: Extract<Node, { kind: 'cast' }>, scope: Scope, compiler: Compiler): Code {
  const { registry } = scope;
  const type = knownType(node.type, scope);
  const operand = compiler.expression(node.operand, scope);
  // What is dynamic may convert explicitly too.
  const plain = operand.type === types.dynamic ? undefined : convert(operand, type, registry);
  if (plain) return { ...plain, type };
  const change = explicitChange(operand.type, type, registry);
  if (change === undefined) throw new SyntaxProblem(`${operand.type.key} cannot be cast to ${type.key}`, node.at);
  if (change === null) return { ...operand, type };
  const { run, constant } = operand;
  // Taking a number out of its box converts nothing.
  const isNumber = operand.type === types.dynamic || registry.isValueType(operand.type);
  const guarded = isNumber && (scope.checked === true || (constant && scope.checked !== false));
  const cast = guarded ? (value: unknown) => checkedCast(value, type, change) : change;
  if (constant && isNumeric(constant.value)) {
    try {
      const value = cast(constant.value);
      return { run: () => value, type, constant: { value } };
    } catch (error) {
      if (error instanceof ExpressionError) throw new SyntaxProblem(`this constant does not fit ${type.key}`, node.at);
      throw error;
    }
  }
  return { type, run: (frame) => cast(run(frame)) };
}

const wholes = new Set(['sbyte', 'byte', 'short', 'ushort', 'int', 'uint', 'long', 'ulong', 'char']);

/** A cast that throws OverflowException where the number does not fit. */
export function checkedCast(value: unknown, type: NetType, change: (value: unknown) => unknown): unknown {
  if (!isNumeric(value) || !wholes.has(type.name)) return change(value);
  const kind = type.name === 'char' ? 'ushort' : type.name;
  if (value instanceof Real) {
    if (!Number.isFinite(value.value) || !fitsKind(kind as IntegerKind, BigInt(Math.trunc(value.value))))
      throw overflow();
  } else if (!(value instanceof Decimal) && !fitsKind(kind as IntegerKind, integral(value))) throw overflow();
  return castNumber(type.name as NumberKind, value);
}

export function compileAs(node: Extract<Node, { kind: 'as' }>, scope: Scope, compiler: Compiler): Code {
  const { registry } = scope;
  const type = knownType(node.type, scope);
  if (registry.isValueType(type) && !isNullable(type))
    throw new SyntaxProblem(`"as" needs a type that can be null, not ${type.key}`, node.at);
  const operand = compiler.expression(node.operand, scope);
  if (operand.bindable || !canBe(operand.type, type, scope))
    throw new SyntaxProblem(`${operand.type.key} cannot be ${type.key}`, node.at);
  const { run } = operand;
  return {
    type,
    run: (frame) => {
      const value = run(frame);
      return isInstance(value, type, registry) ? value : null;
    },
  };
}

/** Whether a value of the first type might be one of the second. */
function canBe(from: NetType, to: NetType, scope: Scope): boolean {
  if (from === types.dynamic || from === types.object || from === types.null) return true;
  const { registry } = scope;
  const [a, b] = [underlying(from), underlying(to)];
  if (referenceConvertible(a, b, registry) || referenceConvertible(b, a, registry)) return true;
  const isInterface = (type: NetType) => registry.tableOf(type)?.kind === 'interface';
  const isSealed = (type: NetType) => registry.isValueType(type) || type === types.string;
  return (isInterface(a) && !isSealed(b)) || (isInterface(b) && !isSealed(a));
}

export function compileIs(node: Extract<Node, { kind: 'is' }>, scope: Scope, compiler: Compiler): Code {
  const operand = compiler.expression(node.operand, scope);
  if (operand.bindable || operand.type === types.void) throw new SyntaxProblem('"is" needs a value', node.at);
  const test = compilePattern(node.pattern, operand.type, scope, compiler, node.at);
  const { run } = operand;
  return { type: types.bool, run: (frame) => test(run(frame), frame) };
}

/** A pattern of `is` or `case`, as a test that fills the pattern's variable. */
export function compilePattern(
  pattern: Pattern,
  from: NetType,
  scope: Scope,
  compiler: Compiler,
  at: number,
): (value: unknown, frame: Frame) => boolean {
  const { registry } = scope;
  if (pattern.kind === 'constant') {
    const given = compiler.expression(pattern.value, scope);
    const target = from === types.object || from === types.dynamic ? given.type : from;
    const value = convert(given, given.type === types.null ? target : underlying(target), registry);
    if (!value?.constant) throw new SyntaxProblem(`a constant of type ${from.key} is expected here`, pattern.value.at);
    const wanted = value.constant.value;
    return (actual) => sameConstant(actual, wanted);
  }
  if (pattern.kind === 'var') {
    const put = initialize(scope.declare(pattern.variable, from, at));
    return (value, frame) => {
      put(frame, value);
      return true;
    };
  }
  const type = knownType(pattern.type, scope);
  if (pattern.variable !== undefined && !canBe(from, type, scope) && implicitChange(from, type, registry) === undefined)
    throw new SyntaxProblem(`${from.key} is never ${type.key}`, at);
  if (pattern.variable === undefined) return (value) => isInstance(value, type, registry);
  const put = initialize(pattern.variable === '_' ? scope.temporary(type) : scope.declare(pattern.variable, type, at));
  return (value, frame) => {
    if (!isInstance(value, type, registry)) return false;
    put(frame, value);
    return true;
  };
}

function sameConstant(actual: unknown, wanted: unknown): boolean {
  if (wanted === null) return actual === null || actual === undefined;
  if (isNumeric(actual) && isNumeric(wanted) && kindOf(actual) !== kindOf(wanted)) return false;
  return areEqual(actual, wanted);
}
