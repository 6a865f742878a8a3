import type { Json } from '../json.ts';

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | '??'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '>>>'
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>=';
export type AggregateName = 'COUNT' | 'SUM' | 'MIN' | 'MAX' | 'AVG';

type Shape =
  | { kind: 'literal'; value: Json | undefined }
  | { kind: 'parameter'; name: string }
  | { kind: 'name'; name: string }
  | { kind: 'member'; of: Expression; key: Expression }
  | { kind: 'unary'; operator: 'NOT' | '-' | '+' | '~'; operand: Expression }
  | { kind: 'logical'; operator: 'AND' | 'OR'; left: Expression; right: Expression }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: 'conditional'; test: Expression; whenTrue: Expression; otherwise: Expression }
  | { kind: 'in'; value: Expression; list: Expression[] }
  | { kind: 'between'; value: Expression; low: Expression; high: Expression }
  | { kind: 'like'; value: Expression; pattern: Expression; escape?: Expression }
  | { kind: 'array'; items: Expression[] }
  | { kind: 'object'; entries: [string, Expression][] }
  | { kind: 'call'; name: string; args: Expression[] }
  | { kind: 'aggregate'; name: AggregateName; argument: Expression }
  | { kind: 'subquery'; as: 'scalar' | 'array' | 'exists'; query: Query };

/** `text` is the source as written: query plans are rewritten from it. */
export type Expression = Shape & { readonly text: string };
export type Unlocated = Shape;

export type Source =
  | { kind: 'path'; alias: string; path: Expression }
  | { kind: 'iterate'; alias: string; over: Expression }
  | { kind: 'subquery'; alias: string; query: Query };

export type Selection =
  | { kind: 'star' }
  | { kind: 'value'; expression: Expression }
  | { kind: 'list'; columns: { name: string; expression: Expression }[] };

export interface Query {
  select: Selection;
  distinct: boolean;
  top?: Expression;
  from: Source[];
  /** The FROM clause as written, or an empty text. */
  fromText: string;
  where?: Expression;
  groupBy: Expression[];
  orderBy: { expression: Expression; descending: boolean }[];
  offset?: Expression;
  limit?: Expression;
  /** Whether the SELECT or ORDER BY of this very query holds an aggregate function. */
  aggregates: boolean;
}
