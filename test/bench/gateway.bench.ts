import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import autocannon from 'autocannon';
import { cpuSeconds } from './cpu-time.ts';

const root = path.join(import.meta.dirname, '../..');
const seconds = Number(process.env['BENCH_SECONDS'] ?? 5);
const rounds = 3;
const key = 'bench-key';

interface Contestant {
  name: string;
  url: string;
  process: ChildProcess;
}

/**
 * The gateway with the full generated policy set against two proxies that only forward: the same back end, one run, the
 * rounds interleaved so that a slow moment of the machine meets all three. Each is a process of its own.
 */
export async function run(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateway-bench-'));
  const started: ChildProcess[] = [];
  try {
    const start = async (name: string, args: readonly string[]): Promise<Contestant> => {
      const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
      started.push(child);
      return { name, url: await readyUrl(child), process: child };
    };
    const script = (name: string) => path.join(import.meta.dirname, 'gateway', `${name}.ts`);
    const backend = await start('backend', [script('backend')]);
    const contestants = [
      await start('@fastify/http-proxy', [script('fastify-proxy'), backend.url]),
      await start('http-proxy-3', [script('http-proxy'), backend.url]),
      await start('gateway, all policies', ['local/gateway/main.ts', ...gatewayOptions(folder, backend.url)]),
    ];
    for (const { url } of contestants) await shoot(url, 2);
    const results = new Map(
      contestants.map(({ name }) => [name, { rates: [] as number[], p99: [] as number[], cpu: [] as number[] }]),
    );
    for (let round = 0; round < rounds; round++) {
      for (const { name, url, process: child } of contestants) {
        const before = cpuSeconds(child.pid);
        const shot = await shoot(url, seconds);
        const all = results.get(name);
        all?.rates.push(shot.requests.average);
        all?.p99.push(shot.latency.p99);
        all?.cpu.push(((cpuSeconds(child.pid) - before) * 1e6) / shot.requests.total);
        if (shot.non2xx > 0 || shot.errors > 0)
          throw new Error(`${name}: ${shot.non2xx} answers were no 2xx, ${shot.errors} errors`);
      }
    }
    print(results);
  } finally {
    for (const child of started) child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The generated artefacts, with a burst limit that a benchmark does not reach. */
function gatewayOptions(folder: string, backend: string): string[] {
  cpSync(path.join(root, 'dist/apim'), path.join(folder, 'apim'), { recursive: true });
  const policy = path.join(folder, 'apim/products/free/policy.xml');
  writeFileSync(policy, readFileSync(policy, 'utf8').replace(/calls="\d+"/, 'calls="1000000000"'));
  const overrides = {
    namedValues: { 'gateway-key': 'bench', 'legacy-url': backend, 'functions-url': backend },
    backends: { legacy: backend, functions: backend },
    subscriptions: [{ name: 'bench', scope: '/products/free', primaryKey: key }],
  };
  writeFileSync(path.join(folder, 'overrides.json'), JSON.stringify(overrides));
  return ['--apim', path.join(folder, 'apim'), '--port', '0', '--overrides', path.join(folder, 'overrides.json')];
}

function shoot(url: string, duration: number): Promise<autocannon.Result> {
  return autocannon({ url: `${url}/v1/pairs`, connections: 50, duration, headers: { 'x-api-key': key } });
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const url = /^ready \S+ (\S+)$/m.exec(text)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`a part of the benchmark ended with ${code}: ${text}`)));
  });
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

function print(results: ReadonlyMap<string, { rates: number[]; p99: number[]; cpu: number[] }>): void {
  const rows = Array.from(results, ([name, { rates, p99, cpu }]) => ({
    name,
    rate: median(rates),
    p99: median(p99),
    cpu: median(cpu),
  }));
  const forwarders = rows.slice(0, -1);
  const fastest = Math.max(...forwarders.map(({ rate }) => rate));
  const leanest = Math.min(...forwarders.map(({ cpu }) => cpu));
  console.log('| proxy | requests/s | p99 ms | cpu µs/request | share of the fastest | share by cpu |');
  console.log('|---|---:|---:|---:|---:|---:|');
  for (const { name, rate, p99, cpu } of rows)
    console.log(
      `| ${name} | ${rate.toFixed(0)} | ${p99.toFixed(0)} | ${cpu.toFixed(0)} | ${(rate / fastest).toFixed(2)} | ${(leanest / cpu).toFixed(2)} |`,
    );
  console.log(`\nMedians of ${rounds} rounds of ${seconds} s, 50 connections.`);
}
