import type { JsonObject } from '../json.ts';
import type { CompiledQuery } from './query.ts';
import type { Expression, Query } from './syntax.ts';

const aggregateTypes = { COUNT: 'Count', SUM: 'Sum', MIN: 'Min', MAX: 'Max', AVG: 'Average' } as const;

/** Whether the client has to merge what each partition range answers, so that it needs a plan. */
export function needsPlan({ streaming, syntax }: CompiledQuery): boolean {
  return !streaming || syntax.offset !== undefined || syntax.top !== undefined;
}

/** What the gateway answers to a query plan request: how the client must rewrite, merge, sort and cut. */
export function queryPlan(query: CompiledQuery, parameters: JsonObject): JsonObject {
  const { syntax } = query;
  const { skip, take } = query.bounds({ slots: [], parameters });
  const aggregated = syntax.aggregates || syntax.groupBy.length > 0;
  // One row has no order.
  const orderBy = aggregated ? [] : syntax.orderBy;
  return {
    distinctType: syntax.distinct ? (syntax.orderBy.length ? 'Ordered' : 'Unordered') : 'None',
    top: syntax.top ? take : null,
    offset: syntax.offset ? skip : null,
    limit: syntax.limit ? take : null,
    orderBy: orderBy.map(({ descending }) => (descending ? 'Descending' : 'Ascending')),
    orderByExpressions: orderBy.map(({ expression }) => expression.text),
    groupByExpressions: syntax.groupBy.map(({ text }) => text),
    groupByAliases:
      syntax.groupBy.length && syntax.select.kind === 'list' ? syntax.select.columns.map((c) => c.name) : [],
    aggregates: aggregated && syntax.select.kind === 'value' ? aggregateTypesIn(syntax.select.expression) : [],
    groupByAliasToAggregateType: aggregated ? aliasTypes(syntax) : {},
    rewrittenQuery: rewritten(syntax, skip + take),
    hasSelectValue: syntax.select.kind === 'value',
    hasNonStreamingOrderBy: false,
    dCountInfo: null,
  };
}

function aggregateTypesIn(expression: Expression): string[] {
  return expression.kind === 'aggregate' ? [aggregateTypes[expression.name]] : [];
}

function aliasTypes({ select }: Query): JsonObject {
  if (select.kind !== 'list') return {};
  return Object.fromEntries(
    select.columns.map(({ name, expression }) => [name, aggregateTypesIn(expression)[0] ?? null]),
  );
}

/** An aggregate in the form in which the results of several ranges can be merged. */
function mergeable(expression: Expression): string {
  if (expression.kind !== 'aggregate') return expression.text;
  const { name, argument, text } = expression;
  if (name === 'AVG') return `{"item": {"sum": SUM(${argument.text}), "count": COUNT(${argument.text})}}`;
  if (name === 'MIN' || name === 'MAX')
    return `{"item": ${text}, "item2": {"${name.toLowerCase()}": ${text}, "count": COUNT(${argument.text})}}`;
  return `{"item": ${text}}`;
}

function payload({ select, from }: Query): string {
  if (select.kind === 'star') return from[0]!.alias;
  if (select.kind === 'list')
    return `{${select.columns.map(({ name, expression }) => `${JSON.stringify(name)}: ${mergeable(expression)}`).join(', ')}}`;
  return select.expression.kind === 'aggregate' ? `[${mergeable(select.expression)}]` : select.expression.text;
}

/** Columns as an object, so that what a column is called does not depend on the rewriting. */
function selected(query: Query): string {
  return query.select.kind === 'star' ? '*' : `VALUE ${payload(query)}`;
}

function rewritten(query: Query, limit: number): string {
  const where = (filter?: string) => {
    const conditions = [query.where && `(${query.where.text})`, filter && `(${filter})`].filter(Boolean);
    return conditions.length ? ` WHERE ${conditions.join(' AND ')}` : '';
  };
  const items = (expressions: readonly Expression[]) => `[${expressions.map((e) => `{"item": ${e.text}}`).join(', ')}]`;
  const top = query.top ? `TOP ${limit} ` : '';
  const cut = query.limit ? ` OFFSET 0 LIMIT ${limit}` : '';
  if (query.groupBy.length)
    return `SELECT ${items(query.groupBy)} AS groupByItems, ${payload(query)} AS payload ${query.fromText}${where()} GROUP BY ${query.groupBy.map((e) => e.text).join(', ')}`;
  if (query.aggregates)
    return query.select.kind === 'value'
      ? `SELECT VALUE ${payload(query)} ${query.fromText}${where()}`
      : `SELECT ${payload(query)} AS payload ${query.fromText}${where()}`;
  if (query.orderBy.length) {
    const keys = query.orderBy.map(({ expression }) => expression);
    const order = query.orderBy.map(
      ({ expression, descending }) => `${expression.text} ${descending ? 'DESC' : 'ASC'}`,
    );
    // The client puts its position, or `true`, in the place of the marker.
    return `SELECT ${top}${query.from[0]!.alias}._rid, ${items(keys)} AS orderByItems, ${payload(query)} AS payload ${query.fromText}${where('{documentdb-formattableorderbyquery-filter}')} ORDER BY ${order.join(', ')}${cut}`;
  }
  if (query.limit || query.distinct || query.top)
    return `SELECT ${query.distinct ? 'DISTINCT ' : ''}${top}${selected(query)} ${query.fromText}${where()}${cut}`;
  return '';
}
