import { BasicCredentials } from './basic-credentials.ts';
import { DateTime } from './expressions/time.ts';
import { typeTable } from './expressions/type-table.ts';
import { Jwt } from './jwt.ts';

const moment = (seconds: number | undefined) =>
  seconds === undefined ? null : DateTime.fromMilliseconds(seconds * 1000);

const jwtType = typeTable('Jwt', {
  'Algorithm: string': (jwt: Jwt) => jwt.headerText('alg'),
  'Type: string': (jwt: Jwt) => jwt.headerText('typ'),
  'Issuer: string': (jwt: Jwt) => jwt.claim('iss')[0],
  'Subject: string': (jwt: Jwt) => jwt.claim('sub')[0],
  'Audiences: List': (jwt: Jwt) => jwt.claim('aud'),
  'Id: string': (jwt: Jwt) => jwt.claim('jti')[0],
  'ExpirationTime: DateTime': (jwt: Jwt) => moment(jwt.seconds('exp')),
  'NotBefore: DateTime': (jwt: Jwt) => moment(jwt.seconds('nbf')),
  'IssuedAt: DateTime': (jwt: Jwt) => moment(jwt.seconds('iat')),
  'Claims: Claims': (jwt: Jwt) => new Map([...jwt.payload.properties.keys()].map((name) => [name, jwt.claim(name)])),
  'Headers: Claims': (jwt: Jwt) =>
    new Map([...jwt.header.properties.keys()].map((name) => [name, [jwt.headerText(name)]])),
});

type ClaimMap = ReadonlyMap<string, readonly string[]>;

const claimsType = typeTable(
  'Claims',
  {
    'GetValueOrDefault(string name, string fallback?): string': (
      claims: ClaimMap,
      name: string,
      fallback: string | null = null,
    ) => claims.get(name)?.join(',') ?? fallback,
  },
  'Dictionary',
);

const basicType = typeTable('BasicAuthCredentials', {
  'UserId: string': (credentials: BasicCredentials) => credentials.userId,
  'Password: string': (credentials: BasicCredentials) => credentials.password,
});

export const jwtTypes = [[jwtType, Jwt], [claimsType], [basicType, BasicCredentials]] as const;
