import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type LookupFunction } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { addressGuard } from './address-guard.ts';
import { ForbiddenAddressError } from './errors.ts';
import { guardedPost } from './post.ts';
import { targetFault } from './target.ts';

const forbidden = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '100.127.255.254',
  '127.0.0.1',
  '127.8.9.10',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:168.63.129.16',
  '::ffff:169.254.169.254',
  '::ffff:a00:1',
  '::127.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
];
const allowed = ['1.1.1.1', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:2800:220:1::1', '::ffff:1.1.1.1'];

describe('the address guard', () => {
  for (const address of forbidden) {
    it(`refuses ${address}`, () => assert.throws(() => addressGuard().check(address), ForbiddenAddressError));
  }
  for (const address of allowed) it(`lets ${address} through`, () => addressGuard().check(address));

  it('lets what is allowed through, and nothing beside it', () => {
    const guard = addressGuard('127.0.0.0/8, fd00::/8');
    guard.check('127.0.0.1');
    guard.check('::ffff:127.0.0.1');
    guard.check('fd00::1');
    assert.throws(() => guard.check('10.0.0.1'), ForbiddenAddressError);
  });
});

describe('a URL for an endpoint', () => {
  const faults: Record<string, string | undefined> = {
    'https://partner.example/hook': undefined,
    'https://partner.example:8443/hook?x=1': undefined,
    'http://partner.example/hook': 'must begin with https://',
    'ftp://partner.example/hook': 'must begin with https://',
    'https://user:secret@partner.example/': 'must not hold a user name or password',
    'https://partner.example/#part': 'must not hold a fragment',
    'https://127.0.0.1/': 'must be on a public address',
    'https://2130706433/': 'must be on a public address',
    'https://0x7f.1/': 'must be on a public address',
    'https://[::1]/': 'must be on a public address',
    'https://[::ffff:169.254.169.254]/latest/meta-data': 'must be on a public address',
    'no url': 'must be an absolute URL',
  };
  for (const [url, fault] of Object.entries(faults)) {
    it(`${url} ${fault ?? 'is fine'}`, () => assert.equal(targetFault(url, addressGuard()), fault));
  }
});

describe('posting', () => {
  let server: Server;
  let port: number;
  let hits = 0;
  const closers: (() => void)[] = [];

  before(async () => {
    server = createServer((request, response) => {
      hits++;
      if (request.url === '/redirect') {
        response.writeHead(302, { location: `http://127.0.0.1:${port}/inside` }).end();
      } else if (request.url === '/busy') {
        response.writeHead(429, { 'retry-after': '7' }).end('slow down');
      } else if (request.url?.startsWith('/busy?')) {
        response.writeHead(503, { 'retry-after': decodeURIComponent(request.url.slice('/busy?'.length)) }).end();
      } else if (request.url === '/upgrade') {
        request.socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
      } else if (request.url === '/long') {
        response.writeHead(200);
        response.end('x'.repeat(1_000_000));
      } else {
        response.writeHead(204).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });

  after(() => {
    for (const close of closers) close();
    server.close();
  });

  /** A resolver whose answers follow one another. */
  function resolver(...answers: string[]): LookupFunction {
    let count = 0;
    return (_hostname, options, callback) => {
      const address = answers[Math.min(count++, answers.length - 1)] ?? '';
      if (options.all) callback(null, [{ address, family: 4 }]);
      else callback(null, address, 4);
    };
  }

  function poster(allow: string, lookup?: LookupFunction) {
    const { post, close } = guardedPost(addressGuard(allow), Date.now, lookup);
    closers.push(close);
    return (path: string, host = 'partner.example') => post(`http://${host}:${port}${path}`, {}, '{}');
  }

  it('reaches what is allowed', async () => {
    const { attempt } = await poster('127.0.0.0/8', resolver('127.0.0.1'))('/hook');
    assert.deepEqual([attempt.status, attempt.error], [204, null]);
  });

  it('refuses a name that resolves to the inside', async () => {
    hits = 0;
    const { attempt } = await poster('', resolver('127.0.0.1'))('/hook');
    assert.equal(attempt.status, null);
    assert.match(attempt.error ?? '', /not a public address/);
    assert.equal(hits, 0);
  });

  it('refuses a name that changes its answer after it was seen to be harmless', async () => {
    hits = 0;
    const lookup = resolver('93.184.216.34', '127.0.0.1');
    // A check made beforehand sees the first answer; the connection gets the second.
    await new Promise((resolve) => lookup('partner.example', {}, resolve));
    const { attempt } = await poster('', lookup)('/hook');
    assert.match(attempt.error ?? '', /not a public address/);
    assert.equal(hits, 0);
  });

  it('refuses an address written as one', async () => {
    for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', '2130706433']) {
      assert.match((await poster('')('/hook', host)).attempt.error ?? '', /not a public address/);
    }
  });

  it('does not follow redirects', async () => {
    hits = 0;
    const { attempt } = await poster('127.0.0.0/8', resolver('127.0.0.1'))('/redirect');
    assert.equal(attempt.status, 302);
    assert.equal(hits, 1);
  });

  it('reads Retry-After, and no more of an answer than it keeps', async () => {
    const post = poster('127.0.0.0/8', resolver('127.0.0.1'));
    const busy = await post('/busy');
    assert.deepEqual([busy.attempt.status, busy.retryAfterMs, busy.attempt.response], [429, 7000, 'slow down']);
    const long = await post('/long');
    assert.deepEqual([long.attempt.status, long.attempt.response?.length], [200, 1000]);
  });

  it('takes an offer to talk another protocol for an answer', { timeout: 10_000 }, async () => {
    const { attempt } = await poster('127.0.0.0/8', resolver('127.0.0.1'))('/upgrade');
    assert.deepEqual([attempt.status, attempt.error, attempt.response], [101, null, '']);
  });

  it('waits a day at most for an answer that asks for more, and not at all for one that makes no sense', async () => {
    const post = poster('127.0.0.0/8', resolver('127.0.0.1'));
    const waitFor = async (value: string) => (await post(`/busy?${encodeURIComponent(value)}`)).retryAfterMs;
    const day = 24 * 3_600_000;
    for (const value of ['86401', '9'.repeat(9), '9'.repeat(30), 'Fri, 31 Dec 9999 23:59:59 GMT']) {
      assert.equal(await waitFor(value), day, value);
    }
    for (const value of ['0', '-5', 'soon', '1e3', '0x10', '1.5', '60, 120', 'Wed, 21 Oct 2015 07:28:00 GMT']) {
      assert.equal(await waitFor(value), 0, value);
    }
  });

  it('says in a few words what is wrong with an endpoint, whatever it is called', async () => {
    const lookup: LookupFunction = (hostname, _options, callback) =>
      callback(new Error(`${hostname} ${'x'.repeat(50_000)}`), '', 0);
    assert.equal((await poster('127.0.0.0/8', lookup)('/hook')).attempt.error?.length, 1000);
  });

  it('takes a kept connection that was closed meanwhile for no answer', async () => {
    let connections = 0;
    let requests = 0;
    // Answers the first request of each connection, and closes it when the second has come.
    const closing = createTcpServer((socket) => {
      connections++;
      let first = true;
      socket.on('error', () => {});
      socket.on('data', () => {
        requests++;
        if (first) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        else socket.resetAndDestroy();
        first = false;
      });
    });
    await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve));
    const { post, close } = guardedPost(addressGuard('127.0.0.0/8'), Date.now);
    closers.push(close, () => closing.close());
    const url = `http://127.0.0.1:${(closing.address() as AddressInfo).port}/`;
    assert.equal((await post(url, {}, '{}')).attempt.status, 200);
    assert.deepEqual([connections, requests], [1, 1]);
    assert.equal((await post(url, {}, '{}')).attempt.status, 200);
    assert.deepEqual([connections, requests], [2, 3]);
  });

  it('takes a new connection that is closed for what it is', async () => {
    let connections = 0;
    const rude = createTcpServer((socket) => {
      connections++;
      socket.on('error', () => {}).on('data', () => socket.resetAndDestroy());
    });
    await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
    const { post, close } = guardedPost(addressGuard('127.0.0.0/8'), Date.now);
    closers.push(close, () => rude.close());
    const { attempt } = await post(`http://127.0.0.1:${(rude.address() as AddressInfo).port}/`, {}, '{}');
    assert.match(attempt.error ?? '', /ECONNRESET|socket hang up/);
    assert.equal(connections, 1);
  });
});
