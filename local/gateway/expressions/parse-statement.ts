import { ExpressionParser } from './parse-expression.ts';
import { casePattern } from './parse-pattern.ts';
import type { CaseLabel, LambdaParameter, Node, Statement, SwitchSection, TypeName } from './syntax.ts';
import { tokenize } from './tokens.ts';

/** Parses the C# inside `@(...)`: one expression. Throws SyntaxProblem. */
export function parseSingleExpression(source: string, isType: (name: string) => boolean): Node {
  const parser = new ExpressionParser(tokenize(source), isType, parseStatement);
  const node = parser.expression();
  if (parser.token.kind !== 'end') parser.fail('the expression should end here');
  return node;
}

/** Parses the C# inside `@{...}`: statements. Throws SyntaxProblem. */
export function parseStatements(source: string, isType: (name: string) => boolean): Statement {
  const parser = new ExpressionParser(tokenize(source), isType, parseStatement);
  const statements: Statement[] = [];
  while (parser.token.kind !== 'end') statements.push(parseStatement(parser));
  return { kind: 'block', statements, at: 0 };
}

const refused = new Set(['goto', 'lock', 'unsafe', 'fixed', 'yield', 'class', 'struct', 'enum']);

function parseStatement(parser: ExpressionParser): Statement {
  return parser.nested(() => {
    const token = parser.token;
    const { at } = token;
    if (parser.take(';')) return { kind: 'block', statements: [], at };
    if (parser.is('{')) return parseBlock(parser);
    if (token.kind === 'name') {
      if (refused.has(token.text)) parser.fail(`"${token.text}" is not supported`);
      const keyword = Object.hasOwn(keywords, token.text) ? keywords[token.text] : undefined;
      if (keyword && !(token.text.endsWith('checked') && !parser.is('{', 1))) {
        parser.index++;
        return keyword(parser, at);
      }
    }
    const local = parser.attempt(() => parseFunction(parser));
    if (local) return local;
    const declaration = parser.attempt(() => parseDeclaration(parser));
    if (declaration) {
      parser.expect(';', 'after this declaration');
      return declaration;
    }
    return parseExpressionStatement(parser);
  });
}

function parseBlock(parser: ExpressionParser): Statement {
  const { at } = parser.token;
  parser.expect('{');
  const statements: Statement[] = [];
  while (!parser.is('}')) {
    if (parser.token.kind === 'end') parser.fail('this block is never closed', at);
    statements.push(parseStatement(parser));
  }
  parser.expect('}');
  return { kind: 'block', statements, at };
}

const keywords: Readonly<Record<string, (parser: ExpressionParser, at: number) => Statement>> = {
  if: (parser, at) => {
    const test = parenthesized(parser);
    const yes = parseStatement(parser);
    return { kind: 'if', test, yes, no: parser.take('else') ? parseStatement(parser) : undefined, at };
  },
  foreach: (parser, at) => {
    parser.expect('(');
    const type = variableType(parser);
    const variable = parser.name('the variable of "foreach"');
    parser.expect('in');
    const items = parser.expression();
    parser.expect(')');
    return { kind: 'foreach', type, variable, items, body: parseStatement(parser), at };
  },
  for: (parser, at) => {
    parser.expect('(');
    const start: Statement[] = [];
    if (!parser.is(';')) {
      const declaration = parser.attempt(() => parseDeclaration(parser));
      if (declaration) start.push(declaration);
      else for (const value of expressionList(parser)) start.push({ kind: 'expression', value, at: value.at });
    }
    parser.expect(';');
    const test = parser.is(';') ? undefined : parser.expression();
    parser.expect(';');
    const step = parser.is(')') ? [] : expressionList(parser);
    parser.expect(')');
    return { kind: 'for', start, test, step, body: parseStatement(parser), at };
  },
  while: (parser, at) => {
    const test = parenthesized(parser);
    return { kind: 'while', test, body: parseStatement(parser), testFirst: true, at };
  },
  do: (parser, at) => {
    const body = parseStatement(parser);
    parser.expect('while');
    const test = parenthesized(parser);
    parser.expect(';');
    return { kind: 'while', test, body, testFirst: false, at };
  },
  return: (parser, at) => {
    const value = parser.is(';') ? undefined : parser.expression();
    parser.expect(';', 'after "return"');
    return { kind: 'return', value, at };
  },
  break: (parser, at) => {
    parser.expect(';');
    return { kind: 'break', at };
  },
  continue: (parser, at) => {
    parser.expect(';');
    return { kind: 'continue', at };
  },
  throw: (parser, at) => {
    const value = parser.is(';') ? undefined : parser.expression();
    parser.expect(';');
    return { kind: 'throw', value, at };
  },
  using: (parser, at) => {
    parser.expect('(');
    const declare: Statement = parser.attempt(() => parseDeclaration(parser)) ?? {
      kind: 'expression',
      value: parser.expression(),
      at,
    };
    parser.expect(')');
    return { kind: 'using', declare, body: parseStatement(parser), at };
  },
  switch: (parser, at) => {
    const value = parenthesized(parser);
    parser.expect('{');
    const sections: SwitchSection[] = [];
    while (!parser.take('}')) sections.push(switchSection(parser));
    return { kind: 'switch', value, sections, at };
  },
  try: (parser, at) => parseTry(parser, at),
  unchecked: (parser, at) => ({ kind: 'checked', checked: false, body: parseBlock(parser), at }),
  checked: (parser, at) => ({ kind: 'checked', checked: true, body: parseBlock(parser), at }),
};

