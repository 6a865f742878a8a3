import { arrayOf, keywordOf, netType, nullableOf, types, type NetType } from './net-type.ts';
import type { Scope } from './scope.ts';
import type { Node, TypeName } from './syntax.ts';
import { SyntaxProblem } from './tokens.ts';

const namespaces = new Set(['System', 'Newtonsoft', 'Microsoft']);

/** The type that is written there. Throws SyntaxProblem unless expressions may use it. */
export function knownType(type: TypeName, scope: Scope): NetType {
  const args = type.arguments.map((argument) => knownType(argument, scope));
  let found = named(keywordOf[type.name] ?? type.name, args, scope);
  if (!found) throw new SyntaxProblem(`the type "${type.name}" is not supported`, type.at);
  if (type.nullable) {
    if (!scope.registry.isValueType(found))
      throw new SyntaxProblem(`"${type.name}?" is C# 8, which API Management does not have`, type.at);
    found = nullableOf(found);
  }
  for (let i = 0; i < type.ranks; i++) found = arrayOf(found);
  return found;
}

function named(name: string, args: readonly NetType[], scope: Scope): NetType | undefined {
  if (name === 'dynamic') return types.dynamic;
  if (name === 'Nullable' && args[0]) return nullableOf(args[0]);
  return scope.registry.table(name, args.length) ? netType(name, args) : undefined;
}

/** The type that a node names, such as `Convert` or `System.Text.Encoding`; undefined if it names none. */
export function typeReference(node: Node, scope: Scope): NetType | undefined {
  if (node.kind === 'predefined') return netType(node.name);
  if (node.kind === 'name' && scope.find(node.name)) return undefined;
  if (node.kind !== 'name' && !(node.kind === 'member' && isNamespace(node.target, scope))) return undefined;
  const args = node.typeArguments.map((type) => knownType(type, scope));
  return named(keywordOf[node.name] ?? node.name, args, scope);
}

export function isNamespace(node: Node, scope: Scope): boolean {
  if (node.kind === 'name') return namespaces.has(node.name) && !scope.find(node.name);
  return node.kind === 'member' && !scope.registry.isName(node.name) && isNamespace(node.target, scope);
}
