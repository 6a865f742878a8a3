import { createHmac, timingSafeEqual } from 'node:crypto';
import { unauthorized } from './errors.ts';

/** What the emulator of Microsoft uses, and so what examples and tools assume. It protects nothing. */
export const wellKnownKey = 'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==';

/** Checks the master key signature of a request. @throws CosmosError 401 */
export function authorizer(base64Key: string) {
  const key = Buffer.from(base64Key, 'base64');
  return (method: string, path: readonly string[], authorization: string | undefined, date: string | undefined) => {
    const parts = new URLSearchParams(decoded(authorization).replaceAll('+', '%2B'));
    const [type, signature] = [parts.get('type'), parts.get('sig')];
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
    const expected = createHmac('sha256', key).update(text).digest();
    const given = Buffer.from(signature, 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw unauthorized(
        "The input authorization token can't serve the request. The wrong key is being used or the expected payload is not built as per the protocol. For more info: https://aka.ms/cosmosdb-tsg-unauthorized. " +
          `Server used the following payload to sign: '${text}'`,
      );
  };
}

function decoded(header: string | undefined): string {
  try {
    return decodeURIComponent(header ?? '');
  } catch {
    return '';
  }
}
