import { badRequest } from '../errors.ts';
import { canonicalText, compareValues, type Json, type JsonObject, type Value } from '../json.ts';
import { compileExpression, compileObject, type Evaluate, type Frame, type Scope } from './compile.ts';
import { parseQuery } from './parser.ts';
import type { Expression, Query, Source } from './syntax.ts';

/** `root.path = value`, one of the conditions that every row must meet: what an index can answer. */
interface Equality {
  path: readonly string[];
  value: Evaluate;
}

export interface CompiledQuery {
  syntax: Query;
  /** Rows come out document by document: nothing has to be sorted, grouped or compared with the others. */
  streaming: boolean;
  equalities: readonly Equality[];
  /** The paths of ORDER BY, as `/a/b`, as far as they are plain paths. */
  orderPaths: readonly string[];
  /** The rows that one document (or an outer row) gives: joined and filtered. */
  rows(frame: Frame): Frame[];
  /** One row for each group, when the query groups or aggregates; else the rows themselves. */
  grouped(rows: readonly Frame[]): readonly Frame[];
  orderKeys(frame: Frame): Value[];
  project(frame: Frame): Value;
  /** How many rows OFFSET skips, and how many TOP or LIMIT leave. */
  bounds(frame: Frame): { skip: number; take: number };
}

const compiled = new Map<string, CompiledQuery>();

/** Parses and compiles, or gives what the same text compiled to before. */
export function compileText(text: string): CompiledQuery {
  let query = compiled.get(text);
  if (!query) {
    query = compileQuery(parseQuery(text));
    if (compiled.size >= 500) compiled.clear();
    compiled.set(text, query);
  }
  return query;
}

/** All results at once, over documents that need no paging (metadata, conditions, tests). */
export function runQuery(text: string, documents: Iterable<Json>, parameters: JsonObject = {}): Json[] {
  const query = compileText(text);
  const frames: Frame[] = [];
  if (!query.syntax.from.length) frames.push(...query.rows({ slots: [], parameters }));
  else for (const document of documents) frames.push(...query.rows({ slots: [document], parameters }));
  return results(query, frames, { slots: [], parameters });
}

/** Sorts, groups, projects, removes duplicates and cuts, in the order of SQL. */
export function results(query: CompiledQuery, rows: readonly Frame[], outer: Frame): Json[] {
  const { syntax } = query;
  let frames = query.grouped(rows);
  if (syntax.orderBy.length)
    frames = frames
      .map((frame) => ({ frame, keys: query.orderKeys(frame) }))
      .sort((a, b) => compareKeys(syntax, a.keys, b.keys))
      .map(({ frame }) => frame);
  let values = frames.map((frame) => query.project(frame)).filter((value) => value !== undefined);
  if (syntax.distinct) values = withoutDuplicates(values);
  const { skip, take } = query.bounds(outer);
  return skip || take < values.length ? values.slice(skip, skip + take) : values;
}

export function compareKeys(query: Query, a: readonly Value[], b: readonly Value[]): number {
  for (const [at, { descending }] of query.orderBy.entries()) {
    const difference = compareValues(a[at], b[at]);
    if (difference) return descending ? -difference : difference;
  }
  return 0;
}

