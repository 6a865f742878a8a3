type Type = 'int' | 'long' | 'double' | 'decimal' | 'char' | 'bool' | 'string' | 'int?' | 'int[]' | 'string[]';

const types: readonly Type[] = [
  ...(['int', 'long', 'double', 'decimal', 'char'] as const),
  ...(['bool', 'string', 'int?', 'int[]', 'string[]'] as const),
];

const literals: Readonly<Record<Type, readonly string[]>> = {
  int: ['0', '1', '-1', '2', '7', '-13', '100', '2147483647', 'int.MinValue', '0x1F'],
  long: ['0L', '1L', '-5L', '4294967296L', 'long.MaxValue', '123456789012L'],
  double: ['0.0', '1.5', '-2.25', '1e10', '0.1', '3d', 'double.NaN', 'double.PositiveInfinity'],
  decimal: ['0m', '1.50m', '-2.25m', '79228162514264337593543950335m', '0.001m', '10m'],
  char: ["'a'", "'Z'", "'0'", "' '", "'\\n'", "'é'"],
  bool: ['true', 'false'],
  string: ['""', '"a"', '"Hello World"', '"12"', '"-7"', '" x "', '"a,b,c"', '"é"', '@"c:\\d"'],
  'int?': ['new int?()', '((int?)5)', 'new int?(3)'],
  'int[]': ['new[] { 1, 2, 3 }', 'new int[0]', 'new[] { 5, -1, 5, 9 }', 'Enumerable.Range(1, 4).ToArray()'],
  'string[]': ['new[] { "b", "a", "C" }', 'new string[0]', '"x;yy;zzz".Split(\';\')', 'new[] { "a", null }'],
};

