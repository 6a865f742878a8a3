/** Headers that every client, server and proxy sends, which no API describes: they count only when a policy names them. */
const ordinary = new Set([
  ...['host', 'connection', 'content-length', 'content-type', 'content-encoding', 'accept', 'accept-encoding'],
  ...['accept-language', 'user-agent', 'authorization', 'cookie', 'origin', 'referer', 'cache-control', 'pragma'],
  ...['transfer-encoding', 'expect', 'keep-alive', 'date', 'server', 'vary', 'set-cookie', 'trailer', 'te', 'upgrade'],
]);

/** The headers of a message that a validation policy looks at, by the names it has actions for. */
export function countedHeaders(names: readonly string[], isNamed: (name: string) => boolean): string[] {
  return names.filter((name) => !ordinary.has(name.toLowerCase()) || isNamed(name));
}
