import { composite } from '../composite-format.ts';
import { argumentNull } from '../text-parts.ts';
import { typeTable } from '../type-table.ts';
import { toText } from '../values.ts';
import { StringBuilder } from './string-builder.ts';

/** A .NET `StringReader`. */
export class StringReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The unit at hand; -1 at the end. */
  peek(): number {
    return this.#at < this.#text.length ? this.#text.charCodeAt(this.#at) : -1;
  }

  read(): number {
    const code = this.peek();
    if (code !== -1) this.#at++;
    return code;
  }

  line(): string | null {
    if (this.peek() === -1) return null;
    const [text, end] = this.#split();
    this.#at += text.length + end.length;
    return text;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }

  #split(): [string, string] {
    const { rest } = this;
    const at = rest.search(/[\r\n]/);
    if (at === -1) return [rest, ''];
    return [rest.slice(0, at), rest.startsWith('\r\n', at) ? '\r\n' : (rest[at] as string)];
  }

  all(): string {
    const { rest } = this;
    this.#at = this.#text.length;
    return rest;
  }
}

/** A .NET `StringWriter`. */
export class StringWriter {
  readonly builder: StringBuilder;
  constructor(builder = new StringBuilder()) {
    this.builder = builder;
  }

  write(text: string): void {
    this.builder.text += text;
  }

  toNetString(): string {
    return this.builder.text;
  }
}

const line = '\r\n';
const chars = (value: readonly unknown[] | null) => (value ?? []).map(toText).join('');

/** `Write` and `WriteLine` of whatever there is. */
const writers = Object.fromEntries(
  [
    ['Write', ''],
    ['WriteLine', line],
  ].flatMap(([name, end = '']) => [
    ...['string', 'char', 'object'].map((type) => [
      `${name}(${type} value): void`,
      (writer: StringWriter, value: unknown) => writer.write(toText(value) + end),
    ]),
    [
      `${name}(char[] buffer): void`,
      (writer: StringWriter, value: unknown[] | null) => writer.write(chars(value) + end),
    ],
    [
      `${name}(string format, object arg0): void`,
      (writer: StringWriter, format: string | null, value: unknown) => writer.write(composite(format, [value]) + end),
    ],
    [
      `${name}(string format, params object[] arg): void`,
      (writer: StringWriter, format: string | null, values: unknown[] | null) =>
        writer.write(composite(format, values) + end),
    ],
  ]),
);

export const textStreamTypes = [
  [
    typeTable('class System.IO.StringReader : IDisposable', {
      'new(string s)': (text: string | null) => {
        if (text === null) throw argumentNull('s');
        return new StringReader(text);
      },
      'Peek(): int': (reader: StringReader) => reader.peek(),
      'Read(): int': (reader: StringReader) => reader.read(),
      'ReadLine(): string': (reader: StringReader) => reader.line(),
      'ReadToEnd(): string': (reader: StringReader) => reader.all(),
      'Close(): void': () => undefined,
      'Dispose(): void': () => undefined,
    }),
    StringReader,
  ],
  [
    typeTable('class System.IO.StringWriter : IDisposable', {
      'new()': () => new StringWriter(),
      'new(StringBuilder sb)': (builder: StringBuilder | null) => {
        if (builder === null) throw argumentNull('sb');
        return new StringWriter(builder);
      },
      'new(IFormatProvider formatProvider)': () => new StringWriter(),
      ...writers,
      'WriteLine(): void': (writer: StringWriter) => writer.write(line),
      'NewLine: string': () => line,
      'GetStringBuilder(): StringBuilder': ({ builder }: StringWriter) => builder,
      'ToString(): string': (writer: StringWriter) => writer.toNetString(),
      'Flush(): void': () => undefined,
      'Close(): void': () => undefined,
      'Dispose(): void': () => undefined,
    }),
    StringWriter,
  ],
] as const;
