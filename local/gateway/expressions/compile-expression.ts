import { compileCall, compileIndex, compileMember, typeReference } from './compile-member.ts';
import { compileStatement, condition, knownType } from './compile-statement.ts';
import { castTo, isInstance, numberKinds } from './conversions.ts';
import { castNumber, Char, integral, isNumeric, kindOf, type NumberKind, type Numeric } from './numbers.ts';
import { toException } from './exceptions.ts';
import { binaryOperators, complement, negate, type LiteralSide } from './operators.ts';
import { compileAssignment, compileStep } from './compile-assignment.ts';
import { compileLambda } from './compile-lambda.ts';
import { compileNew } from './compile-new.ts';
import type { Code, Compiler, Frame, Scope } from './scope.ts';
import type { Node } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';
import { areEqual, AnonymousObject, formatValue } from './values.ts';

export const compiler: Compiler = {
  expression: compileExpression,
  statement: (statement, scope) => compileStatement(statement, scope, compiler),
};

/** Turns an expression into a closure. Throws SyntaxProblem for what is not supported. */
function compileExpression(node: Node, scope: Scope): Code {
  switch (node.kind) {
    case 'value':
      return literal(node.value);
    case 'interpolated':
      return interpolated(node, scope);
    case 'name':
      return named(node, scope);
    case 'predefined':
      throw new SyntaxProblem(`"${node.name}" is a type, not a value`, node.at);
    case 'hole': {
      const { slot, type } = scope.hole ?? scope.temporary(undefined);
      return { run: (frame) => frame.locals[slot], type };
    }
    case 'member':
      return compileMember(node, scope, compiler);
    case 'call':
      return compileCall(node, scope, compiler);
    case 'index':
      return compileIndex(node, scope, compiler);
    case 'maybe':
      return maybe(node, scope);
    case 'unary':
      return unary(node, scope);
    case 'binary':
      return binary(node, scope);
    case 'conditional':
      return conditional(node, scope);
    case 'cast': {
      const type = knownType(node.type, scope);
      const { nullable } = node.type;
      const operand = compileExpression(node.operand, scope);
      const boxed = operand.type === 'object';
      const { types } = scope;
      if (nullable) return { run: (frame) => castNullable(type, operand.run(frame)), type };
      return { run: (frame) => castTo(type, operand.run(frame), types, boxed), type };
      function castNullable(name: string, value: unknown): unknown {
        return value === null || value === undefined ? null : castTo(name, value, types, boxed);
      }
    }
    case 'as': {
      const type = knownType(node.type, scope);
      const operand = compileExpression(node.operand, scope);
      const { types } = scope;
      const run = (frame: Frame) => {
        const value = operand.run(frame);
        return isInstance(type, value, types) ? value : null;
      };
      return { run, type };
    }
    case 'is': {
      const type = knownType(node.type, scope);
      const operand = compileExpression(node.operand, scope);
      const slot = node.variable === undefined ? undefined : scope.declare(node.variable, type, node.at).slot;
      const { types } = scope;
      const run = (frame: Frame) => {
        const value = operand.run(frame);
        const holds = isInstance(type, value, types);
        if (holds && slot !== undefined) frame.locals[slot] = value;
        return holds;
      };
      return { run, type: 'bool' };
    }
    case 'isValue': {
      const operand = compileExpression(node.operand, scope);
      const value = compileExpression(node.value, scope);
      return { run: (frame) => areEqual(operand.run(frame), value.run(frame)), type: 'bool' };
    }
    case 'lambda':
      return compileLambda(node, scope, compiler);
    case 'new':
    case 'newArray':
      return compileNew(node, scope, compiler);
    case 'newAnonymous': {
      const members = node.members.map(({ name, value }) => {
        scope.anonymousMembers.add(name);
        return { name, value: compileExpression(value, scope) };
      });
      const run = (frame: Frame) =>
        new AnonymousObject(new Map(members.map(({ name, value }) => [name, value.run(frame)])));
      return { run, type: undefined };
    }
    case 'assign':
      return compileAssignment(node, scope, compiler);
    case 'step':
      return compileStep(node, scope, compiler);
    case 'default': {
      const type = node.type && knownType(node.type, scope);
      const zero = type && !node.type?.nullable ? defaultOf(type) : null;
      return { run: () => zero, type };
    }
    case 'throw': {
      const value = compileExpression(node.value, scope);
      const run = (frame: Frame): never => {
        throw toException(value.run(frame));
      };
      return { run, type: undefined };
    }
    default:
      if (node.checked) throw new SyntaxProblem('"checked" is not supported', node.at);
      return compileExpression(node.value, scope);
  }
}

