import { compileAssignment, compileStep } from './compile-assignment.ts';
import { compileCall, compileIndex } from './compile-call.ts';
import { compileAs, compileCast, compileIs } from './compile-cast.ts';
import { compileChoice, compileCoalesce, compileLogic } from './compile-choice.ts';
import { compileLambda } from './compile-lambda.ts';
import { compileMember } from './compile-member.ts';
import { compileNew } from './compile-new.ts';
import { compileBinary, compileUnary } from './compile-operators.ts';
import { compileStatement } from './compile-statement.ts';
import type { Code, Frame } from './code.ts';
import { convert, defaultValue } from './conversions.ts';
import { toException } from './exceptions.ts';
import { isNullable, netType, nullableOf, types, type NetType } from './net-type.ts';
import { Char, isNumeric, kindOf } from './numbers.ts';
import { load, store, type Compiler, type Scope } from './scope.ts';
import type { Node } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';
import { knownType, typeReference } from './type-names.ts';
import { formatValue } from './values.ts';
import { TypeValue } from './type-value.ts';

export const compiler: Compiler = {
  expression: compileExpression,
  statement: (statement, scope) => compileStatement(statement, scope, compiler),
};

/** Turns an expression into a closure. Throws SyntaxProblem for what C# refuses or is not supported. */
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
      const { slot, type } = scope.hole ?? scope.temporary(types.object);
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
      return compileUnary(node.operator, compileExpression(node.operand, scope), scope, node.at);
    case 'binary':
      return binary(node, scope);
    case 'conditional':
      return compileChoice(node, scope, compiler);
    case 'cast':
      return compileCast(node, scope, compiler);
    case 'as':
      return compileAs(node, scope, compiler);
    case 'is':
      return compileIs(node, scope, compiler);
    case 'lambda':
      return compileLambda(node, scope, compiler);
    case 'new':
    case 'newArray':
    case 'newAnonymous':
      return compileNew(node, scope, compiler);
    case 'assign':
      return compileAssignment(node, scope, compiler);
    case 'step':
      return compileStep(node, scope, compiler);
    case 'default': {
      if (!node.type) return { run: () => null, type: netType('default') };
      const type = knownType(node.type, scope);
      const value = defaultValue(type, scope.registry);
      return { run: () => value, type, constant: { value } };
    }
    case 'typeof': {
      const value = TypeValue.of(knownType(node.type, scope));
      return { run: () => value, type: netType('Type'), origin: value };
    }
    case 'throw': {
      const value = convert(compileExpression(node.value, scope), types.exception, scope.registry);
      if (!value) throw new SyntaxProblem('only exceptions can be thrown', node.at);
      const { run } = value;
      const fail = (frame: Frame): never => {
        throw toException(run(frame));
      };
      return { run: fail, type: netType('throw') };
    }
    default: {
      const outer = scope.checked;
      scope.checked = node.checked;
      try {
        return compileExpression(node.value, scope);
      } finally {
        scope.checked = outer;
      }
    }
  }
}

function literal(value: unknown): Code {
  return { run: () => value, type: typeOfLiteral(value), constant: { value }, origin: 'constant' };
}

function typeOfLiteral(value: unknown): NetType {
  if (typeof value === 'string') return types.string;
  if (typeof value === 'boolean') return types.bool;
  if (value instanceof Char) return types.char;
  return isNumeric(value) ? netType(kindOf(value)) : types.null;
}

function interpolated(node: Extract<Node, { kind: 'interpolated' }>, scope: Scope): Code {
  const parts = node.parts.map((part) => {
    if (typeof part === 'string') return () => part;
    const code = convert(compileExpression(part.value, scope), types.object, scope.registry);
    if (!code) throw new SyntaxProblem('this hole in the string has no value', part.value.at);
    const { run } = code;
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
  return { run, type: types.string, origin: {} };
}

function named(node: Extract<Node, { kind: 'name' }>, scope: Scope): Code {
  const variable = scope.find(node.name);
  if (variable) {
    if (scope.function.unassigned.has(node.name))
      throw new SyntaxProblem(`"${node.name}" is used before it has a value`, node.at);
    const { type, constant } = variable;
    if (constant) return { run: () => constant.value, type, constant, origin: 'constant' };
    const run = load(variable);
    const origin = variable.origin ?? variable;
    if (variable.readOnly) return { run, type, origin };
    const put = store(variable);
    const prepare = (frame: Frame) => ({
      get: () => run(frame),
      set: (value: unknown) => put(frame, value),
    });
    const assign = (frame: Frame, value: (frame: Frame) => unknown) => {
      const result = value(frame);
      put(frame, result);
      return result;
    };
    return { run, type, origin, store: { type, assign, prepare } };
  }
  if (node.name === 'context') return { run: (frame) => frame.context, type: netType('IProxyRequestContext') };
  if (typeReference(node, scope)) throw new SyntaxProblem(`"${node.name}" is a type, not a value`, node.at);
  throw new SyntaxProblem(`"${node.name}" is not known here`, node.at);
}

function maybe(node: Extract<Node, { kind: 'maybe' }>, scope: Scope): Code {
  const target = compileExpression(node.target, scope);
  const { registry } = scope;
  if (target.bindable || (registry.isValueType(target.type) && !isNullable(target.type)))
    throw new SyntaxProblem(`"?." cannot follow ${target.type.key}`, node.at);
  // Variables declared in the chain (`out var x`) stay visible after it, so the scope is shared and the hole restored.
  const outer = scope.hole;
  const hole = scope.temporary(isNullable(target.type) ? (target.type.args[0] as NetType) : target.type);
  scope.hole = hole;
  let rest: Code;
  try {
    rest = compileExpression(node.rest, scope);
  } finally {
    scope.hole = outer;
  }
  if (rest.bindable) throw new SyntaxProblem('a method is not called here', node.at);
  const { run } = target;
  const after = rest.run;
  const type = registry.isValueType(rest.type) ? nullableOf(rest.type) : rest.type;
  return {
    type,
    run: (frame) => {
      const value = run(frame);
      if (value === null || value === undefined) return null;
      frame.locals[hole.slot] = value;
      return after(frame);
    },
  };
}

function binary(node: Extract<Node, { kind: 'binary' }>, scope: Scope): Code {
  const { operator, at } = node;
  if (operator === '&&' || operator === '||') return compileLogic(node, scope, compiler);
  if (operator === '??') return compileCoalesce(node, scope, compiler);
  const left = compileExpression(node.left, scope);
  const right = compileExpression(node.right, scope);
  return compileBinary(operator, left, right, scope, at);
}
