import { JsonArray, JsonObject } from './expressions/json/json-token.ts';
import { LiquidXml } from './liquid-xml.ts';
import { filters, truthy, walk } from './liquid-filters.ts';
import { netType, substitute, type NetType } from './expressions/net-type.ts';
import { fromPlain } from './expressions/plain-values.ts';
import type { TypeRegistry } from './expressions/type-registry.ts';
import { areEqual, toText } from './expressions/values.ts';
import { areLess } from './expressions/ordering.ts';
import { ReadOnlyDictionary } from './expressions/collections.ts';
import { HeaderDictionary } from './host-dictionaries.ts';

/** The names a template may use, `body` and `context` among them. */
export type LiquidNames = ReadonlyMap<string, unknown>;
type Render = (names: Map<string, unknown>) => string;
type Value = (names: LiquidNames) => unknown;

/** A template that cannot be read. */
export class LiquidProblem extends Error {
  override name = 'LiquidProblem';
}

interface Piece {
  kind: 'text' | 'output' | 'tag';
  text: string;
}

/** Compiles a Liquid template: outputs with filters, `if`, `unless`, `case`, `for`, `JSONArrayFor`, `assign`, `capture`, `comment`. Throws LiquidProblem. */
export function compileLiquid(template: string, types: TypeRegistry): (names: LiquidNames) => string {
  const reader = new TemplateReader(pieces(template), types);
  const render = reader.block([]);
  return (names) => render(new Map(names));
}

function pieces(template: string): Piece[] {
  const found: Piece[] = [];
  let trims = false;
  for (const part of template.split(/(\{\{[^]*?\}\}|\{%[^]*?%\})/)) {
    const mark = part.slice(0, 2);
    if (mark !== '{{' && mark !== '{%') {
      found.push({ kind: 'text', text: trims ? part.trimStart() : part });
      trims = false;
      continue;
    }
    const last = found.at(-1);
    if (part[2] === '-' && last?.kind === 'text') last.text = last.text.trimEnd();
    trims = part.at(-3) === '-';
    const inner = part.slice(2, -2).replace(/^-|-$/g, '').trim();
    found.push({ kind: mark === '{{' ? 'output' : 'tag', text: inner });
  }
  return found.filter(({ kind, text }) => kind !== 'text' || text !== '');
}

class TemplateReader {
  readonly #pieces: readonly Piece[];
  readonly #types: TypeRegistry;
  #at = 0;

  constructor(all: readonly Piece[], types: TypeRegistry) {
    this.#pieces = all;
    this.#types = types;
  }

  /** Reads up to one of the tags that end it, which is left for the caller. */
  block(ends: readonly string[]): Render {
    const parts: Render[] = [];
    for (let piece = this.#pieces[this.#at]; piece; piece = this.#pieces[this.#at]) {
      const { kind, text } = piece;
      if (kind === 'tag' && ends.includes(word(text))) return (names) => parts.map((part) => part(names)).join('');
      this.#at++;
      if (kind === 'text') parts.push(() => text);
      else if (kind === 'output') {
        const value = this.#filtered(text);
        parts.push((names) => toText(value(names)));
      } else parts.push(this.#tag(text));
    }
    if (ends.length > 0) throw new LiquidProblem(`{% ${ends.at(-1)} %} is missing`);
    return (names) => parts.map((part) => part(names)).join('');
  }

  #tag(text: string): Render {
    const name = word(text);
    const rest = text.slice(name.length).trim();
    switch (name) {
      case 'if':
        return this.#if(rest, 'endif', false);
      case 'unless':
        return this.#if(rest, 'endunless', true);
      case 'for':
        return this.#for(rest, 'endfor', '');
      // API Management's own: a comma between the items.
      case 'JSONArrayFor':
      case 'JSONArray':
        return this.#for(rest, `end${name}`, ',');
      case 'case':
        return this.#case(rest);
      case 'capture': {
        const body = this.block(['endcapture']);
        this.#at++;
        return (names) => {
          names.set(rest, body(names));
          return '';
        };
      }
      case 'assign': {
        const match = /^([\w-]+)\s*=\s*([^]+)$/.exec(rest);
        if (!match?.[1] || !match[2]) throw new LiquidProblem(`"${text}" cannot be read`);
        const [, variable, source] = match;
        const value = this.#filtered(source);
        return (names) => {
          names.set(variable, value(names));
          return '';
        };
      }
      case 'comment':
        this.block(['endcomment']);
        this.#at++;
        return () => '';
      default:
        throw new LiquidProblem(`the tag "${name}" is not supported`);
    }
  }

