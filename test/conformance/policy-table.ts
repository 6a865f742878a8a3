import { claimsOf } from '../../local/gateway/claims.ts';
import { partsOf, type PolicyPart } from '../../local/gateway/policy-parts.ts';
import { policies } from '../../local/gateway/policies/table.ts';
import { unsupportedPolicies } from '../../local/gateway/unsupported.ts';
import { cell, linkTo, namedTests, type NamedTest } from './named-tests.ts';

const folder = 'local/gateway';

/** The test that goes through everything refused. */
const refusalTest = 'a policy, attribute or element that is not supported is refused, and why is said';

interface Row {
  policy: string;
  /** Undefined for the policy as a whole. */
  part: PolicyPart | undefined;
  tests: NamedTest[];
}

/** Every policy with each of its attributes and children: supported or not, and the tests that show it. */
export async function policyTable(from: string): Promise<string> {
  let last = '';
  const lines = (await rows()).map(({ policy, part, tests }) => {
    const name = policy === last ? '' : `**${policy}**`;
    last = policy;
    const links = tests
      .map((test) => linkTo(test, test.what === refusalTest ? 'refused' : cell(test.what), from))
      .join('; ');
    return `| ${name} | ${part ? `\`${part.name}\`` : ''} | ${cell(support(policy, part))} | ${links} |`;
  });
  return ['| policy | attribute or element | supported | shown by |', '|---|---|---|---|', ...lines].join('\n');
}

/** What the table lacks: parts of policies that no test shows, and tests that claim parts which there are not. */
export async function policyTableGaps(): Promise<string[]> {
  const all = await rows();
  const untested = all
    .filter(({ tests }) => tests.length === 0)
    .map(({ policy, part }) => `no test shows <${policy}>${part ? ` ${part.name}` : ''}`);
  const known = new Set(all.map(({ policy, part }) => `${policy} ${part?.name ?? ''}`));
  const unknown = (await claimedTests()).flatMap(({ test, policy, parts }) =>
    parts
      .filter((part) => !known.has(`${policy} ${part}`))
      .map((part) => `${test.file}: <${policy}> has no ${part}: "${test.what}"`),
  );
  return [...untested, ...unknown];
}

async function rows(): Promise<Row[]> {
  const claimed = await claimedTests();
  const refused = (await namedTests(folder)).filter(({ what }) => what === refusalTest);
  const supported = [...policies].flatMap(([policy, shape]): Row[] => {
    const own = claimed.filter((claim) => claim.policy === policy);
    const whole = own.filter(({ parts }) => parts.length === 0).map(({ test }) => test);
    const parts = partsOf(shape).map((part) => ({
      policy,
      part,
      tests: part.refused
        ? refused
        : own.filter(({ parts: names }) => names.includes(part.name)).map(({ test }) => test),
    }));
    return whole.length > 0 || parts.length === 0 ? [{ policy, part: undefined, tests: whole }, ...parts] : parts;
  });
  const others = [...unsupportedPolicies.keys()].map((policy) => ({ policy, part: undefined, tests: refused }));
  return [...supported, ...others].toSorted((one, other) =>
    one.policy < other.policy ? -1 : one.policy > other.policy ? 1 : 0,
  );
}

async function claimedTests(): Promise<{ test: NamedTest; policy: string; parts: readonly string[] }[]> {
  const tests = await namedTests(folder);
  return tests.flatMap((test) => (claimsOf(test.feature) ?? []).map((claim) => ({ test, ...claim })));
}

function support(policy: string, part: PolicyPart | undefined): string {
  const why = part ? part.refused : unsupportedPolicies.get(policy);
  if (why !== undefined) return `no: ${why}`;
  return part?.partly === undefined ? 'yes' : `part: ${part.partly}`;
}
