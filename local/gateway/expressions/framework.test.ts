import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expressionTypes } from '../context-types.ts';
import { ExpressionError } from '../errors.ts';
import { compileSource } from './compile.ts';
import { SyntaxProblem } from './tokens.ts';
import { toText } from './values.ts';

function run(source: string): string {
  return toText(compileSource(`@(${source})`, expressionTypes).evaluate(null));
}

/** What .NET Framework gives by its documentation, where Mono, with which the corpus is compared, gives something else. */
const cases: readonly [expression: string, result: string][] = [
  ['Encoding.GetEncoding("windows-1251").GetString(new byte[] { 0xcf, 0xf0 })', 'Пр'],
  ['BitConverter.ToString(Encoding.GetEncoding(1252).GetBytes("a€"))', '61-80'],
  ['new Guid("00112233-4455-6677-8899-AABBCCDDEEFF").GetHashCode()', '-297515845'],
  ['new Uri("http://example.com\\\\a\\\\b").AbsoluteUri', 'http://example.com/a/b'],
  ['new Uri("//server/share/x").LocalPath', '\\\\server\\share\\x'],
  ['new Uri("/x", UriKind.RelativeOrAbsolute).IsAbsoluteUri', 'False'],
  ['WebUtility.HtmlEncode("é€\\u0100")', '&#233;€Ā'],
  ['string.Join(",", null, 1)', ''],
  // Mono has the zones of the system alone, and counts summer times of long ago.
  [
    'TimeZoneInfo.ConvertTimeBySystemTimeZoneId(new DateTime(2024, 7, 1), "W. Europe Standard Time")',
    '07/01/2024 02:00:00',
  ],
  ['TimeZoneInfo.FindSystemTimeZoneById("pacific standard time").BaseUtcOffset', '-08:00:00'],
  ['TimeZoneInfo.FindSystemTimeZoneById("Tokyo Standard Time").SupportsDaylightSavingTime', 'False'],
  ['TimeZoneInfo.FindSystemTimeZoneById("GMT Standard Time").GetUtcOffset(new DateTime(2024, 8, 1))', '01:00:00'],
  ['"ﬁ".Normalize(NormalizationForm.FormKC)', 'fi'],
  ['Math.Round(2.5)', '2'],
  ['1_000_000', '1000000'],
];

for (const [expression, result] of cases)
  test(`gateway: expressions: ${expression} is what .NET Framework gives`, () => {
    assert.equal(run(expression), result);
  });

// Mono's compiler tells these of a whole program alone, so that the corpus has no place for them.
const refused = [
  '{ var x = 1, y = 2; return x; }',
  '{ try { return 1; } catch (Exception) { return 2; } catch (FormatException) { return 3; } }',
  '{ try { return 1; } catch (ArithmeticException) { return 2; } catch (OverflowException) { return 3; } }',
  '{ return throw new Exception(); }',
  '{ var x = 1 + throw new Exception(); return 1; }',
  '{ int x; Func<int> f = () => x; return f(); }',
  '{ Func<int, int> fact; fact = n => n < 2 ? 1 : n * fact(n - 1); return fact(4); }',
  '{ int x; if (DateTime.Now.Year > 3000 || int.TryParse("5", out x)) return x; return 0; }',
  '{ int x; if (DateTime.Now.Year > 3000 && int.TryParse("5", out x)) return 1; return x; }',
  '{ int x, y; if (int.TryParse("5", out x) && int.TryParse("6", out y)) return x + y; return y; }',
  '{ int x; return DateTime.Now.Year > 1 || int.TryParse("5", out x) ? x : 0; }',
  '{ int x; var ok = DateTime.Now.Year > 1 && int.TryParse("5", out x); return ok ? x : 0; }',
  '{ int x; while (DateTime.Now.Year > 1 && int.TryParse("5", out x)) { return 1; } return x; }',
  '{ int x; for (var i = 0; i < 3 && int.TryParse("5", out x); i++) { return x; } return x; }',
  '{ int x; var y = DateTime.Now.Year > 1 ? (x = 1) : 2; return x; }',
  '{ string s = null; int x; var y = s ?? (x = 1).ToString(); return x; }',
  '{ try { return 1; } finally { return 2; } }',
  '{ try { int.Parse("x"); } finally { return 2; } }',
];

for (const source of refused)
  test(`gateway: expressions: ${source} is refused`, () => {
    assert.throws(() => compileSource(`@${source}`, expressionTypes), SyntaxProblem);
  });

test('gateway: expressions: a search with a regular expression ends when its time is up', () => {
  const search =
    'Regex.IsMatch(new string(\'a\', 60) + "b", "^(a+)+$", RegexOptions.None, TimeSpan.FromMilliseconds(20))';
  assert.throws(
    () => run(search),
    (error) => error instanceof ExpressionError && error.type === 'RegexMatchTimeoutException',
  );
});

test('gateway: expressions: a group repeated more often than calls may nest is matched', () => {
  assert.equal(run('Regex.Match(new string(\'a\', 200000) + "b", "^(?:(a)|c)*b$").Groups[1].Captures.Count'), '200000');
});

for (const grow of [
  'for (;;) l.AddRange(l);',
  'for (;;) l.InsertRange(0, l);',
  'IEnumerable<int> q = l; for (var i = 0; i < 40; i++) q = q.Concat(q); return q.Count();',
  'var a = new JArray(); for (;;) a.Add(a.DeepClone());',
  'var s = new string(\'a\', 1000000); for (;;) s = s.Replace("a", "aa");',
])
  test(`gateway: expressions: what doubles what it has ends: ${grow}`, () => {
    const body = `{ var l = new List<int> { 1 }; ${grow} }`;
    assert.throws(
      () => compileSource(`@${body}`, expressionTypes).evaluate(null),
      (error) => error instanceof ExpressionError && error.type === 'TimeoutException',
    );
  });