function withoutDuplicates(values: Json[]): Json[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const text = canonicalText(value);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** At the top, the first name of the first source is the container, whatever it is called, in slot 0. */
function compileQuery(syntax: Query, outer?: Scope): CompiledQuery {
  const scope = new Map(outer ?? []);
  const root = !outer && syntax.from[0] ? rootName(syntax.from[0]) : undefined;
  if (root !== undefined) scope.set(root, 0);
  const expand = sources(syntax.from, scope);
  const compile = (expression: Expression) => compileExpression(expression, scope, subquery);
  const where = syntax.where && compile(syntax.where);
  const groupKeys = syntax.groupBy.map(compile);
  const order = syntax.orderBy.map(({ expression }) => compile(expression));
  const [top, offset, limit] = [syntax.top, syntax.offset, syntax.limit].map((bound) => bound && compile(bound));
  const grouping = syntax.aggregates || groupKeys.length > 0;
  return {
    syntax,
    streaming: !grouping && !order.length && !syntax.distinct,
    equalities: root === undefined ? [] : equalities(syntax.where, syntax.from[0]!, compile),
    orderPaths: syntax.orderBy.flatMap(({ expression }) => {
      const path = syntax.from[0] && pathFrom(expression, syntax.from[0].alias);
      return path ? [`/${path.join('/')}`] : [];
    }),
    rows: (frame) => {
      const frames = expand(frame);
      return where ? frames.filter((row) => where(row) === true) : frames;
    },
    grouped: (rows) => (grouping ? groups(rows, groupKeys) : rows),
    orderKeys: (frame) => order.map((evaluate) => evaluate(frame)),
    project: selection(syntax, scope, compile),
    bounds: (frame) => ({
      skip: offset ? count(offset(frame), 'OFFSET') : 0,
      take: top ? count(top(frame), 'TOP') : limit ? count(limit(frame), 'LIMIT') : Number.POSITIVE_INFINITY,
    }),
  };
}

function subquery(query: Query, scope: Scope): (frame: Frame) => Json[] {
  const inner = compileQuery(query, scope);
  return (frame) => results(inner, inner.rows(frame), frame);
}

function count(value: Value, clause: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw badRequest(`The ${clause} value must be a non-negative integer.`);
}

/** Adds each source's alias to `scope` and gives the function that expands a row by all of them. */
function sources(from: readonly Source[], scope: Map<string, number>): (frame: Frame) => Frame[] {
  const steps: { slot: number; values: (frame: Frame) => readonly Json[] }[] = [];
  for (const source of from) {
    if (source.kind === 'path' && source.path.kind === 'name' && scope.has(source.path.name)) {
      scope.set(source.alias, scope.get(source.path.name)!);
      continue;
    }
    const values = sourceValues(source, scope);
    const slot = Math.max(-1, ...scope.values()) + 1;
    scope.set(source.alias, slot);
    steps.push({ slot, values });
  }
  if (!steps.length) return (frame) => [frame];
  return (frame) => {
    let frames = [frame];
    for (const { slot, values } of steps)
      frames = frames.flatMap((row) => values(row).map((value) => withSlot(row, slot, value)));
    return frames;
  };
}

function withSlot({ slots, parameters }: Frame, slot: number, value: Json): Frame {
  const extended = slots.slice(0, slot);
  extended[slot] = value;
  return { slots: extended, parameters };
}

function sourceValues(source: Source, scope: Scope): (frame: Frame) => readonly Json[] {
  if (source.kind === 'subquery') return subquery(source.query, scope);
  if (source.kind === 'path') {
    const path = compileExpression(source.path, scope, subquery);
    return (frame) => {
      const value = path(frame);
      return value === undefined ? [] : [value];
    };
  }
  if (source.over.kind === 'subquery') return subquery(source.over.query, scope);
  const over = compileExpression(source.over, scope, subquery);
  return (frame) => {
    const value = over(frame);
    return Array.isArray(value) ? value : [];
  };
}

function rootName(source: Source): string | undefined {
  if (source.kind === 'subquery') return undefined;
  let path = source.kind === 'iterate' ? source.over : source.path;
  while (path.kind === 'member') path = path.of;
  return path.kind === 'name' ? path.name : undefined;
}

function selection(syntax: Query, scope: Scope, compile: (expression: Expression) => Evaluate): Evaluate {
  const { select } = syntax;
  if (select.kind === 'value') return compile(select.expression);
  if (select.kind === 'list')
    return compileObject(select.columns.map(({ name, expression }) => [name, compile(expression)]));
  if (syntax.from.length !== 1) throw badRequest("'SELECT *' is only valid with a single input set.");
  const slot = scope.get(syntax.from[0]!.alias)!;
  return ({ slots }) => slots[slot];
}

function groups(rows: readonly Frame[], keys: readonly Evaluate[]): Frame[] {
  const found = new Map<string, Frame[]>();
  for (const row of rows) {
    const key = canonicalText(keys.map((evaluate) => [evaluate(row)].filter((value) => value !== undefined)));
    const group = found.get(key);
    if (group) group.push(row);
    else found.set(key, [row]);
  }
  if (!keys.length && !found.size) return [{ slots: [], parameters: {}, group: [] }];
  return [...found.values()].map((group) => ({ ...group[0]!, group }));
}

/** The equalities with a constant that every row must meet, as far as they start at the document itself. */
function equalities(
  where: Expression | undefined,
  from: Source,
  compile: (expression: Expression) => Evaluate,
): Equality[] {
  if (!where || from.kind !== 'path' || from.path.kind !== 'name') return [];
  if (where.kind === 'logical' && where.operator === 'AND')
    return [...equalities(where.left, from, compile), ...equalities(where.right, from, compile)];
  if (where.kind !== 'binary' || where.operator !== '=') return [];
  for (const [side, other] of [
    [where.left, where.right],
    [where.right, where.left],
  ] as const) {
    const path = pathFrom(side, from.alias);
    if (path && (other.kind === 'literal' || other.kind === 'parameter')) return [{ path, value: compile(other) }];
  }
  return [];
}

function pathFrom(expression: Expression, alias: string): string[] | undefined {
  const path: string[] = [];
  let at = expression;
  for (; at.kind === 'member'; at = at.of) {
    if (at.key.kind !== 'literal' || typeof at.key.value !== 'string') return undefined;
    path.unshift(at.key.value);
  }
  return at.kind === 'name' && at.name === alias && path.length ? path : undefined;
}
