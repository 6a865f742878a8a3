import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { SaxesParser } from 'saxes';
import { operations } from '../../contract/operations.ts';
import { parseManifest } from '../../migration/manifest.ts';
import { generateApim } from './generate-apim.ts';

/** The members of policy expressions that the generated set uses, typed as the service documents them. */
const declarations = `
using System; using System.Collections.Generic; using System.Linq; using System.Security.Cryptography;
using System.Text; using System.Text.RegularExpressions;
public class JToken {
  public JToken SelectToken(string path) { return null; }
}
public class JProperty : JToken { public JProperty(string name, object content) {} }
public class JObject : JToken { public JObject(params object[] content) {} }
public interface IMessageBody { T As<T>(bool preserveContent = false); }
public class Headers : Dictionary<string, string[]> {
  public string GetValueOrDefault(string name, string other) { return other; }
}
public interface IUrl { string Path { get; } string QueryString { get; } Headers Query { get; } }
public interface IResponse { int StatusCode { get; } Headers Headers { get; } IMessageBody Body { get; } }
public interface IRequest { IMessageBody Body { get; } Headers Headers { get; } IUrl OriginalUrl { get; } IUrl Url { get; } string IpAddress { get; } }
public interface IError { string Source { get; } string Reason { get; } string Section { get; } }
public interface INamed { string Id { get; } }
public interface IContext {
  IReadOnlyDictionary<string, object> Variables { get; } IRequest Request { get; } IResponse Response { get; }
  IError LastError { get; } INamed Subscription { get; } INamed Product { get; } INamed Operation { get; } Guid RequestId { get; }
}
`;

const manifest = `
cors: { origins: ["https://portal.example"] }
routes:
  quotes.create: { stickBy: "header:x-tenant" }
  exchanges.create: { stickBy: "body:/data/0/a b" }
  exchanges.get: { stickBy: "query:tenant", deprecation: { since: 2027-01-01, sunset: 2027-07-01 } }
  pairs.list: { quota: 0, cache: { for: 1m } }
`;

/** Every expression of the generated set, as a standard XML parser reads it, named values replaced. */
function expressions(): string[] {
  const found = new Set<string>();
  const keep = (value: string) => {
    if (/^@[({]/.test(value.trim())) found.add(value.trim().replaceAll(/\{\{[\w.-]+\}\}/g, 'named-value'));
  };
  const artefacts = generateApim({
    operations,
    manifest: parseManifest(manifest, operations),
    openapi: undefined,
    tier: 'Developer',
  });
  for (const [file, text] of artefacts) {
    if (!file.endsWith('policy.xml')) continue;
    const parser = new SaxesParser();
    parser.on('opentag', ({ attributes }) => Object.values(attributes).forEach(keep));
    parser.on('text', keep);
    parser.write(text).close();
  }
  return [...found];
}

async function compilerIsThere(): Promise<boolean> {
  try {
    await promisify(execFile)('mcs', ['--version']);
    return true;
  } catch {
    return false;
  }
}

const skip = (await compilerIsThere()) ? false : 'no C# compiler: install mono-mcs';

test('every expression is C# 7 that a compiler takes', { skip }, async (t) => {
  const all = expressions();
  assert.ok(all.length > 30);
  const methods = all.map((text, index) => {
    const code = text.slice(2, -1);
    return `static object E${index}(IContext context) { ${text.startsWith('@{') ? code : `return ${code};`} }`;
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'expressions-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const source = path.join(folder, 'expressions.cs');
  writeFileSync(source, `${declarations}\npublic class Expressions {\n${methods.join('\n')}\n}\n`);
  const { stderr } = await promisify(execFile)('mcs', [
    ...['-langversion:7', '-target:library', '-warn:4', '-nowarn:0169,0219,0649'],
    ...[`-out:${path.join(folder, 'expressions.dll')}`, source],
  ]).catch((error: { stderr: string }) => error);
  assert.equal(stderr, '', readFileSync(source, 'utf8'));
});
