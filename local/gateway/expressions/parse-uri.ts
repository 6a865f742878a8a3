import { domainToASCII } from 'node:url';
import { canonical } from './uri-escape.ts';

/** The parts of an absolute address, as .NET writes them. */
export interface UriParts {
  scheme: string;
  /** Whether `//` and a host follow the scheme. */
  hasAuthority: boolean;
  userInfo: string;
  /** In lower case, with brackets around an IPv6 address. */
  host: string;
  /** -1 where the scheme has none. */
  port: number;
  isDefaultPort: boolean;
  /** The host, and the port unless it is the scheme's own. */
  authority: string;
  path: string;
  /** With its question mark. */
  query: string;
  /** With its hash. */
  fragment: string;
  hostType: 'Unknown' | 'Basic' | 'Dns' | 'IPv4' | 'IPv6';
  /** A file on a drive, such as `C:/x`. */
  isDrive: boolean;
}

const ports: Readonly<Record<string, number>> = {
  ...{ http: 80, https: 443, ws: 80, wss: 443, ftp: 21, gopher: 70, telnet: 23, ldap: 389, nntp: 119, mailto: 25 },
  ...{ 'net.tcp': 808 },
};
/** Schemes whose addresses have an authority, and a path in which the backslash is a slash. */
const hierarchical = /^(?:https?|wss?|ftp|gopher|telnet|net\.tcp|net\.pipe)$/;
export const undetermined = 'Invalid URI: The format of the URI could not be determined.';
export const noText = 'Invalid URI: The URI is empty.';
const badHost = 'Invalid URI: The hostname could not be parsed.';

/** Reads an absolute address; gives .NET's words for what is wrong with it, or for its not being absolute. */
export function parseUri(original: string): UriParts | string {
  const text = original.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
  if (text === '') return noText;
  const [drive] = /^[a-z][:|]/i.exec(text) ?? [];
  if (drive !== undefined)
    return /^[\\/]/.test(text.slice(2))
      ? driveFile(text)
      : String.raw`Invalid URI: A Dos path must be rooted, for example, 'c:\\'.`;
  if (/^[\\/]{2}/.test(text)) return parseUri(`file:${text.replaceAll('\\', '/')}`);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return undetermined;
  const rest = text.slice(scheme.length + 1);
  if (/^[\\/]{2}/.test(rest)) return withAuthority(scheme, rest.slice(2));
  if (hierarchical.test(scheme) || rest === '') return undetermined;
  return scheme === 'mailto' ? mailto(rest) : opaque(scheme, rest);
}

const slashed = (text: string) => text.replaceAll('\\', '/');

