/** What .NET calls parts of names that OpenSSL calls otherwise. */
const renamed: Readonly<Record<string, string>> = { ST: 'S', emailAddress: 'E' };

/** A name as .NET writes it: its most special part first. */
export function netName(name: string | undefined): string {
  const parts = (name ?? '').split('\n').map((line) => {
    const [key = '', escaped = ''] = line.split(/=(.*)/s);
    const value = escaped.replaceAll(/\\(.)/g, '$1');
    const quoted = /[,+="<>#;]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
    return `${renamed[key] ?? key}=${quoted}`;
  });
  return parts.toReversed().join(', ');
}
