import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { closest } from './closest.ts';
import type { ManifestIssue } from './errors.ts';
import { manifestSchema, routeSchema, type WrittenManifest, type WrittenRoute } from './manifest-schema.ts';

type Path = readonly PropertyKey[];

interface ReadManifest {
  written: {
    /** Absent when anything is against the schema. */
    manifest?: WrittenManifest;
    /** Routes that fit the schema each by itself, so that their other rules are checked whatever is wrong elsewhere. */
    routes: Record<string, WrittenRoute>;
    /** Keys under `routes`, as written. */
    names: string[];
  };
  issues: ManifestIssue[];
  issueAt: (path: Path, message: string) => ManifestIssue;
}

/** Syntax and schema of a manifest, with the place of every mistake. */
export function readManifest(text: string): ReadManifest {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const issueAt = (path: Path, message: string): ManifestIssue => {
    const { line, col } = lines.linePos(offsetOf(document, path));
    return { line, column: col, key: path.map(String).join('.'), message };
  };
  const syntax = document.errors.map(({ pos, message }) => {
    const { line, col } = lines.linePos(pos[0]);
    return { line, column: col, key: '', message: message.split('\n')[0]!.replace(/ at line .*$/, '') };
  });
  const nothing = { routes: {}, names: [] };
  if (syntax.length > 0) return { written: nothing, issues: syntax, issueAt };
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (error) {
    // Aliases of aliases without end.
    return { written: nothing, issues: [issueAt([], (error as Error).message)], issueAt };
  }
  const parsed = manifestSchema.safeParse(value);
  const written = (value as { routes?: unknown }).routes;
  const rawRoutes: [string, unknown][] = typeof written === 'object' && written !== null ? Object.entries(written) : [];
  const routes: Record<string, WrittenRoute> = {};
  for (const [name, raw] of rawRoutes) {
    const route = routeSchema.safeParse(raw);
    if (route.success) routes[name] = route.data;
  }
  return {
    written: { ...(parsed.success && { manifest: parsed.data }), routes, names: rawRoutes.map(([name]) => name) },
    issues: withoutRepeats(
      (parsed.error?.issues ?? []).flatMap((issue) =>
        describe(issue, value).map(({ path, message }) => issueAt(path, message)),
      ),
    ),
    issueAt,
  };
}

/** A value may break several rules that one sentence explains. */
function withoutRepeats(issues: readonly ManifestIssue[]): ManifestIssue[] {
  return [...new Map(issues.map((issue) => [`${issue.key} ${issue.message}`, issue])).values()];
}

function describe(issue: z.core.$ZodIssue, value: unknown): { path: Path; message: string }[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path);
    return issue.keys.map((key) => {
      const near = closest(key, known);
      return {
        path: [...issue.path, key],
        message: `no such option${near ? `: did you mean ${near}?` : `: use one of ${known.join(', ')}`}`,
      };
    });
  }
  if (issue.code === 'invalid_key') return [{ path: issue.path, message: issue.issues[0]?.message ?? issue.message }];
  const missing = valueAt(value, issue.path) === undefined;
  return [{ path: issue.path, message: missing ? `is missing: it ${issue.message}` : issue.message }];
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | boolean;
}

/** The options that the schema has at a place. */
function knownKeys(path: Path): string[] {
  let node: SchemaNode | undefined = manifestJsonSchema();
  for (const key of path) {
    const rest: SchemaNode | boolean | undefined = node?.additionalProperties;
    node = node?.properties?.[String(key)] ?? (typeof rest === 'object' ? rest : undefined);
  }
  return Object.keys(node?.properties ?? {});
}

/** The JSON schema of `routes.yaml`, as it is written. */
export function manifestJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(manifestSchema, { io: 'input', target: 'draft-7' });
}

/** Where the key of a path stands in the text, or the nearest thing above it that is written. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const [index, key] of path.entries()) {
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      : undefined;
    if (pair) {
      offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
      continue;
    }
    const item: unknown = document.getIn(path.slice(0, index + 1), true);
    const start = (item as { range?: [number, number, number] } | undefined)?.range?.[0];
    if (start === undefined) return offset;
    offset = start;
    node = item;
  }
  return offset;
}