/** The path, the query and the fragment. */
function tail(scheme: string, text: string): Pick<UriParts, 'path' | 'query' | 'fragment'> {
  const [, path = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#[^]*)?$/.exec(text) ?? [];
  if (scheme === 'ftp')
    return { path: canonical(path + query).replaceAll('?', '%3F'), query: '', fragment: canonical(fragment) };
  return { path: canonical(path), query: canonical(query), fragment: canonical(fragment) };
}

const none = {
  hasAuthority: false,
  userInfo: '',
  host: '',
  port: -1,
  isDefaultPort: true,
  authority: '',
  isDrive: false,
};

function driveFile(text: string): UriParts {
  const { path, query, fragment } = tail('file', text.replaceAll('\\', '/').replace('|', ':'));
  const scheme = 'file';
  return {
    ...none,
    scheme,
    hostType: 'Basic',
    hasAuthority: true,
    isDrive: true,
    path: withoutDots(path),
    query,
    fragment,
  };
}

function opaque(scheme: string, rest: string): UriParts {
  return { ...none, scheme, hostType: 'Unknown', ...tail(scheme, rest) };
}

function mailto(rest: string): UriParts | string {
  const [, user = '', host = '', after = ''] = /^(?:([^@?#]*)@)?([^?#]*)([^]*)$/.exec(rest) ?? [];
  const found = host === '' ? undefined : hostOf(host);
  if (!found) return host === '' ? opaque('mailto', rest) : 'Invalid URI: The hostname could not be parsed.';
  const [name, hostType] = found;
  const mail = { scheme: 'mailto', userInfo: user, host: name, authority: name, port: 25, hostType };
  return { ...none, ...mail, ...tail('mailto', after) };
}

function withAuthority(scheme: string, text: string): UriParts | string {
  const isLoose = hierarchical.test(scheme) || scheme === 'file';
  const end = text.search(isLoose ? /[/\\?#]/ : /[/?#]/);
  const given = end === -1 ? text : text.slice(0, end);
  const after = end === -1 ? '' : text.slice(end);
  const at = given.lastIndexOf('@');
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::([^]*))?$/.exec(given.slice(at + 1)) ?? [given];
  const own = ports[scheme] ?? -1;
  if (scheme === 'file' && /^[\\/][a-z][:|]/i.test(after) && name === '') return driveFile(after.slice(1));
  const found = name === '' && !hierarchical.test(scheme) ? (['', 'Basic'] as const) : hostOf(name);
  if (!found) return badHost;
  if (port !== undefined && !(/^[0-9]*$/.test(port) && Number(port) <= 65_535))
    return 'Invalid URI: Invalid port specified.';
  const number = port === undefined || port === '' ? own : Number(port);
  const [host, hostType] = found;
  const { path, query, fragment } = tail(scheme, after.replace(scheme === 'ftp' ? /^[^#]*/ : /^[^?#]*/, slashed));
  const plain = withoutDots(path);
  return {
    ...{ scheme, hasAuthority: true, host, hostType, query, fragment, isDrive: false },
    userInfo: at === -1 ? '' : canonical(given.slice(0, at)),
    port: number,
    isDefaultPort: number === own,
    authority: number === own ? host : `${host}:${number}`,
    path: /^(?!\/)/.test(plain) && (hierarchical.test(scheme) || host !== '') ? `/${plain}` : plain,
  };
}

/** A host as it is written in an address, and what it is; undefined where it is none. */
function hostOf(given: string): [string, UriParts['hostType']] | undefined {
  if (given.startsWith('[')) {
    const parsed = URL.parse(`http://${given}`);
    return parsed ? [parsed.hostname, 'IPv6'] : undefined;
  }
  const name = given.toLowerCase();
  const numbers = name.split('.');
  if (numbers.length <= 4 && numbers.every((one) => /^(?:0x[0-9a-f]+|[0-9]+)$/.test(one))) {
    const parsed = URL.parse(`http://${name}`);
    if (parsed) return [parsed.hostname, 'IPv4'];
  }
  if (/^-?[a-z0-9_\-\u00a0-\uffef]+(?:\.[a-z0-9_\-\u00a0-\uffef]+)*\.?$/.test(name))
    return [name, name.startsWith('-') ? 'Basic' : 'Dns'];
  return undefined;
}

/** `IdnHost`: a host in ASCII. */
export const asciiHost = (host: string): string => (/[^\0-\u007f]/.test(host) ? domainToASCII(host) : host);

/** A path without `.` and `..`. */
function withoutDots(path: string): string {
  if (!path.includes('.')) return path;
  const kept: string[] = [];
  const parts = path.split('/');
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    if (part === '..') {
      if (kept.length > 1) kept.pop();
      if (isLast) kept.push('');
    } else if (part !== '.') kept.push(part);
    else if (isLast) kept.push('');
  }
  return kept.join('/');
}

/** What a relative reference means where the base is known. */
export function resolve(base: UriParts, reference: string): string {
  const { scheme, hasAuthority, userInfo, host, authority, path, query, isDrive } = base;
  const [head] = isDrive
    ? ['file:///']
    : [`${scheme}:${hasAuthority ? '//' : ''}${userInfo === '' ? '' : `${userInfo}@`}${host === '' ? '' : authority}`];
  const given = reference.trim();
  if (/^[\\/]{2}/.test(given)) return `${scheme}:${given}`;
  if (given === '') return head + path + query;
  if (given.startsWith('#')) return head + path + query + given;
  if (given.startsWith('?')) return head + path + given;
  if (/^[\\/]/.test(given)) return isDrive ? head + path.slice(0, 2) + given : head + given;
  return head + path.slice(0, path.lastIndexOf('/') + 1) + given;
}
