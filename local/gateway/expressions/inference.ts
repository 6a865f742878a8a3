import type { Code } from './code.ts';
import { delegateOf, implicitChange, convert } from './conversions.ts';
import { isArray, isNullable, mentionsParameter, substitute, types, underlying, type NetType } from './net-type.ts';
import type { TypeRegistry } from './type-registry.ts';

/** Finds what a generic method's type parameters stand for; undefined where the arguments do not tell. */
export function inferTypes(
  parameters: readonly string[],
  pairs: readonly { code: Code; type: NetType }[],
  registry: TypeRegistry,
): ReadonlyMap<string, NetType> | undefined {
  const bounds = new Map<string, Code[]>(parameters.map((name) => [name, []]));
  const fixed = new Map<string, NetType>();
  const add = (name: string, code: Code) => bounds.get(name)?.push(code);
  for (const { code, type } of pairs) if (!code.bindable) match(code, type, registry, add);
  const open = new Set(pairs.filter(({ code, type }) => code.bindable && mentionsParameter(type)));
  const fix = (names: Iterable<string>): boolean => {
    for (const name of names) {
      if (fixed.has(name)) continue;
      const type = commonType(bounds.get(name) ?? [], registry);
      if (!type) return false;
      fixed.set(name, type);
    }
    return true;
  };
  while (open.size > 0) {
    let progress = false;
    for (const pair of open) {
      const signature = delegateOf(pair.type);
      if (!signature || !pair.code.bindable) return undefined;
      const needed = new Set(signature.parameters.flatMap(parameterNames));
      if (!canFix(needed, fixed, bounds) || !fix(needed)) continue;
      const given = signature.parameters.map((type) => substitute(type, fixed));
      const returns = pair.code.bindable.returns(given);
      open.delete(pair);
      progress = true;
      if (returns === undefined) return undefined;
      if (returns !== types.void) match({ run: () => null, type: returns }, signature.returns, registry, add);
      break;
    }
    if (!progress) return undefined;
  }
  return fix(parameters) ? fixed : undefined;
}

function canFix(names: ReadonlySet<string>, fixed: ReadonlyMap<string, NetType>, bounds: ReadonlyMap<string, Code[]>) {
  return [...names].every((name) => fixed.has(name) || (bounds.get(name)?.length ?? 0) > 0);
}

function parameterNames(type: NetType): string[] {
  return type.isParameter ? [type.name] : type.args.flatMap(parameterNames);
}

function match(code: Code, wanted: NetType, registry: TypeRegistry, add: (name: string, code: Code) => void): void {
  const { type } = code;
  if (wanted.isParameter) {
    if (type !== types.null && type.name !== 'default') add(wanted.name, code);
    return;
  }
  if (!mentionsParameter(wanted) || type === types.null) return;
  const inner = (from: NetType, to: NetType) => match({ run: code.run, type: from }, to, registry, add);
  if (type === types.dynamic) {
    for (const name of parameterNames(wanted)) add(name, { run: code.run, type: types.dynamic });
    return;
  }
  if (isNullable(wanted)) return inner(underlying(type), underlying(wanted));
  if (isArray(wanted)) {
    if (isArray(type)) inner(type.args[0] as NetType, wanted.args[0] as NetType);
    return;
  }
  if (isNullable(type)) return;
  const bases = registry
    .supers(type)
    .filter((one) => one.name === wanted.name && one.args.length === wanted.args.length);
  // JObject is a sequence of two kinds, so that C# cannot tell which one is meant.
  const [base] = bases.length > 1 ? bases.filter((one) => one === type) : bases;
  base?.args.forEach((arg, i) => inner(arg, wanted.args[i] as NetType));
}

/** The one of the types that all the others convert to. */
export function commonType(codes: readonly Code[], registry: TypeRegistry): NetType | undefined {
  const candidates = [...new Set(codes.map(({ type }) => type))].filter(
    (type) => type !== types.null && type.name !== 'throw' && type.name !== 'default',
  );
  const fits = candidates.filter((type) => codes.every((code) => convert(code, type, registry) !== undefined));
  if (fits.length <= 1) return fits[0];
  // dynamic and object convert to each other: the one that the rest does not convert from wins.
  return fits.find((type) => fits.every((other) => implicitChange(other, type, registry) !== undefined)) ?? fits[0];
}
