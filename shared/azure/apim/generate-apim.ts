import { createHash } from 'node:crypto';
import type { Operation } from '../../contract/operation.ts';
import type { Manifest } from '../../migration/manifest.ts';
import { checkArtefacts } from './check-artefacts.ts';
import { checkOperations } from './check-operations.ts';
import { checkSpecification } from './check-specification.ts';
import { apiId, fragments, loggerId, operationName, versionSetId } from './names.ts';
import { operationPolicy } from './operation-policy.ts';
import type { PolicyElement } from './policy-tree.ts';
import { answerProblemFragment, describeErrorFragment } from './problem-policies.ts';
import { renderPolicy, type PolicyFormat } from './render-policy.ts';
import {
  apiResource,
  backendResources,
  diagnosticResource,
  loggerResource,
  namedValueResources,
  operationResource,
  plans,
  productResource,
  versionSetResource,
  type Properties,
} from './resources.ts';
import {
  answerFromLegacyFragment,
  answerProbeFragment,
  checkSwitchFragment,
  chargeQuotaFragment,
  chooseArmFragment,
  describeAnswerFragment,
} from './route-fragments.ts';
import { apiPolicy, productPolicy, servicePolicy } from './shared-policies.ts';
import type { Tier } from './tiers.ts';

interface Sources {
  operations: readonly Operation[];
  manifest: Manifest;
  /** Text of the OpenAPI document; without one the API has only its operations. */
  openapi: string | undefined;
  tier: Tier;
  /** How policies are to be sent: `xml` unless said. */
  policyFormat?: PolicyFormat;
}

/** Artefacts by their path below the folder that holds them, in the layout of Microsoft's `apiops`. */
export type Artefacts = ReadonlyMap<string, string>;

/**
 * Everything the gateway runs, from the contract and the manifest: the same bytes for the same sources, in the order of
 * their paths.
 * @throws {ArtefactError} when the tier would refuse them, or they do not fit together
 */
export function generateApim({ operations, manifest, openapi, tier, policyFormat }: Sources): Artefacts {
  const exposed = operations.filter(({ access }) => access !== 'gateway');
  checkOperations(exposed);
  const files = new Map<string, string>();
  const write = (path: string, properties: Properties) => files.set(path, json({ properties }));
  const policy = (folder: string, tree: PolicyElement) =>
    files.set(`${folder}policy.xml`, renderPolicy(tree, policyFormat));

  policy('', servicePolicy());
  const api = `apis/${apiId}/`;
  write(`${api}apiInformation.json`, apiResource());
  policy(api, apiPolicy(exposed, manifest));
  if (openapi !== undefined) {
    checkSpecification(openapi, exposed);
    files.set(`${api}specification.json`, openapi);
  }
  for (const operation of exposed) {
    const folder = `${api}operations/${operationName(operation.id)}/`;
    write(`${folder}operationInformation.json`, operationResource(operation));
    policy(folder, operationPolicy(operation, manifest.routes[operation.id]!));
  }
  write(`versionSets/${versionSetId}/versionSetInformation.json`, versionSetResource());
  for (const plan of plans) {
    const folder = `products/${plan}/`;
    const { burst } = manifest.plans[plan];
    write(`${folder}productInformation.json`, productResource(plan, burst));
    policy(folder, productPolicy(burst, tier));
    files.set(`${folder}apis.json`, json([{ name: apiId }]));
    files.set(`${folder}groups.json`, json([{ name: 'developers' }]));
  }
  for (const [name, { description, tree }] of Object.entries(fragmentTrees(manifest))) {
    write(`policyFragments/${name}/policyFragmentInformation.json`, { description });
    policy(`policyFragments/${name}/`, tree);
  }
  for (const [name, properties] of Object.entries(namedValueResources(exposed, manifest)))
    write(`namedValues/${name}/namedValueInformation.json`, properties);
  for (const [name, properties] of Object.entries(backendResources(manifest, tier)))
    write(`backends/${name}/backendInformation.json`, properties);
  write(`loggers/${loggerId}/loggerInformation.json`, loggerResource());
  write('diagnostics/applicationinsights/diagnosticInformation.json', diagnosticResource());

  const sorted = new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  checkArtefacts(sorted, tier);
  return sorted;
}

/** SHA-256 in hex over every path and its content: what two deployments compare. */
export function artefactsDigest(artefacts: Artefacts): string {
  const digest = createHash('sha256');
  for (const [path, text] of artefacts) digest.update(`${path}\0${Buffer.byteLength(text)}\0${text}`);
  return digest.digest('hex');
}

function fragmentTrees(manifest: Manifest): Record<string, { description: string; tree: PolicyElement }> {
  const fallbackSeconds = Math.max(...Object.values(manifest.routes).map(({ timeout }) => timeout));
  return {
    [fragments.checkSwitch]: {
      description: 'Has legacy answer while a switch holds no state of a route.',
      tree: checkSwitchFragment(),
    },
    [fragments.answerProbe]: { description: 'Tells a probe the state of its route.', tree: answerProbeFragment() },
    [fragments.chooseArm]: { description: 'Sends the request to legacy or functions.', tree: chooseArmFragment() },
    [fragments.chargeQuota]: {
      description: 'Charges the daily quota for what legacy answers.',
      tree: chargeQuotaFragment(),
    },
    [fragments.describeAnswer]: {
      description: 'Says which arm answered, and what is left of the quota.',
      tree: describeAnswerFragment(),
    },
    [fragments.answerFromLegacy]: {
      description: 'Has legacy answer what functions failed.',
      tree: answerFromLegacyFragment(fallbackSeconds),
    },
    [fragments.describeError]: { description: 'Says what an error is to the client.', tree: describeErrorFragment() },
    [fragments.answerProblem]: { description: 'Answers problem details (RFC 9457).', tree: answerProblemFragment() },
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
