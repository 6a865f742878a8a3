import { ArtefactError } from './errors.ts';
import { limitsOf, type Tier } from './tiers.ts';

/**
 * What the service would say of artefacts after they are sent, said before: sizes, policies that the tier lacks, names
 * of fragments, named values and back ends that do not exist.
 * @throws {ArtefactError}
 */
export function checkArtefacts(artefacts: ReadonlyMap<string, string>, tier: Tier): void {
  const limits = limitsOf(tier);
  const problems: string[] = [];
  const names = (folder: string) =>
    new Set([...artefacts.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.split('/')[1]!));
  const references = [
    { kind: 'fragment', pattern: /fragment-id="([^"]+)"/g, known: names('policyFragments') },
    { kind: 'back end', pattern: /backend-id="([^"@]+)"/g, known: names('backends') },
    { kind: 'named value', pattern: /\{\{([\w.-]+)\}\}/g, known: names('namedValues') },
  ];
  for (const [path, text] of artefacts) {
    if (!path.endsWith('policy.xml')) continue;
    const most = path.startsWith('policyFragments/') ? limits.fragmentBytes : limits.documentBytes;
    const bytes = Buffer.byteLength(text);
    if (bytes > most) problems.push(`${path}: has ${bytes} bytes; ${tier} takes ${most} at most`);
    for (const policy of limits.lacks)
      if (text.includes(`<${policy} `)) problems.push(`${path}: uses ${policy}, which ${tier} lacks`);
    if (!limits.builtInCache && text.includes('<cache-lookup '))
      problems.push(`${path}: uses the cache, and ${tier} has none built in: leave cache out of the route`);
    for (const { kind, pattern, known } of references)
      for (const [, name] of text.matchAll(pattern))
        if (!known.has(name!)) problems.push(`${path}: no ${kind} is called ${name}`);
  }
  if (problems.length > 0) throw new ArtefactError(problems);
}