  #if(source: string, end: string, negated: boolean): Render {
    const branches: { holds: Value; body: Render }[] = [];
    let condition: Value = this.#condition(source);
    if (negated) {
      const plain = condition;
      condition = (names) => !truthy(plain(names));
    }
    for (;;) {
      branches.push({ holds: condition, body: this.block(['elsif', 'else', end]) });
      const text = this.#pieces[this.#at++]?.text ?? '';
      if (word(text) === end) break;
      condition = word(text) === 'else' ? () => true : this.#condition(text.slice('elsif'.length));
    }
    return (names) => branches.find(({ holds }) => truthy(holds(names)))?.body(names) ?? '';
  }

  #case(source: string): Render {
    const subject = this.#value(source);
    const branches: { values: readonly Value[] | undefined; body: Render }[] = [];
    // What stands before the first branch is never shown.
    this.block(['when', 'else', 'endcase']);
    for (;;) {
      const text = this.#pieces[this.#at++]?.text ?? '';
      const name = word(text);
      if (name === 'endcase') break;
      const values = text.slice(name.length).split(/\s+or\s+|,/);
      branches.push({
        values: name === 'else' ? undefined : values.map((one) => this.#value(one.trim())),
        body: this.block(['when', 'else', 'endcase']),
      });
    }
    return (names) => {
      const actual = subject(names);
      const holds = (values: readonly Value[] | undefined) =>
        !values || values.some((value) => compare('==', actual, value(names)));
      return branches.find(({ values }) => holds(values))?.body(names) ?? '';
    };
  }

  #for(source: string, end: string, separator: string): Render {
    const match = /^([\w-]+)\s+in\s+([^]+)$/.exec(source);
    if (!match?.[1] || !match[2]) throw new LiquidProblem(`"for ${source}" cannot be read`);
    const [, variable, list] = match;
    const items = this.#value(list.trim());
    const body = this.block([end]);
    this.#at++;
    return (names) => {
      const all = walk(items(names));
      const render = (item: unknown, i: number) => {
        const loop = new Map<string, unknown>([
          ['index', i + 1],
          ['index0', i],
          ['first', i === 0],
          ['last', i === all.length - 1],
          ['length', all.length],
        ]);
        return body(new Map(names).set(variable, item).set('forloop', loop));
      };
      return all.map(render).join(separator);
    };
  }

  #condition(source: string): Value {
    const either = source
      .split(/\s+or\s+/)
      .map((part) => part.split(/\s+and\s+/).map((one) => this.#comparison(one.trim())));
    return (names) => either.some((all) => all.every((one) => truthy(one(names))));
  }

  #comparison(source: string): Value {
    const match = /^([^]+?)\s*(==|!=|<>|<=|>=|<|>|\scontains\s)\s*([^]+)$/.exec(source);
    if (!match) return this.#value(source);
    const [left, right] = [this.#value((match[1] as string).trim()), this.#value((match[3] as string).trim())];
    const operator = (match[2] as string).trim();
    return (names) => compare(operator, left(names), right(names));
  }

  #filtered(source: string): Value {
    const [first = '', ...rest] = source.split(/\|(?=(?:[^"']|"[^"]*"|'[^']*')*$)/).map((part) => part.trim());
    return rest.reduce<Value>((value, text) => {
      const [name = '', list = ''] = text.split(/:(.*)/s).map((part) => part.trim());
      const filter = filters.get(plainName(name));
      if (!filter) throw new LiquidProblem(`the filter "${name}" is not supported`);
      const given =
        list === '' ? [] : list.split(/,(?=(?:[^"']|"[^"]*"|'[^']*')*$)/).map((part) => this.#value(part.trim()));
      return (names) => filter(value(names), ...given.map((one) => one(names)));
    }, this.#value(first));
  }

  #value(source: string): Value {
    if (/^"[^"]*"$|^'[^']*'$/.test(source)) return () => source.slice(1, -1);
    if (/^-?\d+$/.test(source)) return () => Number(source);
    if (/^(?:true|false)$/.test(source)) return () => source === 'true';
    if (/^(?:nil|null|empty|blank)$/.test(source)) return () => null;
    const steps = source.match(/[\w-]+|\["[^"]*"\]|\['[^']*'\]/g) ?? [];
    if (steps.join('').length === 0 || !/^[\w-]+(?:\.[\w-]+|\[(?:"[^"]*"|'[^']*'|\d+)\])*$/.test(source))
      throw new LiquidProblem(`"${source}" cannot be read`);
    const [root = '', ...path] = steps.map((step) => step.replace(/^\[["']|["']\]$/g, ''));
    return (names) => {
      // What hangs on context is known by the names of its members, not by the values.
      let at: Seen = { value: names.get(root), type: root === 'context' ? contextType : undefined };
      for (const name of path) at = member(at, name, this.#types);
      return at.value;
    };
  }
}

/** Filters go by their C# names in API Management: `StripHtml`, which others write `strip_html`. */
const plainName = (name: string) => name.replaceAll('_', '').toLowerCase();

const word = (text: string) => /^\w+/.exec(text)?.[0] ?? '';

function compare(operator: string, left: unknown, right: unknown): boolean {
  switch (operator) {
    case '==':
      return areEqual(left, right);
    case '!=':
    case '<>':
      return !areEqual(left, right);
    case 'contains':
      return left instanceof JsonArray
        ? left.items.some((item) => areEqual(item, right))
        : toText(left).includes(toText(right));
    case '<':
      return areLess(left, right);
    case '>':
      return areLess(right, left);
    case '<=':
      return !areLess(right, left);
    default:
      return !areLess(left, right);
  }
}

const contextType = netType('IProxyRequestContext');

interface Seen {
  value: unknown;
  type: NetType | undefined;
}

/** What a dot leads to: a property of JSON, a header, an entry, or a member of `context`. */
function member({ value, type }: Seen, name: string, types: TypeRegistry): Seen {
  const known = type && types.property(type, name);
  if (known && value !== null && value !== undefined) {
    const returns = substitute(known.member.returns, known.by);
    const found = known.member.call(value) ?? null;
    return { value: found === null ? null : (fromPlain(returns)?.(found) ?? found), type: returns };
  }
  return { value: element(value, name), type: undefined };
}

function element(value: unknown, name: string): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof JsonObject)
    return value.properties.get(name) ?? (name === 'size' ? value.properties.size : null);
  if (value instanceof LiquidXml) return value.member(name) ?? (name === 'size' ? value.items.length : null);
  if (value instanceof Map) return (value.get(name) as unknown) ?? null;
  if (value instanceof HeaderDictionary) return value.headers.get(name) ?? null;
  if (value instanceof ReadOnlyDictionary && value.get(name)) return value.get(name)?.[1] ?? null;
  const items = walk(value);
  if (name === 'size') return typeof value === 'string' ? value.length : items.length;
  if (name === 'first') return items[0] ?? null;
  if (name === 'last') return items.at(-1) ?? null;
  return /^\d+$/.test(name) ? (items[Number(name)] ?? null) : null;
}
