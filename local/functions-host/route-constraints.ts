type Check = (value: string) => boolean;

/**
 * One inline constraint of a route parameter, as `int` or `range(1,10)`.
 * @throws {Error} in the words of the router, for a constraint it does not know.
 */
export function constraint(kind: string, argument: string | undefined): Check {
  const make = constraints[kind];
  if (!make) throw new Error(`The constraint reference '${kind}' could not be resolved to a type.`);
  return make(argument);
}

const constraints: Record<string, (argument: string | undefined) => Check> = {
  int: () => integerWithin(-(2n ** 31n), 2n ** 31n - 1n),
  long: () => integerWithin(-(2n ** 63n), 2n ** 63n - 1n),
  bool: () => (value) => /^\s*(?:true|false)\s*$/i.test(value),
  datetime: () => (value) => /\d/.test(value) && !Number.isNaN(Date.parse(value)),
  decimal: () => (value) => /^\s*[-+]?(?:\d[\d,]*)?\.?\d*\s*$/.test(value) && /\d/.test(value),
  double: () => isNumber,
  float: () => isNumber,
  guid: () => (value) =>
    /^(?:[\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\{[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\}|\([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\))$/i.test(
      value,
    ),
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  required: () => (value) => value !== '',
  minlength: (argument) => {
    const least = whole(argument);
    return (value) => value.length >= least;
  },
  maxlength: (argument) => {
    const most = whole(argument);
    return (value) => value.length <= most;
  },
  length: (argument) => {
    const [least, most = least] = (argument ?? '').split(',').map(whole) as [number, number?];
    return (value) => value.length >= least && value.length <= most;
  },
  min: (argument) => integerWithin(BigInt(whole(argument)), 2n ** 63n - 1n),
  max: (argument) => integerWithin(-(2n ** 63n), BigInt(whole(argument))),
  range: (argument) => {
    const [least, most] = (argument ?? '').split(',').map(whole) as [number, number];
    return integerWithin(BigInt(least), BigInt(whole(String(most))));
  },
  regex: (argument) => {
    const pattern = new RegExp(argument ?? '', 'i');
    return (value) => pattern.test(value);
  },
  file: () => (value) => /\.[^.]+$/.test(value.split('/').at(-1) ?? ''),
  nonfile: () => (value) => !/\.[^.]+$/.test(value.split('/').at(-1) ?? ''),
};

function integerWithin(least: bigint, most: bigint): Check {
  return (value) =>
    /^\s*[-+]?\d+\s*$/.test(value) &&
    BigInt(value.trim().replace('+', '')) >= least &&
    BigInt(value.trim().replace('+', '')) <= most;
}

function isNumber(value: string): boolean {
  return /^\s*[-+]?(?:\d[\d,]*)?\.?\d*(?:e[-+]?\d+)?\s*$/i.test(value) && /\d/.test(value);
}

function whole(text: string | undefined): number {
  const value = Number(text);
  if (!text?.trim() || !Number.isSafeInteger(value))
    throw new Error(`The argument '${text ?? ''}' of a route constraint is no whole number.`);
  return value;
}
