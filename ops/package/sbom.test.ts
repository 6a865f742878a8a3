import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { billOfMaterials, type Lockfile } from './sbom.ts';

interface Bill {
  serialNumber: string;
  components: { name: string; version: string; purl: string; hashes?: { alg: string; content: string }[] }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

const application = { name: 'app', version: '1.0.0' };

function bill(lockfile: Lockfile): Bill {
  return JSON.parse(billOfMaterials(lockfile, application)) as Bill;
}

const nested: Lockfile = {
  packages: {
    '': { dependencies: { a: '^1', '@scope/b': '^1' } },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-AAEC', license: 'MIT', dependencies: { c: '^1' } },
    'node_modules/a/node_modules/c': { version: '1.5.0' },
    'node_modules/@scope/b': { version: '2.0.0', dependencies: { c: '^2' }, license: '(MIT OR Apache-2.0)' },
    'node_modules/c': { version: '2.0.0' },
    'node_modules/tool': { version: '9.0.0' },
  },
};

test('only what runs is listed, each at the version Node would find', () => {
  const { components, dependencies } = bill(nested);
  assert.deepEqual(
    components.map(({ purl }) => purl),
    ['pkg:npm/%40scope/b@2.0.0', 'pkg:npm/a@1.0.0', 'pkg:npm/c@1.5.0', 'pkg:npm/c@2.0.0'],
  );
  const needs = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  assert.deepEqual(needs.get('app'), ['pkg:npm/%40scope/b@2.0.0', 'pkg:npm/a@1.0.0']);
  assert.deepEqual(needs.get('pkg:npm/a@1.0.0'), ['pkg:npm/c@1.5.0']);
  assert.deepEqual(needs.get('pkg:npm/%40scope/b@2.0.0'), ['pkg:npm/c@2.0.0']);
});

test("the registry's integrity becomes a hash in hex", () => {
  assert.deepEqual(bill(nested).components[1]!.hashes, [{ alg: 'SHA-512', content: '000102' }]);
});

test('the serial number follows the contents', () => {
  const changed = structuredClone(nested);
  changed.packages['node_modules/c']!.version = '2.0.1';
  assert.equal(bill(nested).serialNumber, bill(structuredClone(nested)).serialNumber);
  assert.notEqual(bill(nested).serialNumber, bill(changed).serialNumber);
});

test("this repository's lockfile gives a bill with every direct dependency", () => {
  const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const { components } = bill(JSON.parse(read('package-lock.json')) as Lockfile);
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const names = new Set(components.map(({ name }) => name));
  for (const name of Object.keys(dependencies!)) assert.ok(names.has(name), name);
  assert.ok(!names.has('typescript') && 'typescript' in devDependencies!);
});
