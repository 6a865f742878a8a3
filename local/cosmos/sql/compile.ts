import { badRequest, notSupported } from '../errors.ts';
import { compareValues, equalValues, member, typeRank, type Json, type JsonObject, type Value } from '../json.ts';
import { aggregate } from './aggregate.ts';
import { functions } from './functions.ts';
import type { BinaryOperator, Expression, Query } from './syntax.ts';

/** What one row of a query sees: its sources by slot, the parameters, and the rows of its group. */
export interface Frame {
  slots: Value[];
  parameters: JsonObject;
  group?: readonly Frame[];
}
export type Evaluate = (frame: Frame) => Value;
/** Aliases in reach and the slots they are held in. */
export type Scope = ReadonlyMap<string, number>;
export type RunSubquery = (query: Query, scope: Scope) => (frame: Frame) => Json[];

const spatial = /^ST_|^VECTORDISTANCE$|^FULLTEXT|^RRF$|^DOCUMENTID$/;

/** Turns an expression into a function of a row; names are resolved once. @throws CosmosError 400 for an unknown one. */
export function compileExpression(expression: Expression, scope: Scope, subquery: RunSubquery): Evaluate {
  const compile = (inner: Expression) => compileExpression(inner, scope, subquery);
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'parameter': {
      const { name } = expression;
      return ({ parameters }) => (Object.hasOwn(parameters, name) ? parameters[name] : undefined);
    }
    case 'name': {
      const slot = scope.get(expression.name);
      if (slot === undefined) throw semanticError(`Identifier '${expression.name}' could not be resolved.`);
      return ({ slots }) => slots[slot];
    }
    case 'member': {
      const of = compile(expression.of);
      if (expression.key.kind === 'literal') {
        const key = expression.key.value;
        return (frame) => member(of(frame), key);
      }
      const key = compile(expression.key);
      return (frame) => member(of(frame), key(frame));
    }
    case 'unary':
      return unary(expression.operator, compile(expression.operand));
    case 'logical':
      return logical(expression.operator === 'OR', compile(expression.left), compile(expression.right));
    case 'binary':
      return binary(expression.operator, compile(expression.left), compile(expression.right));
    case 'conditional': {
      const [test, whenTrue, otherwise] = [expression.test, expression.whenTrue, expression.otherwise].map(compile);
      return (frame) => (test!(frame) === true ? whenTrue!(frame) : otherwise!(frame));
    }
    case 'in':
      return isIn(compile(expression.value), expression.list.map(compile));
    case 'between': {
      const [value, low, high] = [expression.value, expression.low, expression.high].map(compile);
      const [above, below] = [binary('>=', value!, low!), binary('<=', value!, high!)];
      return logical(false, above, below);
    }
    case 'like':
      return like(
        compile(expression.value),
        compile(expression.pattern),
        expression.escape && compile(expression.escape),
      );
    case 'array': {
      const items = expression.items.map(compile);
      return (frame) => items.map((item) => item(frame)).filter((item) => item !== undefined);
    }
    case 'object':
      return compileObject(expression.entries.map(([key, value]) => [key, compile(value)]));
    case 'call': {
      const work = functions[expression.name];
      if (!work && spatial.test(expression.name)) throw notSupported(`The function ${expression.name}`);
      if (!work) throw semanticError(`'${expression.name}' is not a recognized built-in function name.`, 'SC2005');
      const args = expression.args.map(compile);
      return (frame) => work(...args.map((arg) => arg(frame)));
    }
    case 'aggregate': {
      const argument = compile(expression.argument);
      const { name } = expression;
      return (frame) => aggregate(name, (frame.group ?? [frame]).map(argument));
    }
    default: {
      const run = subquery(expression.query, scope);
      if (expression.as === 'array') return run;
      return expression.as === 'exists' ? (frame) => run(frame).length > 0 : (frame) => run(frame)[0];
    }
  }
}

/** An object from evaluated properties; undefined ones are left out. */
export function compileObject(entries: readonly (readonly [string, Evaluate])[]): Evaluate {
  return (frame) => {
    const object: JsonObject = {};
    for (const [key, evaluate] of entries) {
      const value = evaluate(frame);
      if (value !== undefined) object[key] = value;
    }
    return object;
  };
}