function switchSection(parser: ExpressionParser): SwitchSection {
  const labels: (CaseLabel | undefined)[] = [];
  while (parser.is('case') || parser.is('default')) {
    labels.push(parser.take('default') ? undefined : caseLabel(parser));
    parser.expect(':');
  }
  if (labels.length === 0) parser.fail('a "case" is missing');
  const statements: Statement[] = [];
  while (!parser.is('case') && !parser.is('default') && !parser.is('}')) {
    if (parser.token.kind === 'end') parser.fail('this "switch" is never closed');
    statements.push(parseStatement(parser));
  }
  return { labels, statements };
}

function caseLabel(parser: ExpressionParser): CaseLabel {
  const { at } = parser.token;
  parser.expect('case');
  const pattern = casePattern(parser);
  return { pattern, when: parser.take('when') ? parser.expression() : undefined, at };
}

type Catch = Extract<Statement, { kind: 'try' }>['catches'][number];

function parseTry(parser: ExpressionParser, at: number): Statement {
  const body = parseBlock(parser);
  const catches: Catch[] = [];
  while (parser.take('catch')) {
    let type: TypeName | undefined;
    let variable: string | undefined;
    if (parser.take('(')) {
      type = parser.type() ?? parser.fail('a type is missing after "catch"');
      if (!parser.is(')')) variable = parser.name('a variable');
      parser.expect(')');
    }
    const when = parser.take('when') ? parenthesized(parser) : undefined;
    catches.push({ type, variable, when, body: parseBlock(parser) });
  }
  const last = parser.take('finally') ? parseBlock(parser) : undefined;
  if (catches.length === 0 && !last) parser.fail('"catch" or "finally" is missing', at);
  return { kind: 'try', body, catches, last, at };
}

function parenthesized(parser: ExpressionParser): Node {
  parser.expect('(');
  const node = parser.expression();
  parser.expect(')');
  return node;
}

function expressionList(parser: ExpressionParser): Node[] {
  const nodes = [parser.expression()];
  while (parser.take(',')) nodes.push(parser.expression());
  return nodes;
}

/** A function inside the expression: a variable that holds a lambda. */
function parseFunction(parser: ExpressionParser): Statement | undefined {
  const { at } = parser.token;
  const isVoid = parser.take('void');
  const returns = isVoid ? undefined : parser.type();
  if ((!isVoid && !returns) || parser.token.kind !== 'name' || !parser.is('(', 1)) return undefined;
  const name = parser.name('a function');
  parser.expect('(');
  const parameters: LambdaParameter[] = [];
  while (!parser.is(')')) {
    if (parser.is('ref') || parser.is('out'))
      parser.fail('ref and out parameters of local functions are not supported');
    const type = parser.type();
    if (!type || parser.token.kind !== 'name') return undefined;
    parameters.push({ name: parser.name('a parameter'), type, at: parser.token.at });
    if (!parser.take(',')) break;
  }
  if (!parser.take(')')) return undefined;
  if (parser.is('{'))
    return { kind: 'function', name, at, returns, value: { kind: 'lambda', parameters, body: parseBlock(parser), at } };
  if (!parser.take('=>')) return undefined;
  const body = parser.expressionOrThrow();
  parser.expect(';', 'after this function');
  return { kind: 'function', name, at, returns, value: { kind: 'lambda', parameters, body, at } };
}

/** `var` is no type: undefined. */
function variableType(parser: ExpressionParser): TypeName | undefined {
  const type = parser.type() ?? parser.fail('a type or "var" is missing');
  return type.name === 'var' && type.arguments.length === 0 ? undefined : type;
}

function parseDeclaration(parser: ExpressionParser): Statement | undefined {
  const { at } = parser.token;
  const isConstant = parser.take('const');
  const type = parser.type();
  if (!type || parser.token.kind !== 'name') return undefined;
  const next = parser.peek();
  if (next.kind !== 'mark' || !['=', ';', ',', ')'].includes(next.text)) {
    return isConstant ? parser.fail('a constant needs a value') : undefined;
  }
  const variables: { name: string; value: Node | undefined }[] = [];
  do {
    const name = parser.name('a variable');
    const value = parser.take('=') ? declaredValue(parser, type) : undefined;
    variables.push({ name, value });
  } while (parser.take(','));
  if (type.name === 'var' && variables.length > 1) parser.fail('"var" declares one variable alone');
  return { kind: 'declare', type: type.name === 'var' ? undefined : type, variables, constant: isConstant, at };
}

/** `string[] names = { "a", "b" }` leaves out `new string[]`. */
function declaredValue(parser: ExpressionParser, type: TypeName): Node {
  const { at } = parser.token;
  if (!parser.is('{') || type.ranks === 0) return parser.expression();
  parser.index++;
  const items: Node[] = [];
  while (!parser.is('}')) {
    items.push(parser.expression());
    if (!parser.take(',')) break;
  }
  parser.expect('}');
  return { kind: 'newArray', type: { ...type, ranks: type.ranks - 1 }, size: undefined, items, at };
}

const effects = new Set(['call', 'assign', 'step', 'new', 'maybe', 'checked']);

function parseExpressionStatement(parser: ExpressionParser): Statement {
  const value = parser.expression();
  if (!effects.has(value.kind)) parser.fail('this expression does nothing as a statement', value.at);
  parser.expect(';', 'after this statement');
  return { kind: 'expression', value, at: value.at };
}
