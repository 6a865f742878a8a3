import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { expressionTypes } from '../context-types.ts';
import { ExpressionError } from '../errors.ts';
import { compileSource } from './compile.ts';
import { isNumeric, kindOf } from './numbers.ts';
import { randomExpressions } from './random-expression.ts';
import { EnumValue } from './time.ts';
import { toText } from './values.ts';

/** The compiler and the runtime of Debian's packages mono-mcs and mono-runtime. */
const tools = ['mcs', 'mono'] as const;
const hasMono = tools.every((tool) => spawnSync(tool, ['--version']).error === undefined);
/** Of Debian's package libnewtonsoft-json5.0-cil; without it what needs it is left out. */
const newtonsoft = '/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll';
const hasNewtonsoft = existsSync(newtonsoft);

const folder = join(import.meta.dirname, 'corpus');
const ofJson = 'json.txt';
const skip = hasMono ? false : 'Mono is not installed: apt-get install mono-mcs mono-runtime';
const skipJson =
  skip || (hasNewtonsoft ? false : 'Newtonsoft.Json is not installed: apt-get install libnewtonsoft-json5.0-cil');
const seed = Number(process.env['SEED'] ?? 1);

test('gateway: expressions: a corpus gives what .NET gives, exceptions included', { skip }, () => {
  agree(
    readdirSync(folder)
      .filter((name) => name !== ofJson)
      .flatMap(corpus),
  );
});

test('gateway: expressions: a corpus of JSON gives what Newtonsoft gives', { skip: skipJson }, () => {
  agree(corpus(ofJson));
});

test(
  `gateway: expressions: random ones of seed ${seed} give what .NET gives, and are refused where C# refuses them`,
  { skip },
  () => {
    agree([...new Set(randomExpressions(600, seed))]);
  },
);

function corpus(name: string): string[] {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

function agree(sources: readonly string[]): void {
  const expected = runMono(sources);
  const wrong = sources.flatMap((source) => {
    const ours = evaluate(source);
    const theirs = expected.get(source) ?? '';
    const bothRefuse = theirs.startsWith('refused') && ours.startsWith('refused');
    return bothRefuse || ours === theirs ? [] : [`${source}\n    .NET:        ${theirs}\n    interpreter: ${ours}`];
  });
  assert.equal(wrong.length, 0, `${wrong.length} of ${sources.length} differ:\n${wrong.join('\n')}`);
}

function evaluate(source: string): string {
  try {
    const value = compileSource(source.startsWith('{') ? `@${source}` : `@(${source})`, expressionTypes).evaluate(null);
    return describe(value);
  } catch (error) {
    return error instanceof ExpressionError ? `!${error.type}` : `refused: ${(error as Error).message}`;
  }
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  // Mono's code for the type of an enumeration is its number's.
  const type = isNumeric(value) ? kindOf(value) : value instanceof EnumValue ? 'int' : typeof value;
  return `${type}:${escape(toText(value))}`;
}

function escape(text: string): string {
  return Array.from({ length: text.length }, (_, i) => {
    const code = text.charCodeAt(i);
    return code >= 32 && code < 127 ? text[i] : `\\u${code.toString(16).padStart(4, '0')}`;
  }).join('');
}

const host = `
using System; using System.Collections.Generic; using System.Globalization; using System.Linq; using System.Net;
using System.Security.Cryptography; using System.Text; using System.Text.RegularExpressions; using System.Threading;
using System.Xml.Linq;
static class Host {
  static string Kind(object o) {
    switch (Type.GetTypeCode(o.GetType())) {
      case TypeCode.Int32: return "int"; case TypeCode.Int64: return "long"; case TypeCode.UInt32: return "uint";
      case TypeCode.UInt64: return "ulong"; case TypeCode.Int16: return "short"; case TypeCode.UInt16: return "ushort";
      case TypeCode.Byte: return "byte"; case TypeCode.SByte: return "sbyte"; case TypeCode.Double: return "double";
      case TypeCode.Single: return "float"; case TypeCode.Decimal: return "decimal"; case TypeCode.Char: return "char";
      case TypeCode.String: return "string"; case TypeCode.Boolean: return "boolean"; default: return "object";
    }
  }
  static void Show(Func<object> work) {
    string text;
    try { var o = work(); text = o == null ? "null" : Kind(o) + ":" + Convert.ToString(o, CultureInfo.InvariantCulture); }
    catch (Exception e) { Console.WriteLine("!" + e.GetType().Name); return; }
    var b = new StringBuilder();
    foreach (var c in text) if (c >= 32 && c < 127) b.Append(c); else b.Append("\\\\u" + ((int)c).ToString("x4"));
    Console.WriteLine(b);
  }
  static void Main() {
    Thread.CurrentThread.CurrentCulture = CultureInfo.InvariantCulture;
`;

/** What each expression gives, or why C# refuses it. */
function runMono(sources: readonly string[]): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'mono-corpus-'));
  try {
    if (hasNewtonsoft) copyFileSync(newtonsoft, join(folder, basename(newtonsoft)));
    const refused = compileMono(sources, folder);
    const kept = sources.filter((source) => !refused.has(source));
    // Without what it refuses, the compiler accepts the rest.
    if (refused.size > 0) assert.deepEqual(compileMono(kept, folder), new Map());
    const env = { ...process.env, TZ: 'UTC', LANG: 'C.UTF-8' };
    const output = execFileSync(tools[1], ['corpus.exe'], { cwd: folder, env, maxBuffer: 1e8 }).toString('utf8');
    const lines = output.trimEnd().split('\n');
    assert.equal(lines.length, kept.length);
    return new Map([...kept.map((source, i) => [source, lines[i] as string] as const), ...refused]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compileMono(sources: readonly string[], folder: string): Map<string, string> {
  const json = hasNewtonsoft ? 'using Newtonsoft.Json; using Newtonsoft.Json.Linq;' : '';
  const calls = sources.map((source) => `    Show(() => ${source.startsWith('{') ? source : `(object)(${source})`});`);
  writeFileSync(join(folder, 'corpus.cs'), `${json}${host}${calls.join('\n')}\n  }\n}\n`);
  const options = [
    '-nowarn:0162,0168,0183,0184,0219,0252,0253,0429,0458,0464,0472,0665,1718',
    ...['-r:System.Core', '-r:System.Xml.Linq', '-r:System.Xml'],
    ...(hasNewtonsoft ? ['-r:Microsoft.CSharp', `-r:${newtonsoft}`] : []),
  ];
  const { status, stderr } = spawnSync(tools[0], [...options, '-out:corpus.exe', 'corpus.cs'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  const first = host.split('\n').length;
  const refused = new Map<string, string>();
  for (const [, line, problem] of stderr.matchAll(/corpus\.cs\((\d+),.*error (.*)/g)) {
    const source = sources[Number(line) - first];
    assert.ok(source, `mcs: ${problem}`);
    refused.set(source, `refused: ${problem}`);
  }
  assert.ok(status === 0 || refused.size > 0, stderr);
  return refused;
}