function semanticError(message: string, code = 'SC2001') {
  return badRequest(JSON.stringify({ errors: [{ severity: 'Error', code, message }] }));
}

function unary(operator: 'NOT' | '-' | '+' | '~', operand: Evaluate): Evaluate {
  return (frame) => {
    const value = operand(frame);
    if (operator === 'NOT') return typeof value === 'boolean' ? !value : undefined;
    if (typeof value !== 'number') return undefined;
    return operator === '-' ? -value : operator === '+' ? value : ~value;
  };
}

/** Three-valued AND and OR: a deciding side decides, else anything but two booleans is undefined. */
function logical(deciding: boolean, left: Evaluate, right: Evaluate): Evaluate {
  return (frame) => {
    const a = left(frame);
    if (a === deciding) return deciding;
    const b = right(frame);
    if (b === deciding) return deciding;
    return typeof a === 'boolean' && typeof b === 'boolean' ? !deciding : undefined;
  };
}

function isIn(value: Evaluate, list: readonly Evaluate[]): Evaluate {
  return (frame) => {
    const wanted = value(frame);
    return wanted === undefined ? undefined : list.some((item) => equalValues(wanted, item(frame)));
  };
}

const ordering: Partial<Record<BinaryOperator, (difference: number) => boolean>> = {
  '<': (d) => d < 0,
  '<=': (d) => d <= 0,
  '>': (d) => d > 0,
  '>=': (d) => d >= 0,
};
const arithmetic: Partial<Record<BinaryOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
};

function binary(operator: BinaryOperator, left: Evaluate, right: Evaluate): Evaluate {
  if (operator === '=' || operator === '!=') {
    const wanted = operator === '=';
    return (frame) => {
      const [a, b] = [left(frame), right(frame)];
      return a === undefined || b === undefined ? undefined : equalValues(a, b) === wanted;
    };
  }
  if (operator === '??')
    return (frame) => {
      const a = left(frame);
      return a === undefined ? right(frame) : a;
    };
  if (operator === '||')
    return (frame) => {
      const [a, b] = [left(frame), right(frame)];
      return typeof a === 'string' && typeof b === 'string' ? a + b : undefined;
    };
  const order = ordering[operator];
  if (order)
    return (frame) => {
      const [a, b] = [left(frame), right(frame)];
      const rank = typeRank(a);
      return rank === 0 || rank > 4 || rank !== typeRank(b) ? undefined : order(compareValues(a, b));
    };
  const compute = arithmetic[operator]!;
  return (frame) => {
    const [a, b] = [left(frame), right(frame)];
    if (typeof a !== 'number' || typeof b !== 'number') return undefined;
    const result = compute(a, b);
    return Number.isFinite(result) ? result : undefined;
  };
}

function like(value: Evaluate, pattern: Evaluate, escape?: Evaluate): Evaluate {
  let [lastKey, matcher] = ['', /^$/];
  return (frame) => {
    const [text, wanted, mark] = [value(frame), pattern(frame), escape?.(frame)];
    if (typeof text !== 'string' || typeof wanted !== 'string') return undefined;
    const key = JSON.stringify([mark, wanted]);
    if (key !== lastKey) [lastKey, matcher] = [key, likePattern(wanted, mark)];
    return matcher.test(text);
  };
}

function likePattern(pattern: string, escape: Value): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    const set = char === '[' ? /^\[(\^?)([^\]]+)\]/.exec(pattern.slice(at)) : null;
    if (char === escape && at + 1 < pattern.length) source += literal(pattern[++at]!);
    else if (char === '%') source += '[^]*';
    else if (char === '_') source += '[^]';
    else if (set) {
      source += `[${set[1]}${set[2]!.replaceAll(/[\\[\]^]/g, String.raw`\$&`)}]`;
      at += set[0].length - 1;
    } else source += literal(char);
  }
  return new RegExp(`^${source}$`);
}

const literal = (char: string) => char.replace(/[.*+?^${}()|[\]\\]/, String.raw`\$&`);
