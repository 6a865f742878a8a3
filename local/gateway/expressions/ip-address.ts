import { isIPv6 } from 'node:net';

/** A .NET `IPAddress`: 4 or 16 bytes. */
export class IpAddress {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isIPv6(): boolean {
    return this.bytes.length === 16;
  }

  /** Whether it is an IPv4 address as IPv6 writes it. */
  get isMapped(): boolean {
    return this.isIPv6 && this.#groups.slice(0, 6).join() === '0,0,0,0,0,65535';
  }

  get #groups(): number[] {
    return Array.from(
      { length: 8 },
      (_, i) => ((this.bytes[2 * i] as number) << 8) | (this.bytes[2 * i + 1] as number),
    );
  }

  toNetString(): string {
    if (!this.isIPv6) return this.bytes.join('.');
    const groups = this.#groups;
    const isCompatible = groups.slice(0, 6).every((group) => group === 0) && groups[6] !== 0;
    if (this.isMapped || isCompatible) return `::${this.isMapped ? 'ffff:' : ''}${this.bytes.slice(12).join('.')}`;
    const text = groups.map((group) => group.toString(16)).join(':');
    const runs = Array.from(text.matchAll(/\b0(?::0)+\b/g)).toSorted((a, b) => b[0].length - a[0].length);
    const [longest] = runs;
    if (!longest) return text;
    const before = text.slice(0, longest.index).replace(/:$/, '');
    const after = text.slice(longest.index + longest[0].length).replace(/^:/, '');
    return `${before}::${after}`;
  }
}

/** Reads an address, with less than four numbers too; undefined for what is none. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const plain = text.replace(/^\[(.*)\]$/, '$1').replace(/%\d+$/, '');
  if (isIPv6(plain)) {
    const [head = '', tail] = withoutDots(plain).split('::');
    const [left, right] = [head, tail ?? ''].map((half) => (half === '' ? [] : half.split(':')));
    const missing = 8 - (left?.length ?? 0) - (right?.length ?? 0);
    const groups = [...(left ?? []), ...Array.from({ length: missing }, () => '0'), ...(right ?? [])];
    return new IpAddress(Uint8Array.from(groups.flatMap((group) => pair(Number.parseInt(group, 16)))));
  }
  if (!/^(?:0x[0-9a-f]+|[0-9]+)(?:\.(?:0x[0-9a-f]+|[0-9]+)){0,3}$/i.test(text)) return undefined;
  const host = URL.parse(`http://${text}`)?.hostname;
  return host === undefined ? undefined : new IpAddress(Uint8Array.from(host.split('.'), Number));
}

const pair = (group: number) => [group >> 8, group & 0xff];

/** IPv6 with its last two groups in the dots of IPv4 as IPv6 alone. */
function withoutDots(text: string): string {
  return text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...numbers: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = numbers.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
}
