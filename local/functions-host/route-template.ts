import { constraint } from './route-constraints.ts';

export interface RouteTemplate {
  /** Values of the parameters, or undefined when the path does not match. */
  match(path: string): Record<string, string> | undefined;
}

type Part =
  | { literal: string }
  | {
      name: string;
      catchAll: boolean;
      optional: boolean;
      fallback: string | undefined;
      accepts: (value: string) => boolean;
    };

/**
 * Compiles an ASP.NET route template, as in `orders/{id:int:min(1)}/{format=json}/{*rest}`.
 *
 * Literals ignore case, one trailing slash in the path is ignored, and values arrive percent-decoded (`%2F` stays).
 * @throws {Error} in the words of the router, when the template is malformed.
 */
export function routeTemplate(template: string): RouteTemplate {
  if (/^[~/]/.test(template)) throw new Error(`The route template cannot start with a '~' or '/' character.`);
  const texts = template === '' ? [] : template.replace(/\/$/, '').split(separators(template));
  if (texts.some((text) => text === ''))
    throw new Error(`The route template separator character '/' cannot appear consecutively.`);
  const segments = texts.map(parseSegment);
  const names = segments.flat().flatMap((part) => ('name' in part ? [part.name.toLowerCase()] : []));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`The route parameter name '${twice}' appears more than one time in the route template.`);
  for (const [index, parts] of segments.entries()) {
    for (const part of parts) {
      if ('name' in part && part.catchAll && (index < segments.length - 1 || parts.length > 1))
        throw new Error(`A catch-all parameter can only appear as the last segment of the route template.`);
    }
  }
  return { match: (path) => matchSegments(segments, pathSegments(path)) };
}

/** Slashes inside braces belong to a constraint, such as `regex(...)`. */
function separators(template: string): RegExp {
  return template.includes('{') ? /\/(?![^{]*\})/ : /\//;
}

function pathSegments(path: string): string[] {
  const trimmed = path.replace(/^\//, '').replace(/\/$/, '');
  return trimmed === '' ? [] : trimmed.split('/');
}

function parseSegment(text: string): Part[] {
  const parts: Part[] = [];
  let rest = text;
  while (rest !== '') {
    if (rest.startsWith('{') && !rest.startsWith('{{')) {
      const end = closingBrace(rest);
      parts.push(parseParameter(rest.slice(1, end)));
      rest = rest.slice(end + 1);
    } else {
      const literal = /^(?:\{\{|\}\}|[^{}])+/.exec(rest)?.[0];
      if (!literal) throw new Error(`There is an incomplete parameter in the route template: '${text}'.`);
      parts.push({ literal: literal.replaceAll('{{', '{').replaceAll('}}', '}') });
      rest = rest.slice(literal.length);
    }
  }
  return parts;
}

/** Doubled braces inside a parameter are one escaped brace of a regex constraint. */
function closingBrace(text: string): number {
  for (let index = 1; index < text.length; index++) {
    if (text.startsWith('{{', index) || text.startsWith('}}', index)) index++;
    else if (text[index] === '}') return index;
  }
  throw new Error(`There is an incomplete parameter in the route template: '${text}'.`);
}

const parameter =
  /^(?<star>\*{0,2})(?<name>[^*:=?{}/]+)(?<constraints>(?::[^:(=?]+(?:\((?:[^()]|\([^()]*\))*\))?)*)(?:=(?<fallback>.*))?$/;

function parseParameter(text: string): Part {
  const optional = text.endsWith('?');
  const groups = parameter.exec(optional ? text.slice(0, -1) : text)?.groups;
  if (!groups?.['name']) throw new Error(`The route parameter '{${text}}' is invalid.`);
  const { name, star = '', constraints = '', fallback } = groups;
  const catchAll = star !== '';
  if (catchAll && optional) throw new Error(`A catch-all parameter cannot be marked optional: '{${text}}'.`);
  if (optional && fallback !== undefined)
    throw new Error(`An optional parameter cannot have a default value: '{${text}}'.`);
  const checks = [...constraints.matchAll(/:([^:(]+)(?:\(((?:[^()]|\([^()]*\))*)\))?/g)].map(([, kind, argument]) =>
    constraint(kind!, argument?.replaceAll('{{', '{').replaceAll('}}', '}')),
  );
  return { name, catchAll, optional, fallback, accepts: (value) => checks.every((check) => check(value)) };
}

function matchSegments(segments: Part[][], values: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, parts] of segments.entries()) {
    const [only] = parts;
    if (parts.length === 1 && only && 'name' in only) {
      const value = only.catchAll ? values.slice(index).join('/') : values[index];
      if (!takeValue(only, value === undefined ? undefined : decode(value), params)) return undefined;
      if (only.catchAll) return params;
    } else {
      const value = values[index];
      if (value === undefined || !matchParts(parts, decode(value), params)) return undefined;
    }
  }
  return values.length > segments.length ? undefined : params;
}

function takeValue(
  part: Exclude<Part, { literal: string }>,
  value: string | undefined,
  params: Record<string, string>,
) {
  const given = value === undefined || value === '' ? part.fallback : value;
  if (given === undefined) return part.optional || part.catchAll;
  if (!part.accepts(given)) return false;
  params[part.name] = given;
  return true;
}

/** A segment of several parts, as `{name}.{extension?}`: the parts are matched from the right, each as short as can be. */
function matchParts(parts: Part[], value: string, params: Record<string, string>): boolean {
  const last = parts.at(-1);
  if (last && 'name' in last && last.optional) {
    const before = parts.slice(0, -2);
    const separator = parts.at(-2);
    if (matchWhole(parts, value, params)) return true;
    return separator !== undefined && 'literal' in separator && matchWhole(before, value, params);
  }
  return matchWhole(parts, value, params);
}

function matchWhole(parts: Part[], value: string, params: Record<string, string>): boolean {
  const pattern = parts
    .map((part) => ('literal' in part ? part.literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : '(.+)'))
    .join('');
  const match = new RegExp(`^${pattern}$`, 'is').exec(value);
  if (!match) return false;
  const named = parts.filter((part) => 'name' in part);
  return named.every((part, index) => takeValue(part, match[index + 1], params));
}

/** Decoded as the web server does: an encoded slash stays, and broken encoding is left alone. */
function decode(value: string): string {
  try {
    return value
      .split(/(%2F)/i)
      .map((piece) => (/^%2F$/i.test(piece) ? piece : decodeURIComponent(piece)))
      .join('');
  } catch {
    return value;
  }
}