function defaultOf(type: string): unknown {
  if (numberKinds.has(type)) return castNumber(type as NumberKind, 0);
  return type === 'bool' ? false : null;
}

function literal(value: unknown): Code {
  return { run: () => value, type: typeOfLiteral(value), literal: isNumeric(value) && !(value instanceof Char) };
}

function typeOfLiteral(value: unknown): string | undefined {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return isNumeric(value) ? kindOf(value) : undefined;
}

function interpolated(node: Extract<Node, { kind: 'interpolated' }>, scope: Scope): Code {
  const parts = node.parts.map((part) => {
    if (typeof part === 'string') return () => part;
    const { run } = compileExpression(part.value, scope);
    const { alignment, format } = part;
    if (alignment === undefined) return (frame: Frame) => formatValue(run(frame), format);
    const width = Math.abs(alignment);
    return (frame: Frame) => {
      const text = formatValue(run(frame), format);
      return alignment < 0 ? text.padEnd(width) : text.padStart(width);
    };
  });
  const run = (frame: Frame) => {
    let text = '';
    for (const part of parts) text += part(frame);
    return text;
  };
  return { run, type: 'string' };
}

function named(node: Extract<Node, { kind: 'name' }>, scope: Scope): Code {
  const variable = scope.find(node.name);
  if (variable) {
    const { slot } = variable;
    return { run: (frame) => frame.locals[slot], type: variable.type };
  }
  if (node.name === 'context') return { run: (frame) => frame.context, type: 'IProxyRequestContext' };
  if (typeReference(node, scope)) throw new SyntaxProblem(`"${node.name}" is a type, not a value`, node.at);
  throw new SyntaxProblem(`"${node.name}" is not known here`, node.at);
}

function maybe(node: Extract<Node, { kind: 'maybe' }>, scope: Scope): Code {
  const target = compileExpression(node.target, scope);
  // Variables declared in the chain (`out var x`) stay visible after it, so the scope is shared and the hole restored.
  const outer = scope.hole;
  const hole = scope.temporary(target.type);
  scope.hole = hole;
  const rest = compileExpression(node.rest, scope);
  scope.hole = outer;
  const run = (frame: Frame) => {
    const value = target.run(frame);
    if (value === null || value === undefined) return null;
    frame.locals[hole.slot] = value;
    return rest.run(frame);
  };
  return { run, type: rest.type };
}

function unary(node: Extract<Node, { kind: 'unary' }>, scope: Scope): Code {
  const operand = compileExpression(node.operand, scope);
  switch (node.operator) {
    case '!': {
      const test = condition(operand, node.at);
      return { run: (frame) => !test(frame), type: 'bool' };
    }
    case '-': {
      const constant = operand.literal ? foldNegation(operand) : undefined;
      return (
        constant ?? { run: (frame) => negate(operand.run(frame)), type: operand.type === 'char' ? 'int' : operand.type }
      );
    }
    case '~':
      return { run: (frame) => complement(operand.run(frame)), type: operand.type };
    default:
      return operand;
  }
}

/** `-2147483648` and `-9223372036854775808` are literals though their positive halves do not fit. */
function foldNegation(operand: Code): Code {
  const value = operand.run({ context: null, locals: [], result: null }) as Numeric;
  const kind = kindOf(value);
  if (kind === 'uint' && integral(value as number) === 2n ** 31n) return literal(-(2 ** 31));
  if (kind === 'ulong' && integral(value as number) === 2n ** 63n) return literal(castNumber('long', value));
  return literal(negate(value));
}

