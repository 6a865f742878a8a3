import type { ArithmeticKind } from './arithmetic.ts';
import type { Code } from './code.ts';
import { convert } from './conversions.ts';
import { netType, types, type NetType } from './net-type.ts';
import type { TypeRegistry } from './type-registry.ts';

/** What C# makes of both sides before it computes; undefined where it refuses them. */
export function promote(left: Code, right: Code, registry: TypeRegistry): ArithmeticKind | undefined {
  const names = [left.type.name, right.type.name].filter((name) => name !== 'null');
  const [first, second = first] = names;
  if (first === undefined || second === undefined) return undefined;
  const has = (name: string) => first === name || second === name;
  if (has('decimal')) return has('float') || has('double') ? undefined : 'decimal';
  if (has('double')) return 'double';
  if (has('float')) return 'float';
  for (const kind of ['int', 'uint', 'long', 'ulong'] as const) {
    const type = netType(kind);
    const fits = (code: Code) => code.type === types.null || convert(code, type, registry) !== undefined;
    if (fits(left) && fits(right)) return kind;
  }
  return undefined;
}

export function promoteOne(type: NetType): ArithmeticKind | undefined {
  if (['float', 'double', 'decimal'].includes(type.name)) return undefined;
  return ['uint', 'long', 'ulong'].includes(type.name) ? (type.name as ArithmeticKind) : 'int';
}
