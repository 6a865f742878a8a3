import { ExpressionError } from '../errors.ts';
import { arrayWith } from './collections.ts';
import type { Code, Frame } from './code.ts';
import { isNullable, type NetType } from './net-type.ts';
import type { Call } from './overloads.ts';
import { fromPlain, toPlain } from './plain-values.ts';
import { TypeArguments } from './type-arguments.ts';
import type { TypeRegistry } from './type-registry.ts';
import { nullReference } from './values.ts';

type Run = (frame: Frame) => unknown;

/** The call of a member that overload resolution chose, with arguments as its implementation takes them. */
export function emitCall(call: Call, target: Code | undefined, registry: TypeRegistry): Code {
  const { member } = call.found;
  const typeArguments = new TypeArguments(call.by, registry);
  const args = call.slots.map((slot, i) => argument(call, slot, i));
  while (args.length > 0 && args.at(-1) === undefined) args.pop();
  const given: readonly (Run | undefined)[] = member.typed ? [() => typeArguments, ...args] : args;
  // What stands for a type parameter is never made plain.
  const result = fromPlain(member.returns);
  const implementation = member.call;
  const finish: (value: unknown) => unknown = result
    ? (value) => (value === null || value === undefined ? null : result(value))
    : (value) => value ?? null;
  const type = call.returns;
  if (!target) {
    const [first, second] = given;
    if (given.length === 0) return { type, run: () => finish(implementation()) };
    if (given.length === 1 && first) return { type, run: (frame) => finish(implementation(first(frame))) };
    if (given.length === 2 && first && second)
      return { type, run: (frame) => finish(implementation(first(frame), second(frame))) };
    return { type, run: (frame) => finish(implementation(...given.map((run) => run?.(frame)))) };
  }
  const checksNull = !registry.isValueType(target.type) || !isNullable(target.type);
  const { run } = target;
  const check = (value: unknown) => {
    if (checksNull && (value === null || value === undefined)) throw nullReference();
    return value;
  };
  const [first] = given;
  if (given.length === 0) return { type, run: (frame) => finish(implementation(check(run(frame)))) };
  if (given.length === 1 && first)
    return {
      type,
      run: (frame) => {
        const value = run(frame);
        const passed = first(frame);
        return finish(implementation(check(value), passed));
      },
    };
  return {
    type,
    run: (frame) => {
      const value = run(frame);
      const passed = given.map((one) => one?.(frame));
      return finish(implementation(check(value), ...passed));
    },
  };
}

/** Whose extension methods say which argument is null. */
const refusesNull = new Set(['Enumerable', 'Extensions']);

function argument(call: Call, slot: Code | readonly Code[] | undefined, index: number): Run | undefined {
  if (slot === undefined) return undefined;
  const parameter = call.found.member.parameters[index];
  const type = parameter?.type as NetType;
  if (parameter?.rest) {
    const element = call.parameterTypes[index]?.args[0] as NetType;
    return restArgument(slot, element, toPlain(type.args[0] as NetType));
  }
  if (Array.isArray(slot)) return undefined;
  const { run } = slot as Code;
  if (parameter?.out) {
    const change = fromPlain(type);
    if (!change) return run;
    return (frame) => {
      const set = run(frame) as (value: unknown) => void;
      return (value: unknown) => set(value === null || value === undefined ? value : change(value));
    };
  }
  const change = toPlain(type);
  if (index === 0 && parameter && call.found.member.extension && refusesNull.has(call.found.member.owner))
    return (frame) => {
      const value = run(frame);
      if (value === null || value === undefined)
        throw new ExpressionError(
          'ArgumentNullException',
          `Value cannot be null.\r\nParameter name: ${parameter.name}`,
        );
      return value;
    };
  return change ? (frame) => change(run(frame)) : run;
}

/** What is left of the arguments, as a JavaScript array of plain values. */
function restArgument(
  slot: Code | readonly Code[],
  element: NetType,
  change: ((value: unknown) => unknown) | undefined,
): Run {
  if (Array.isArray(slot)) {
    const runs = (slot as readonly Code[]).map(({ run }) => (change ? (frame: Frame) => change(run(frame)) : run));
    return (frame) =>
      arrayWith(
        runs.map((run) => run(frame)),
        element,
      );
  }
  const { run } = slot as Code;
  return (frame) => {
    const items = run(frame) as readonly unknown[] | null;
    return items && change ? Array.from(items, change) : items;
  };
}
