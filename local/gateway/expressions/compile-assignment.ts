import { ExpressionError } from '../errors.ts';
import { widen } from './conversions.ts';
import { jsonOf } from './json-convert.ts';
import { JsonArray, JsonObject, JsonProperty } from './json-token.ts';
import { castNumber, isNumeric, kindOf } from './numbers.ts';
import { binaryOperators } from './operators.ts';
import type { Code, Compiler, Frame, Scope } from './scope.ts';
import type { Node } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';
import { keyOf, nullReference, toText } from './values.ts';
import { XmlAttribute, XmlElement, XmlName, XmlText } from './xml-node.ts';

/** `a = b`, `a += b`: to variables, elements and the few properties that can be set. */
export function compileAssignment(node: Extract<Node, { kind: 'assign' }>, scope: Scope, compiler: Compiler): Code {
  const value = compiler.expression(node.value, scope);
  if (node.operator === '=') return assign(node.target, value, scope, compiler);
  const operator = node.operator.slice(0, -1);
  const current = compiler.expression(node.target, scope);
  const operate = binaryOperators[operator];
  if (!operate) throw new SyntaxProblem(`"${node.operator}" is not supported`, node.at);
  const side = value.literal ? 'right' : 'none';
  const run = (frame: Frame) => {
    const before = current.run(frame);
    const after = operate(before, value.run(frame), side);
    // C# casts back: `byte b = 1; b += 1` stays a byte.
    return isNumeric(before) && isNumeric(after) && kindOf(before) !== kindOf(after)
      ? castNumber(kindOf(before), after)
      : after;
  };
  return assign(node.target, { run, type: current.type }, scope, compiler);
}

/** `i++` and its kin. */
export function compileStep(node: Extract<Node, { kind: 'step' }>, scope: Scope, compiler: Compiler): Code {
  const current = compiler.expression(node.target, scope);
  const add = binaryOperators['+'];
  let before: unknown;
  const run = (frame: Frame) => {
    before = current.run(frame);
    return add?.(before, node.by, 'right');
  };
  const stored = assign(node.target, { run, type: current.type }, scope, compiler);
  if (node.prefix) return stored;
  const runPostfix = (frame: Frame) => {
    stored.run(frame);
    return before;
  };
  return { run: runPostfix, type: current.type };
}

function assign(target: Node, value: Code, scope: Scope, compiler: Compiler): Code {
  if (target.kind === 'name') {
    const variable = scope.find(target.name);
    if (!variable) throw new SyntaxProblem(`"${target.name}" is not known here`, target.at);
    const { slot, type } = variable;
    const run = (frame: Frame) => (frame.locals[slot] = type ? widen(type, value.run(frame)) : value.run(frame));
    return { run, type };
  }
  if (target.kind === 'index' && target.arguments.length === 1 && target.arguments[0]) {
    const container = compiler.expression(target.target, scope);
    if (container.type === 'ContextVariables') throw new SyntaxProblem('context.Variables is read-only', target.at);
    const index = compiler.expression(target.arguments[0].value, scope);
    const run = (frame: Frame) => setElement(container.run(frame), index.run(frame), value.run(frame));
    return { run, type: value.type };
  }
  if (target.kind === 'member' && target.name === 'Value') {
    const property = compiler.expression(target.target, scope);
    const run = (frame: Frame) => {
      const holder = property.run(frame);
      if (holder instanceof XmlElement || holder instanceof XmlAttribute || holder instanceof XmlText)
        return setXmlValue(holder, toText(value.run(frame)));
      if (!(holder instanceof JsonProperty))
        throw new ExpressionError('InvalidOperationException', 'Value cannot be set here.');
      holder.value = jsonOf(value.run(frame));
      holder.owner?.properties.set(holder.name, holder.value);
      return holder.value;
    };
    return { run, type: undefined };
  }
  if (target.kind === 'member' && target.name === 'Name') {
    const named = compiler.expression(target.target, scope);
    const run = (frame: Frame) => {
      const holder = named.run(frame);
      if (!(holder instanceof XmlElement))
        throw new ExpressionError('InvalidOperationException', 'Name cannot be set here.');
      return (holder.name = XmlName.of(value.run(frame)));
    };
    return { run, type: 'XName' };
  }
  throw new SyntaxProblem('this cannot be assigned to', target.at);
}

function setXmlValue(holder: XmlElement | XmlAttribute | XmlText, text: string): string {
  if (holder instanceof XmlElement) holder.setText(text);
  else holder.value = text;
  return text;
}

export function setElement(container: unknown, index: unknown, value: unknown): unknown {
  if (container === null || container === undefined) throw nullReference();
  if (container instanceof JsonObject) container.properties.set(toText(index), jsonOf(value));
  else if (container instanceof Map) container.set(keyOf(index), value);
  else if (container instanceof JsonArray) container.items[position(index, container.items.length)] = jsonOf(value);
  else if (container instanceof Uint8Array && isNumeric(value))
    container[position(index, container.length)] = Number(toText(value));
  else if (Array.isArray(container)) container[position(index, container.length)] = value;
  else throw new ExpressionError('InvalidOperationException', 'The elements of this value cannot be set.');
  return value;
}

function position(index: unknown, length: number): number {
  if (typeof index === 'number' && index >= 0 && index < length) return index;
  throw new ExpressionError('IndexOutOfRangeException', 'Index was outside the bounds of the array.');
}
