import { hash, timingSafeEqual } from 'node:crypto';
import { unauthorized } from './errors.ts';

/** What the emulator of Microsoft uses, and so what examples and tools assume. It protects nothing. */
export const wellKnownKey = 'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==';

/** Checks the master key signature of a request. @throws CosmosError 401 */
export function authorizer(base64Key: string) {
  const sign = signer(Buffer.from(base64Key, 'base64'));
  return (method: string, path: readonly string[], authorization: string | undefined, date: string | undefined) => {
    const [, type, signature] = /^type=(\w+)&ver=[\d.]+&sig=(.+)$/.exec(decoded(authorization)) ?? [];
    if (!type || !signature)
      throw unauthorized('Required Header authorization is missing. Ensure a valid Authorization token is passed.');
    if (type !== 'master')
      throw unauthorized(
        `Tokens of type '${type}' are not supported by the local Cosmos DB server: sign with its key.`,
      );
    if (!date) throw unauthorized('The request is missing the header x-ms-date.');
    // An operation on a container is signed as the container.
    const segments = path[4] === 'operations' ? path.slice(0, 4) : path;
    const odd = segments.length % 2 === 1;
    const resourceType = segments.at(odd ? -1 : -2) ?? '';
    const link = segments.slice(0, odd ? -1 : undefined).join('/');
    const resourceId = resourceType === 'offers' ? link.slice('offers/'.length).toLowerCase() : link;
    const text = `${method.toLowerCase()}\n${resourceType}\n${resourceId}\n${date.toLowerCase()}\n\n`;
    const expected = sign(text);
    const given = Buffer.from(signature, 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw unauthorized(
        "The input authorization token can't serve the request. The wrong key is being used or the expected payload is not built as per the protocol. For more info: https://aka.ms/cosmosdb-tsg-unauthorized. " +
          `Server used the following payload to sign: '${text}'`,
      );
  };
}

/** HMAC-SHA-256 (RFC 2104) by two plain hashes, which costs a third of what a keyed object for each request does. */
function signer(key: Buffer): (text: string) => Buffer {
  const block = Buffer.alloc(64);
  (key.length > 64 ? hash('sha256', key, 'buffer') : key).copy(block);
  const [inner, outer] = [block.map((byte) => byte ^ 0x36), block.map((byte) => byte ^ 0x5c)];
  return (text) => {
    const first = hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer');
    return hash('sha256', Buffer.concat([outer, first]), 'buffer');
  };
}

function decoded(header: string | undefined): string {
  try {
    return decodeURIComponent(header ?? '');
  } catch {
    return '';
  }
}
