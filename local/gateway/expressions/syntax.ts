/** A C# type as written: `Dictionary<string, object>[]` has arguments and one rank. */
export interface TypeName {
  name: string;
  arguments: readonly TypeName[];
  /** How many `[]` follow. */
  ranks: number;
  nullable: boolean;
  at: number;
}

export interface Argument {
  name: string | undefined;
  out: { type: TypeName | undefined; variable: string } | undefined;
  value: Node;
}

export type Node = { at: number } & (
  | { kind: 'value'; value: unknown }
  | { kind: 'interpolated'; parts: readonly (string | Hole)[] }
  | { kind: 'name'; name: string; typeArguments: readonly TypeName[] }
  | { kind: 'predefined'; name: string }
  | { kind: 'member'; target: Node; name: string; typeArguments: readonly TypeName[] }
  | { kind: 'call'; target: Node; arguments: readonly Argument[] }
  | { kind: 'index'; target: Node; arguments: readonly Argument[] }
  | { kind: 'maybe'; target: Node; rest: Node }
  | { kind: 'hole' }
  | { kind: 'unary'; operator: '-' | '+' | '!' | '~'; operand: Node }
  | { kind: 'binary'; operator: string; left: Node; right: Node }
  | { kind: 'conditional'; test: Node; yes: Node; no: Node }
  | { kind: 'cast'; type: TypeName; operand: Node }
  | { kind: 'as'; type: TypeName; operand: Node }
  | { kind: 'is'; pattern: Pattern; operand: Node }
  | { kind: 'typeof'; type: TypeName }
  | { kind: 'lambda'; parameters: readonly LambdaParameter[]; body: Node | Statement }
  | { kind: 'new'; type: TypeName; arguments: readonly Argument[]; initializer: Initializer | undefined }
  | { kind: 'newArray'; type: TypeName | undefined; size: Node | undefined; items: readonly Node[] | undefined }
  | { kind: 'newAnonymous'; members: readonly { name: string; value: Node }[] }
  | { kind: 'assign'; operator: string; target: Node; value: Node }
  | { kind: 'step'; by: 1 | -1; prefix: boolean; target: Node }
  | { kind: 'default'; type: TypeName | undefined }
  | { kind: 'throw'; value: Node }
  | { kind: 'checked'; checked: boolean; value: Node }
);

export interface LambdaParameter {
  name: string;
  type: TypeName | undefined;
  at: number;
}

/** What follows `is` and `case`. */
export type Pattern =
  | { kind: 'type'; type: TypeName; variable: string | undefined }
  | { kind: 'var'; variable: string }
  | { kind: 'constant'; value: Node };

interface Hole {
  value: Node;
  alignment: number | undefined;
  format: string | undefined;
}

/** What stands in braces after `new T(...)`. */
export type Initializer = readonly (
  | { kind: 'add'; arguments: readonly Node[] }
  | { kind: 'index'; index: Node; value: Node }
  | { kind: 'property'; name: string; value: Node }
)[];

export type Statement = { at: number } & (
  | { kind: 'block'; statements: readonly Statement[] }
  | {
      kind: 'declare';
      type: TypeName | undefined;
      variables: readonly { name: string; value: Node | undefined }[];
      constant: boolean;
    }
  | { kind: 'expression'; value: Node }
  | { kind: 'function'; name: string; value: Node; returns: TypeName | undefined }
  | { kind: 'if'; test: Node; yes: Statement; no: Statement | undefined }
  | { kind: 'foreach'; type: TypeName | undefined; variable: string; items: Node; body: Statement }
  | { kind: 'for'; start: readonly Statement[]; test: Node | undefined; step: readonly Node[]; body: Statement }
  | { kind: 'while'; test: Node; body: Statement; testFirst: boolean }
  | { kind: 'return'; value: Node | undefined }
  | { kind: 'break' }
  | { kind: 'continue' }
  | { kind: 'throw'; value: Node | undefined }
  | { kind: 'using'; declare: Statement; body: Statement }
  | { kind: 'checked'; checked: boolean; body: Statement }
  | { kind: 'switch'; value: Node; sections: readonly SwitchSection[] }
  | {
      kind: 'try';
      body: Statement;
      catches: readonly {
        type: TypeName | undefined;
        variable: string | undefined;
        when: Node | undefined;
        body: Statement;
      }[];
      last: Statement | undefined;
    }
);

export interface SwitchSection {
  /** `undefined` is `default:`. */
  labels: readonly (CaseLabel | undefined)[];
  statements: readonly Statement[];
}

export interface CaseLabel {
  pattern: Pattern;
  when: Node | undefined;
  at: number;
}