/** Templates: `{int}` stands for an expression of that type, `{f int>bool}` for a function. */
const templates: Readonly<Record<Type, readonly string[]>> = {
  int: [
    ...['({int} + {int})', '({int} - {int})', '({int} * {int})', '({int} / {int})', '({int} % {int})'],
    ...['({int} & {int})', '({int} | {int})', '({int} ^ {int})', '({int} << {int})', '({int} >> {int})'],
    ...['(-{int})', '(~{int})', '({bool} ? {int} : {int})', '({int?} ?? {int})', '((int){char})', '((int){long})'],
    ...['{string}.Length', '{string}.IndexOf({char})', '{string}.IndexOf({string}, StringComparison.Ordinal)'],
    ...['{int[]}.Length', '{int[]}.Sum()', '{int[]}.Count({f int>bool})', '{int[]}.Select({f int>int}).Sum()'],
    ...['{int[]}.First()', '{int[]}.FirstOrDefault({f int>bool})', '{int[]}.Max()', '{int[]}[{int}]'],
    ...['{string[]}.Count()', '{string[]}.Sum({f string>int})', '{int[]}.Aggregate({int}, (p, q) => p * 31 + q)'],
    ...[
      'Math.Abs({int})',
      'Math.Max({int}, {int})',
      'Math.Sign({double})',
      '{int}.CompareTo({int})',
      '({char} - {char})',
    ],
    ...['int.Parse({string})', 'Convert.ToInt32({double})', 'Convert.ToInt32({string})', '{int?}.GetValueOrDefault()'],
    ...[
      'checked({int} + {int})',
      'unchecked({int} * {int})',
      '{int[]}.ToList().IndexOf({int})',
      '((int)(object){int})',
    ],
  ],
  long: [
    ...['({long} + {int})', '({long} * {long})', '({long} - {long})', '({long} / {int})', '({long} % {long})'],
    ...['((long){int})', '({bool} ? {long} : {int})', '({long} & {long})', '({long} >> {int})', 'Math.Abs({long})'],
    ...['((long){decimal})', '{string[]}.LongCount()', '{int[]}.Sum({f int>long})', 'Convert.ToInt64({int})'],
  ],
  double: [
    ...['({double} + {int})', '({double} * {double})', '({double} / {double})', '({double} % {int})', '(-{double})'],
    ...[
      '((double){int})',
      '((double){decimal})',
      'Math.Round({double}, 1)',
      'Math.Floor({double})',
      'Math.Sqrt({double})',
    ],
    ...['{int[]}.Average()', '({bool} ? {double} : {long})', '({int} / 4.0)', 'Math.Min({double}, {double})'],
  ],
  decimal: [
    ...['({decimal} + {int})', '({decimal} * 2)', '({decimal} - {decimal})', '({decimal} / 4)'],
    ...['((decimal){int})', 'Math.Round({decimal}, 1)', 'Math.Truncate({decimal})', '(-{decimal})'],
    ...['({bool} ? {decimal} : {long})', 'Convert.ToDecimal({int})', '({decimal} % 7)'],
  ],
  char: [
    ...['{string}[{int}]', '((char)({char} + 1))', 'char.ToUpperInvariant({char})', '{string}.First()'],
    ...['{string}.FirstOrDefault()', '({bool} ? {char} : {char})', '{string}.Max()', 'Convert.ToChar({int})'],
  ],
  bool: [
    ...['({int} < {int})', '({int} == {long})', '({double} >= {int})', '({decimal} != {int})', '({char} > {char})'],
    ...['({bool} && {bool})', '({bool} || {bool})', '(!{bool})', '({bool} ^ {bool})', '({string} == {string})'],
    ...['{string}.Contains({string})', '{string}.StartsWith({string}, StringComparison.Ordinal)', '({int?} > {int})'],
    ...['{int[]}.Any({f int>bool})', '{int[]}.All({f int>bool})', '{int[]}.Contains({int})', '({int?} == null)'],
    ...[
      'string.IsNullOrEmpty({string})',
      'char.IsLetterOrDigit({char})',
      '{int?}.HasValue',
      '{string}.Equals({string})',
    ],
    ...[
      '((object){int} is int)',
      '((object){string} is string)',
      '{string[]}.SequenceEqual({string[]})',
      '{int}.Equals({long})',
    ],
  ],
  string: [
    ...[
      '({string} + {string})',
      '({string} + {int})',
      '({char} + {string})',
      '({string} + {double})',
      '({string} + {bool})',
    ],
    ...[
      '{int}.ToString()',
      '{double}.ToString()',
      '{decimal}.ToString()',
      '{bool}.ToString()',
      '{long}.ToString("N0")',
    ],
    ...['{int}.ToString("X4")', '{decimal}.ToString("F2")', '{double}.ToString("0.##")', '{char}.ToString()'],
    ...['{string}.Substring({int})', '{string}.ToUpperInvariant()', '{string}.Trim()', '{string}.PadLeft(8, {char})'],
    ...['{string}.Replace({char}, {char})', '{string}.Insert(0, {string})', 'string.Concat({int}, {string}, {char})'],
    ...[
      'string.Join("-", {int[]})',
      'string.Join({string}, {string[]})',
      'string.Join(",", {int[]}.Select({f int>string}))',
    ],
    ...['string.Join(",", {int[]}.Where({f int>bool}))', 'string.Join(",", {int[]}.OrderBy({f int>int}))'],
    ...['string.Join(",", {int[]}.Distinct())', 'string.Join(",", {int[]}.Skip({int}).Take({int}))'],
    ...['string.Join(";", {string[]}.GroupBy({f string>int}).Select(g => g.Key + ":" + g.Count()))'],
    ...[
      '$"{{int}}|{{double}:F1}|{{string},6}"',
      'string.Format("{0:D3} {1}", {int}, {bool})',
      '({bool} ? {string} : null)',
    ],
    ...[
      '({string} ?? {string})',
      '{int?}.ToString()',
      '{string[]}.FirstOrDefault({f string>bool})',
      '({string})?.ToLower()',
    ],
    ...['new string({char}, Math.Abs({int} % 9))', 'new string({string}.Reverse().ToArray())', '{int}.GetType().Name'],
    ...[
      'Convert.ToString({int}, 16)',
      '({int} + {long}).GetType().Name',
      '({bool} ? {int} : {double}).GetType().FullName',
    ],
  ],
  'int?': [
    '((int?){int})',
    '({int?} + {int})',
    '({int?} * {int?})',
    '({bool} ? {int} : new int?())',
    '({string})?.Length',
  ],
  'int[]': [
    '{int[]}.Select({f int>int}).ToArray()',
    '{int[]}.Concat({int[]}).ToArray()',
    '{int[]}.Reverse().ToArray()',
    'new[] { {int}, {int} }',
  ],
  'string[]': [
    '{string[]}.Select({f string>string}).ToArray()',
    '{string}.Split({char})',
    'new[] { {string}, {string} }',
    '{int[]}.Select({f int>string}).ToArray()',
  ],
};

/** Expressions of C# in which types decide what happens, the same ones for the same seed. */
export function randomExpressions(count: number, seed: number): string[] {
  let state = seed >>> 0;
  // A linear congruential generator, with the constants of Numerical Recipes.
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const one = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;
  let names = 0;
  const write = (type: Type, depth: number, variables: readonly { name: string; type: Type }[]): string => {
    const fitting = variables.filter((variable) => variable.type === type);
    if (fitting.length > 0 && below(3) > 0) return one(fitting).name;
    if (depth === 0 || below(6) === 0) return one(literals[type]);
    return one(templates[type]).replaceAll(
      /\{(f )?(\w+[?\][]*)(?:>(\w+))?\}/g,
      (whole: string, isFunction, first, result) => {
        if (!types.includes(first as Type)) return whole;
        if (!isFunction) return write(first as Type, depth - 1, variables);
        const parameter = { name: `v${++names}`, type: first as Type };
        return `${parameter.name} => ${write(result as Type, depth - 1, [...variables, parameter])}`;
      },
    );
  };
  return Array.from({ length: count }, () => write(one(types.slice(0, 7)), 1 + below(4), []));
}
