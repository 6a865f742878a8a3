import { ExpressionError } from '../errors.ts';
import { noText, parseUri, resolve, undetermined, type UriParts } from './parse-uri.ts';
import { argumentNull } from './text-parts.ts';
import { readable, unescapeData } from './uri-escape.ts';

export type Kind = 'RelativeOrAbsolute' | 'Absolute' | 'Relative';
const uriError = (text: string): ExpressionError => new ExpressionError('UriFormatException', text);

/** A .NET `Uri`, absolute or not. */
export class NetUri {
  readonly original: string;
  /** Undefined for a relative address. */
  readonly parts: UriParts | undefined;

  /** Throws UriFormatException and ArgumentNullException. */
  constructor(original: string | null, kind: Kind = 'Absolute') {
    if (original === null) throw argumentNull('uriString');
    if (original.length > 65_519) throw uriError('Invalid URI: The Uri string is too long.');
    const parsed = parseUri(original);
    if (kind === 'Relative' && typeof parsed !== 'string')
      throw uriError("A relative URI cannot be created because the 'uriString' parameter represents an absolute URI.");
    if (typeof parsed === 'string' && !isRelative(parsed, kind !== 'Absolute')) throw uriError(parsed);
    this.original = original;
    this.parts = typeof parsed === 'string' ? undefined : parsed;
  }

  /** A reference as a base understands it. */
  static from(base: NetUri | null, reference: string | NetUri | null): NetUri {
    if (base === null) throw argumentNull('baseUri');
    if (!base.parts)
      throw new ExpressionError(
        'ArgumentOutOfRangeException',
        'Specified argument was out of the range of valid values.\r\nParameter name: baseUri',
      );
    if (reference === null || reference === '') return base;
    // Two slashes are a file server's by themselves, and the base's scheme's host here.
    if (typeof reference === 'string' && /^\s*\/\//.test(reference)) return new NetUri(resolve(base.parts, reference));
    const given = typeof reference === 'string' ? new NetUri(reference, 'RelativeOrAbsolute') : reference;
    if (given.parts) return given;
    return new NetUri(resolve(base.parts, given.original));
  }

  /** The parts of an absolute address. Throws InvalidOperationException for others. */
  get absolute(): UriParts {
    if (this.parts) return this.parts;
    throw new ExpressionError('InvalidOperationException', 'This operation is not supported for a relative URI.');
  }

  /** `scheme://user@host:port`; "" where there is no authority. */
  get root(): string {
    const { scheme, hasAuthority, userInfo, authority } = this.absolute;
    return hasAuthority ? `${scheme}://${userInfo === '' ? '' : `${userInfo}@`}${authority}` : '';
  }

  get absoluteUri(): string {
    const { path, query, fragment } = this.absolute;
    return this.head + path + query + fragment;
  }

  /** What stands before the path. */
  get head(): string {
    const { scheme, hasAuthority, userInfo, host, authority, isDrive } = this.absolute;
    if (isDrive) return 'file:///';
    if (hasAuthority) return this.root;
    return `${scheme}:${host === '' ? '' : `${userInfo}@${authority}`}`;
  }

  /** What tells an address from others: all but the user and the fragment. */
  get key(): string {
    if (!this.parts) return this.original;
    const { scheme, host, port, path, query } = this.parts;
    return `${scheme}://${host}:${port}${path}${query}`;
  }

  get localPath(): string {
    const { scheme, host, path, isDrive } = this.absolute;
    const plain = unescapeData(path);
    if (scheme !== 'file' || (host === '' && !isDrive)) return plain;
    return (host === '' ? plain : `//${host}${plain}`).replaceAll('/', '\\');
  }

  get segments(): string[] {
    const { path, isDrive } = this.absolute;
    return (isDrive ? `/${path}` : path).match(/[^/]*\/|[^/]+$/g) ?? [];
  }

  get isLoopback(): boolean {
    const { scheme, host } = this.absolute;
    return /^(?:localhost|loopback|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host) || (scheme === 'file' && host === '');
  }

  /** Whether it is written as an address should be: nothing in it must be escaped. */
  get isWellFormed(): boolean {
    const text = this.original.trim();
    return /^(?:[A-Za-z0-9\-._~;/?:@&=+$,!'()*\u00a0-\ud7ff\uf900-\uffef]|%[0-9a-fA-F]{2}|#(?!.*#)|\[[0-9a-fA-F:.]+\](?=[:/?#]|$))*$/.test(
      text,
    );
  }

  /** The shortest reference to another address from this one. */
  relativeTo(other: NetUri): NetUri {
    const [from, to] = [this.absolute, other.absolute];
    if (from.scheme !== to.scheme || from.host !== to.host || from.port !== to.port) return other;
    const rest = to.query + to.fragment;
    return new NetUri(difference(from.path, to.path) + rest, 'RelativeOrAbsolute');
  }

  /** Whether another address is in the folder of this one. */
  contains(other: NetUri): boolean {
    const [from, to] = [this.absolute, other.absolute];
    const folder = from.path.slice(0, from.path.lastIndexOf('/') + 1);
    return from.scheme === to.scheme && from.host === to.host && from.port === to.port && to.path.startsWith(folder);
  }

  toNetString(): string {
    if (!this.parts) return this.original;
    const { path, query, fragment, userInfo } = this.parts;
    const rest = readable(path) + readable(query).replaceAll('%5C', '\\') + readable(fragment);
    // A user's name is only unescaped where the address has letters that had to be looked at.
    if (userInfo === '' || !(hasLetters.test(this.original) || /[^\0-\u007f]/.test(unescapeData(this.original))))
      return this.head + rest;
    return this.head.replace(`${userInfo}@`, () => `${readable(userInfo)}@`) + rest;
  }
}

/** Escapes of what needs none. */
const hasLetters = /%(?:2[de]|3[0-9]|5f|7e|[46][1-9a-f]|[57][0-9a])/i;
const isRelative = (problem: string, allowed: boolean) => allowed && (problem === undetermined || problem === noText);

function difference(from: string, to: string): string {
  let slash = -1;
  let i = 0;
  for (; i < from.length && i < to.length && from[i] === to[i]; i++) if (from[i] === '/') slash = i;
  if (i === 0) return to;
  if (i === from.length && i === to.length) return '';
  const up = '../'.repeat(from.slice(i).split('/').length - 1);
  if (up === '' && to.length - 1 === slash) return './';
  return up + to.slice(slash + 1);
}
