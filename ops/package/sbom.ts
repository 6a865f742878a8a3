import { createHash } from 'node:crypto';

/** The parts of a lockfile (version 3) that a bill of materials is made of. */
export interface Lockfile {
  packages: Record<string, LockedPackage>;
}

interface LockedPackage {
  name?: string;
  version?: string;
  integrity?: string;
  license?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

interface Component {
  type: 'library';
  'bom-ref': string;
  name: string;
  version: string;
  purl: string;
  hashes?: { alg: string; content: string }[];
  licenses?: ({ license: { id: string } } | { expression: string })[];
}

/**
 * Bill of materials of what runs, CycloneDX 1.6 as JSON: every package that production dependencies lead to, as the
 * lockfile pins it. Same lockfile, same bytes: it has no date, and its serial number is made from its contents.
 */
export function billOfMaterials(lockfile: Lockfile, application: { name: string; version: string }): string {
  const reached = productionPackages(lockfile);
  const components = [...reached.keys()].map((path) => componentOf(path, lockfile.packages[path]!));
  const dependencies = [
    { ref: application.name, dependsOn: directDependencies(lockfile, '').map((path) => refOf(path, lockfile)) },
    ...[...reached].map(([path, needs]) => ({
      ref: refOf(path, lockfile),
      dependsOn: needs.map((need) => refOf(need, lockfile)),
    })),
  ];
  const contents = {
    metadata: { component: { type: 'application', 'bom-ref': application.name, ...application } },
    components: unique(components, (component) => component['bom-ref']),
    dependencies: unique(dependencies, ({ ref }) => ref).map(({ ref, dependsOn }) => ({
      ref,
      dependsOn: [...new Set(dependsOn)].toSorted(),
    })),
  };
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify(contents))}`;
  return `${JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber, version: 1, ...contents }, undefined, 2)}\n`;
}

/** Places in the lockfile that production dependencies lead to, each with the places it needs. */
function productionPackages(lockfile: Lockfile): Map<string, string[]> {
  const reached = new Map<string, string[]>();
  const open = directDependencies(lockfile, '');
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue;
    const needs = directDependencies(lockfile, path);
    reached.set(path, needs);
    open.push(...needs);
  }
  return new Map([...reached].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function directDependencies(lockfile: Lockfile, path: string): string[] {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = lockfile.packages[path] ?? {};
  return Object.keys({ ...dependencies, ...optionalDependencies, ...(path === '' ? {} : peerDependencies) })
    .map((name) => resolve(lockfile, path, name))
    .filter((found) => found !== undefined);
}

/** Where Node finds a package from another's place: in its own node_modules, then in each one above. */
function resolve(lockfile: Lockfile, from: string, name: string): string | undefined {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('node_modules') - 1))) {
    const candidate = place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`;
    if (candidate in lockfile.packages) return candidate;
    if (place === '') return undefined;
  }
}

function refOf(path: string, lockfile: Lockfile): string {
  return purlOf(nameOf(path), lockfile.packages[path]!.version!);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
}

function componentOf(path: string, { version, integrity, license }: LockedPackage): Component {
  const name = nameOf(path);
  const purl = purlOf(name, version!);
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version: version!,
    purl,
    ...(integrity !== undefined && { hashes: [hashOf(integrity)] }),
    ...(license !== undefined && {
      licenses: [/^[\w.-]+$/.test(license) ? { license: { id: license } } : { expression: license }],
    }),
  };
}

function hashOf(integrity: string): { alg: string; content: string } {
  const [algorithm = '', base64 = ''] = integrity.split(' ')[0]!.split('-');
  return {
    alg: algorithm.toUpperCase().replace('SHA', 'SHA-'),
    content: Buffer.from(base64, 'base64').toString('hex'),
  };
}

function unique<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()].toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
