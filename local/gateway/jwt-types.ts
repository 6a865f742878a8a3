import { BasicCredentials } from './basic-credentials.ts';
import { arrayOf, types } from './expressions/net-type.ts';
import { DateTime } from './expressions/time.ts';
import { typeTable } from './expressions/type-table.ts';
import { MapDictionary } from './host-dictionaries.ts';
import { Jwt } from './jwt.ts';

const texts = arrayOf(types.string);

const moment = (seconds: number | undefined) =>
  seconds === undefined || Number.isNaN(seconds) ? null : DateTime.fromMilliseconds(seconds * 1000);

const jwtType = typeTable('class Jwt', {
  'Algorithm: string': (jwt: Jwt) => jwt.headerText('alg'),
  'Type: string': (jwt: Jwt) => jwt.headerText('typ'),
  'Issuer: string': (jwt: Jwt) => jwt.claim('iss')[0],
  'Subject: string': (jwt: Jwt) => jwt.claim('sub')[0],
  'Audiences: IEnumerable<string>': (jwt: Jwt) => jwt.claim('aud'),
  'Id: string': (jwt: Jwt) => jwt.claim('jti')[0],
  'ExpirationTime: DateTime?': (jwt: Jwt) => moment(jwt.seconds('exp')),
  'NotBefore: DateTime?': (jwt: Jwt) => moment(jwt.seconds('nbf')),
  'IssuedAt: DateTime?': (jwt: Jwt) => moment(jwt.seconds('iat')),
  'Claims: IReadOnlyDictionary<string, string[]>': (jwt: Jwt) =>
    new MapDictionary(new Map([...jwt.payload.properties.keys()].map((name) => [name, jwt.claim(name)])), texts),
  'Headers: IReadOnlyDictionary<string, string[]>': (jwt: Jwt) =>
    new MapDictionary(new Map([...jwt.header.properties.keys()].map((name) => [name, [jwt.headerText(name)]])), texts),
});

const basicType = typeTable('class BasicAuthCredentials', {
  'UserId: string': (credentials: BasicCredentials) => credentials.userId,
  'Password: string': (credentials: BasicCredentials) => credentials.password,
});

export const jwtTypes = [
  [jwtType, Jwt],
  [basicType, BasicCredentials],
] as const;
