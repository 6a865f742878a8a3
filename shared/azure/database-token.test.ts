import assert from 'node:assert/strict';
import test from 'node:test';
import { databaseToken } from './database-token.ts';

test('only a database of Azure without a password is signed in to by a token', () => {
  const azure = 'exchange-prd-p01-pg.postgres.database.azure.com';
  assert.equal(typeof databaseToken(`postgresql://exchange-id@${azure}:6432/exchange?sslmode=verify-full`), 'function');
  assert.equal(databaseToken(`postgresql://exchange-id:secret@${azure}/exchange`), undefined);
  assert.equal(databaseToken('postgresql://postgres@127.0.0.1:5432/exchange'), undefined);
});
