import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileDocument } from './compile-document.ts';
import { expressionTypes } from './context-types.ts';
import type { LoadError } from './errors.ts';
import { ExpressionError } from './errors.ts';
import { compileSource } from './expressions/compile.ts';
import { SyntaxProblem } from './expressions/tokens.ts';

const parts = { fragments: new Map(), certificates: new Map(), schemas: new Map() };
const runs = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 1500) };
const pieces = [
  ...[
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '<',
    '>',
    '"',
    "'",
    '@',
    '$"',
    '@"',
    '$@"',
    '{0}',
    '\\',
    '//',
    '/*',
    '*/',
    ';',
    ',',
    '.',
    '?.',
    '??',
    '?',
    ':',
  ],
  ...[
    '+',
    '-',
    '*',
    '/',
    '%',
    '==',
    '&&',
    '||',
    '!',
    '~',
    '=>',
    '=',
    '++',
    '1',
    '2.5',
    '0x',
    '1e',
    '9999999999',
    'm',
    'null',
    'true',
    'new',
  ],
  ...[
    'context',
    '.Request',
    '.Body',
    '.As<string>()',
    '.Headers',
    'var x',
    'x',
    'return',
    'if',
    'else',
    'foreach',
    'in',
    'for',
    'while',
    'do',
  ],
  ...[
    'switch',
    'case',
    'default',
    'try',
    'catch',
    'int',
    'string',
    'List<int>',
    'Dictionary<',
    'Regex.Match(',
    'JObject',
    '(string)',
    ' is ',
    ' as ',
    '\n',
    ' ',
    'é',
    '😀',
    '\u0000',
  ],
];
const code = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')),
);

/** Compiles and runs it; only what API Management would report too may be thrown. */
function run(source: string): void {
  let compiled;
  try {
    compiled = compileSource(source, expressionTypes);
  } catch (error) {
    assert.ok(error instanceof SyntaxProblem || error instanceof ExpressionError, String(error));
    return;
  }
  try {
    compiled.evaluate(null);
  } catch (error) {
    assert.ok(error instanceof ExpressionError, String(error));
  }
}

test('gateway: fuzz: an expression compiles and runs, or is refused; it never crashes or hangs', () => {
  fc.assert(
    fc.property(code, fc.boolean(), (source, block) => run(block ? `@{${source}}` : `@(${source})`)),
    runs,
  );
});

const folder = join(import.meta.dirname, 'expressions', 'corpus');
const corpus = readdirSync(folder)
  .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
  .filter((line) => line !== '' && !line.startsWith('#') && line.length < 300)
  .map((line) => line.match(/"(?:[^"\\]|\\.)*"|\w+|[^\w\s]|\s+/g) ?? []);
const used = [...new Set(corpus.flat())];
const words = fc.oneof(
  fc.nat(used.length - 1).map((i) => used[i] ?? ''),
  fc.constantFrom('-1', '0', '2147483647', 'long.MaxValue', 'double.NaN', 'null', '""', '"{"', '"("', '"<"', '"é\\0"'),
);

test('gateway: fuzz: expressions that work, with words changed, run or are refused', () => {
  const change = fc.tuple(fc.nat(), words);
  fc.assert(
    fc.property(fc.nat(corpus.length - 1), fc.array(change, { minLength: 1, maxLength: 3 }), (at, changes) => {
      const parts = [...(corpus[at] ?? [])];
      for (const [place, word] of changes) parts[place % parts.length] = word;
      const source = parts.join('');
      run(source.startsWith('{') ? `@${source}` : `@(${source})`);
    }),
    { numRuns: runs.numRuns * 4 },
  );
});

const tags = [
  'policies',
  'inbound',
  'base',
  'choose',
  'when',
  'otherwise',
  'set-header',
  'value',
  'set-body',
  'retry',
  'cors',
  'validate-jwt',
  'send-request',
  'nope',
];
const xml = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...tags).map((tag) => `<${tag}>`),
        fc.constantFrom(...tags).map((tag) => `</${tag}>`),
        fc.constantFrom(...tags).map((tag) => `<${tag} name="x" condition="@(`),
        fc.constantFrom(
          '/>',
          '">',
          ')">',
          '&lt;',
          '&',
          '<!--',
          '-->',
          '<![CDATA[',
          ']]>',
          '<?',
          '{{a}}',
          '"',
          "'",
          '@{',
          '}',
          'text',
        ),
        code,
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join('')),
);

test('gateway: fuzz: a document compiles or is refused with file and line; it never crashes or hangs', () => {
  fc.assert(
    fc.property(xml, fc.boolean(), (text, wrapped) => {
      const problems: LoadError[] = [];
      const source = wrapped ? `<policies><inbound>${text}</inbound></policies>` : text;
      compileDocument({ text: source, file: 'policy.xml' }, 'api', parts, problems);
      for (const problem of problems) assert.match(problem.message, /^policy\.xml:\d+:\d+: ./);
    }),
    runs,
  );
});

test('gateway: fuzz: deep nesting and long lines are refused, not suffered', () => {
  const deep = [
    `@(${'('.repeat(50_000)}1${')'.repeat(50_000)})`,
    `@(${'-'.repeat(50_000)}1)`,
    `@(${'a?'.repeat(20_000)})`,
    `@(${'x => '.repeat(20_000)}1)`,
    `@{${'{'.repeat(50_000)}}`,
    `@(${'$"{'.repeat(3000)})`,
    `@(${'new{a='.repeat(9000)})`,
  ];
  for (const source of deep)
    assert.throws(() => compileSource(source, expressionTypes), SyntaxProblem, source.slice(0, 10));
  const sum = `@(${Array.from({ length: 3000 }, () => '1').join('+')})`;
  assert.ok([3000, 'refused'].includes(attempt(sum) as number));
  const problems: LoadError[] = [];
  compileDocument({ text: '<a>'.repeat(50_000), file: 'policy.xml' }, 'api', parts, problems);
  assert.equal(problems.length, 1);
});

function attempt(source: string): unknown {
  try {
    return compileSource(source, expressionTypes).evaluate(null);
  } catch (error) {
    if (error instanceof SyntaxProblem || error instanceof ExpressionError) return 'refused';
    throw error;
  }
}