const comparisons = new Set(['==', '!=', '<', '>', '<=', '>=']);
const numericOrder = ['int', 'uint', 'long', 'ulong', 'float', 'double', 'decimal'];

function binary(node: Extract<Node, { kind: 'binary' }>, scope: Scope): Code {
  const { operator } = node;
  const left = compileExpression(node.left, scope);
  const right = compileExpression(node.right, scope);
  if (operator === '&&' || operator === '||') {
    const first = condition(left, node.left.at);
    const second = condition(right, node.right.at);
    const run =
      operator === '&&'
        ? (frame: Frame) => first(frame) && second(frame)
        : (frame: Frame) => first(frame) || second(frame);
    return { run, type: 'bool' };
  }
  if (operator === '??') return { run: (frame) => left.run(frame) ?? right.run(frame), type: left.type ?? right.type };
  const operate = binaryOperators[operator];
  if (!operate) throw new SyntaxProblem(`the operator "${operator}" is not supported`, node.at);
  refuseMismatch(operator, left.type, right.type, node.at);
  const side: LiteralSide = left.literal ? (right.literal ? 'both' : 'left') : right.literal ? 'right' : 'none';
  const run = (frame: Frame) => operate(left.run(frame), right.run(frame), side);
  return { run, type: comparisons.has(operator) ? 'bool' : resultType(operator, left.type, right.type) };
}

/** What the C# compiler would refuse, where both types are known. */
function refuseMismatch(operator: string, left: string | undefined, right: string | undefined, at: number): void {
  if (!left || !right) return;
  const plain = (type: string) => type === 'string' || type === 'bool' || numberKinds.has(type);
  if (!plain(left) || !plain(right)) return;
  const bothNumbers = numberKinds.has(left) && numberKinds.has(right);
  const sameKind =
    left === right && (operator === '==' || operator === '!=' || (left === 'bool' && /^[&|^]$/.test(operator)));
  const concatenation = isConcatenation(operator, left, right);
  if (bothNumbers || sameKind || concatenation) return;
  throw new SyntaxProblem(`operator "${operator}" cannot be applied to ${left} and ${right}`, at);
}

function resultType(operator: string, left: string | undefined, right: string | undefined): string | undefined {
  if (isConcatenation(operator, left, right)) return 'string';
  if (left === 'XNamespace' && operator === '+') return 'XName';
  if (left === 'bool' && right === 'bool') return 'bool';
  // An unsigned side may stay itself or become long, which only the values tell.
  return left === right && (left === 'int' || left === 'double' || left === 'decimal' || left === 'long')
    ? left
    : undefined;
}

function conditional(node: Extract<Node, { kind: 'conditional' }>, scope: Scope): Code {
  const test = condition(compileExpression(node.test, scope), node.test.at);
  const yes = compileExpression(node.yes, scope);
  const no = compileExpression(node.no, scope);
  const kind = commonNumber(yes.type, no.type);
  if (kind) {
    const widenTo = (value: unknown) => (isNumeric(value) ? castNumber(kind as NumberKind, value) : value);
    return { run: (frame) => widenTo(test(frame) ? yes.run(frame) : no.run(frame)), type: kind };
  }
  const type = yes.type === no.type || no.type === undefined ? yes.type : yes.type === undefined ? no.type : undefined;
  return { run: (frame) => (test(frame) ? yes.run(frame) : no.run(frame)), type };
}

/** `flag ? 1 : 2.5` is a double on either side. */
function commonNumber(left: string | undefined, right: string | undefined): string | undefined {
  if (!left || !right || left === right) return undefined;
  const [a, b] = [numericOrder.indexOf(left), numericOrder.indexOf(right)];
  return a === -1 || b === -1 ? undefined : numericOrder[Math.max(a, b)];
}

/** A namespace and text make a name, not text. */
function isConcatenation(operator: string, left: string | undefined, right: string | undefined): boolean {
  return operator === '+' && left !== 'XNamespace' && (left === 'string' || right === 'string');
}
