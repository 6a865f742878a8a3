import { ExpressionError } from '../errors.ts';
import type { JsonToken } from './json-token.ts';
import { JsonArray, JsonObject, JsonProperty } from './json-token.ts';
import { toText } from './values.ts';

const step =
  /\.\.(\*|[^.[\]]+)?|\.?(\*)|\.?([^.[\]]+)|\[\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)"|(-?\d+)|(\*)|\?\((.+?)\))\s*\]/y;

/** Newtonsoft's JSONPath: names, indexes, `*`, `..` and filters that compare one property with a literal. */
export function selectTokens(root: JsonToken, path: string, must = false): JsonToken[] {
  const source = path.replace(/^\$/, '');
  let found: JsonToken[] = [root];
  step.lastIndex = 0;
  while (step.lastIndex < source.length) {
    const match = step.exec(source);
    if (!match?.[0]) throw new ExpressionError('JsonException', `Unexpected character in path '${path}'.`);
    const at = step.lastIndex;
    found = advance(found, match);
    if (must && found.length === 0)
      throw new ExpressionError('JsonException', `Path '${match[0].replace(/^\./, '')}' does not match anything.`);
    step.lastIndex = at;
  }
  return found;
}

function advance(tokens: readonly JsonToken[], match: RegExpExecArray): JsonToken[] {
  const [whole, deepName, star, plainName, quoted, doubleQuoted, index, bracketStar, filter] = match;
  const name = plainName ?? quoted?.replace(/\\(.)/g, '$1') ?? doubleQuoted;
  if (whole.startsWith('..')) {
    const all = tokens.flatMap(descendants);
    return deepName === undefined
      ? all
      : deepName === '*'
        ? all.flatMap(children)
        : all.flatMap((token) => named(token, deepName));
  }
  if (star ?? bracketStar) return tokens.flatMap(children);
  if (index !== undefined)
    return tokens.flatMap((token) => (token instanceof JsonArray ? (token.items[Number(index)] ?? []) : []));
  if (filter !== undefined) {
    const holds = compileFilter(filter);
    return tokens.flatMap(children).filter(holds);
  }
  return name === undefined ? [] : tokens.flatMap((token) => named(token, name));
}

function children(token: JsonToken): JsonToken[] {
  if (token instanceof JsonArray) return token.items;
  return token instanceof JsonObject ? [...token.properties.values()] : [];
}

function descendants(token: JsonToken): JsonToken[] {
  return [token, ...children(token).flatMap(descendants)];
}

function named(token: JsonToken, name: string): JsonToken[] {
  const found = token instanceof JsonObject ? token.properties.get(name) : undefined;
  return found ? [found] : [];
}

function compileFilter(filter: string): (token: JsonToken) => boolean {
  const match = /^\s*@\.([\w.]+)\s*(?:(==|!=|<=|>=|<|>)\s*(?:'([^']*)'|"([^"]*)"|([\w.+-]+)))?\s*$/.exec(filter);
  if (!match) throw new ExpressionError('JsonException', `The filter '${filter}' is not supported.`);
  const [, path = '', operator, single, double, bare] = match;
  const wanted = single ?? double ?? bare;
  return (token) => {
    const [found] = selectTokens(token, path);
    if (!operator || wanted === undefined) return found !== undefined;
    if (!found) return false;
    const text = toText(found);
    const order =
      bare !== undefined && !Number.isNaN(Number(bare))
        ? Number(text) - Number(bare)
        : text.toLowerCase() === wanted.toLowerCase() && bare
          ? 0
          : text < wanted
            ? -1
            : text > wanted
              ? 1
              : 0;
    const results: Readonly<Record<string, boolean>> = {
      '==': order === 0,
      '!=': order !== 0,
      '<': order < 0,
      '>': order > 0,
      '<=': order <= 0,
      '>=': order >= 0,
    };
    return results[operator] ?? false;
  };
}

/** `JToken.Path`: how the root leads to the token. */
export function pathOf(token: JsonToken): string {
  const steps: string[] = [];
  let at: JsonToken = token;
  if (at instanceof JsonProperty && at.owner) {
    steps.unshift(nameStep(at.name));
    at = at.owner;
  }
  for (let { parent } = at; parent; { parent } = at) {
    if (parent instanceof JsonArray) steps.unshift(`[${parent.items.indexOf(at)}]`);
    else if (parent instanceof JsonObject) {
      const inner = at;
      steps.unshift(nameStep([...parent.properties].find(([, value]) => value === inner)?.[0] ?? ''));
    } else steps.unshift(nameStep(parent.name));
    at = parent;
  }
  return steps.join('').replace(/^\./, '');
}

const nameStep = (name: string) => (/^[\w-]+$/.test(name) ? `.${name}` : `['${name.replaceAll("'", "\\'")}']`);
