import {
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { z } from 'zod';
import { closest } from './closest.ts';
import type { ManifestIssue } from './errors.ts';
import {
  defaultsSchema,
  manifestSchema,
  routeSchema,
  type WrittenManifest,
  type WrittenRoute,
} from './manifest-schema.ts';

type Path = readonly PropertyKey[];

/** What routes take that do not say otherwise, as far as it could be read. */
export type KnownDefaults = Partial<WrittenManifest['defaults']>;

interface ReadManifest {
  written: {
    /** Absent when anything is against the schema. */
    manifest?: WrittenManifest;
    /** Without those that are against it themselves. */
    defaults: KnownDefaults;
    /** Routes that fit the schema each by itself, so that their other rules are checked whatever is wrong elsewhere. */
    routes: Record<string, WrittenRoute>;
    /** Keys under `routes`, as written. */
    names: string[];
  };
  issues: ManifestIssue[];
  issueAt: (path: Path, message: string) => ManifestIssue;
}

/** Characters beyond which a text is no manifest. */
const largest = 1024 * 1024;

/** What is right, where the parser says only what is wrong. */
const syntaxHints: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a manifest is one document: leave out what follows ---',
  RESOURCE_EXHAUSTION: 'this nests too deeply: a manifest has five levels',
  TAB_AS_INDENT: 'a tab indents nothing in YAML: use spaces',
};

/** Syntax and schema of a manifest, with the place of every mistake. */
export function readManifest(text: string): ReadManifest {
  const lines = new LineCounter();
  const tooLarge = text.length > largest;
  const document = parseDocument(tooLarge ? '' : text, {
    lineCounter: lines,
    logLevel: 'error',
    // The parser compares each key with all before it; below they are looked up.
    uniqueKeys: false,
  });
  const offsetOf = offsets(document);
  const issueAtOffset = (offset: number, key: string, message: string): ManifestIssue => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, key, message };
  };
  const issueAt = (path: Path, message: string) => issueAtOffset(offsetOf(path), path.map(String).join('.'), message);
  // Once the parser has given up, what else it says is about its own unwinding.
  const gaveUp = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  const syntax = (gaveUp ? [gaveUp] : document.errors).map(({ pos, code, message }) =>
    issueAtOffset(pos[0], '', syntaxHints[code] ?? message.split('\n')[0]!.replace(/ at line .*$/, '')),
  );
  const nothing = { defaults: {}, routes: {}, names: [] };
  if (tooLarge)
    return {
      written: nothing,
      issues: [issueAt([], `is larger than ${largest} characters: that is no manifest`)],
      issueAt,
    };
  const repeated: ManifestIssue[] = [];
  visit(document, {
    Map(_key, { items }, above) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          const name = [...above.filter(isPair).map((pair) => pair.key), key].map(String).join('.');
          repeated.push(issueAtOffset(key.range?.[0] ?? 0, name, 'stands here twice: leave out one of them'));
        }
        seen.add(key.value);
      }
    },
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined)
        syntax.push(
          issueAtOffset(alias.range?.[0] ?? 0, '', `no &${alias.source} stands above: write the value itself`),
        );
    },
  });
  if (syntax.length > 0) return { written: nothing, issues: syntax, issueAt };
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (error) {
    // Aliases of aliases without end.
    return { written: nothing, issues: [issueAt([], (error as Error).message)], issueAt };
  }
  const parsed = manifestSchema.safeParse(value);
  const raw = value as { defaults?: unknown; routes?: unknown };
  const rawRoutes: [string, unknown][] = isMapping(raw.routes) ? Object.entries(raw.routes) : [];
  const routes: Record<string, WrittenRoute> = {};
  for (const [name, raw] of rawRoutes) {
    const route = routeSchema.safeParse(raw);
    if (route.success) routes[name] = route.data;
  }
  return {
    written: {
      ...(parsed.success && { manifest: parsed.data }),
      defaults: readDefaults(raw.defaults),
      routes,
      names: rawRoutes.map(([name]) => name),
    },
    issues: [
      ...repeated,
      ...withoutRepeats(
        (parsed.error?.issues ?? []).flatMap((issue) =>
          describe(issue, value).map(({ path, message }) => issueAt(path, message)),
        ),
      ),
    ],
    issueAt,
  };
}

function readDefaults(raw: unknown): KnownDefaults {
  const { data, error } = defaultsSchema.safeParse(raw);
  if (data) return data;
  if (!isMapping(raw)) return {};
  const wrong = new Set(
    error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' && !issue.path[0] ? issue.keys : issue.path[0],
    ),
  );
  const right = (of: object) => Object.fromEntries(Object.entries(of).filter(([key]) => !wrong.has(key)));
  return right(defaultsSchema.safeParse(right(raw)).data ?? {});
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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

/** Tells where the key of a path stands in the text, or the nearest thing above it that is written. */
function offsets(document: Document.Parsed): (path: Path) => number {
  const pairsOf = pairIndex();
  return (path) => {
    let node: unknown = document.contents;
    let offset = 0;
    for (const [index, key] of path.entries()) {
      const pair = isMap(node) ? pairsOf(node).get(String(key)) : undefined;
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
  };
}

/** Finds pairs by their keys without walking over a map for each mistake in it. */
function pairIndex(): (map: YAMLMap) => ReadonlyMap<string, Pair> {
  const known = new WeakMap<YAMLMap, Map<string, Pair>>();
  return (map) => {
    const pairs =
      known.get(map) ??
      new Map(map.items.flatMap((item) => (isScalar(item.key) ? [[String(item.key.value), item]] : [])));
    known.set(map, pairs);
    return pairs;
  };
}
