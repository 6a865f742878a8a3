import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expressionTypes } from '../../context-types.ts';
import { compileSource } from '../compile.ts';
import { toText } from '../values.ts';

function run(source: string): string {
  const text = source.startsWith('{') ? `@${source}` : `@(${source})`;
  return toText(compileSource(text, expressionTypes).evaluate(null));
}

/** What Newtonsoft's Json.NET gives for these, by its documentation. */
const cases: readonly [expression: string, result: string][] = [
  ['JObject.Parse("{\\"a\\":{\\"b\\":[1,2]}}")["a"]["b"][1]', '2'],
  ['(string)JObject.Parse("{\\"a\\":null}")["a"] ?? "null"', 'null'],
  ['JObject.Parse("{}")["missing"] == null', 'True'],
  ['JObject.Parse("{}")["missing"]?["deep"]?.ToString() ?? "none"', 'none'],
  ['(int)JObject.Parse("{\\"n\\": 5}")["n"] + 1', '6'],
  ['(double)JObject.Parse("{\\"n\\": 5}")["n"] / 2', '2.5'],
  ['(bool)JObject.Parse("{\\"t\\": true}")["t"]', 'True'],
  ['JObject.Parse("{\\"n\\": 1.0}").ToString(Formatting.None)', '{"n":1.0}'],
  ['JObject.Parse("{\\"n\\": 12345678901234567}").ToString(Formatting.None)', '{"n":12345678901234567}'],
  ['JObject.Parse("{\\"a\\":1}").ToString()', '{\r\n  "a": 1\r\n}'],
  [
    'new JObject(new JProperty("a", 1), new JProperty("b", new JArray(1, "x", null))).ToString(Formatting.None)',
    '{"a":1,"b":[1,"x",null]}',
  ],
  ['new JObject { ["a"] = 1, ["b"] = "x" }.ToString(Formatting.None)', '{"a":1,"b":"x"}'],
  [
    '{ var o = new JObject(); o["x"] = 5; o.Add("y", true); o.Remove("x"); return o.ToString(Formatting.None); }',
    '{"y":true}',
  ],
  [
    '{ var o = JObject.Parse("{\\"a\\":1,\\"b\\":2}"); o.Property("a").Remove(); return o.ToString(Formatting.None); }',
    '{"b":2}',
  ],
  ['string.Join(",", JObject.Parse("{\\"a\\":1,\\"b\\":2}").Properties().Select(p => p.Name + p.Value))', 'a1,b2'],
  ['JObject.Parse("{\\"l\\":[{\\"n\\":1},{\\"n\\":2}]}")["l"].Where(i => (int)i["n"] > 1).Count()', '1'],
  ['string.Join(",", JArray.Parse("[3,1,2]").OrderBy(x => (int)x))', '1,2,3'],
  ['string.Join(",", JArray.Parse("[1,2]").Select(x => x.Value<int>() * 10))', '10,20'],
  ['JObject.Parse("{\\"a\\":{\\"b\\":[{\\"c\\":7}]}}").SelectToken("a.b[0].c")', '7'],
  [
    'JObject.Parse("{\\"a\\":[{\\"k\\":1,\\"v\\":\\"x\\"},{\\"k\\":2,\\"v\\":\\"y\\"}]}").SelectToken("$.a[?(@.k == 2)].v")',
    'y',
  ],
  ['JObject.Parse("{\\"a\\":\\"b\\"}").Value<string>("a")', 'b'],
  ['JObject.Parse("{}").Value<int>("missing") + 1', '1'],
  ['JObject.Parse("{}").Value<bool>("missing")', 'False'],
  ['JObject.Parse("{}").Value<int?>("missing") ?? -1', '-1'],
  ['JObject.Parse("{\\"n\\": 7}").Value<int?>("n") ?? -1', '7'],
  ['JObject.Parse("{}").Value<string>("missing") == null', 'True'],
  ['JObject.Parse("{\\"a\\":\\"b\\"}").ContainsKey("a")', 'True'],
  ['JObject.Parse("{\\"d\\":\\"2026-11-20T10:00:00Z\\"}")["d"].ToString()', '11/20/2026 10:00:00'],
  ['JObject.Parse("{\\"d\\":\\"2026-11-20T10:00:00Z\\"}").ToString(Formatting.None)', '{"d":"2026-11-20T10:00:00Z"}'],
  ['JsonConvert.SerializeObject(new { a = 1, b = new[] { "x" }, c = (string)null })', '{"a":1,"b":["x"],"c":null}'],
  ['JsonConvert.SerializeObject(new Dictionary<string, int> { { "k", 1 } })', '{"k":1}'],
  ['JsonConvert.DeserializeObject<JObject>("{\\"a\\":1}")["a"]', '1'],
  ['JObject.FromObject(new { a = 1.5 }).ToString(Formatting.None)', '{"a":1.5}'],
  ['JToken.Parse("[1]").Type.ToString()', 'Array'],
  ['JToken.DeepEquals(JObject.Parse("{\\"a\\":1,\\"b\\":2}"), JObject.Parse("{\\"b\\":2,\\"a\\":1}"))', 'True'],
  ['{ try { JObject.Parse("nope"); return "parsed"; } catch (JsonReaderException) { return "refused"; } }', 'refused'],
  ['("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSIsImF1ZCI6WyJhIiwiYiJdfQ.c2ln").AsJwt().Subject', 'me'],
  [
    '{ Jwt jwt; return "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSIsImF1ZCI6WyJhIiwiYiJdfQ.c2ln".TryParseJwt(out jwt) ? string.Join("+", jwt.Audiences) + jwt.Algorithm : "no"; }',
    'a+bHS256',
  ],
  ['"nothing".AsJwt() == null', 'True'],
  ['"Basic dTpw".AsBasic().UserId', 'u'],
  ['{ int Twice(int n) { return n * 2; } string Say(string s) => s + "!"; return Say(Twice(4).ToString()); }', '8!'],
];

for (const [expression, result] of cases) {
  test(`gateway expressions: ${expression}`, () => {
    assert.equal(run(expression), result);
  });
}
