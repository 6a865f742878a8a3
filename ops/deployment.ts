import { readFileSync } from 'node:fs';
import { FailedError } from './command.ts';

/** What `pulumi stack output --json` says of a deployment, as far as operators need it. */
export interface Deployment {
  gatewayUrl: string;
  /** Resource id of the API Management service. */
  gatewayServiceId: string;
  cosmosEndpoint: string;
}

const names = ['gatewayUrl', 'gatewayServiceId', 'cosmosEndpoint'] as const;

/** A deployment from the outputs of its stack. @throws {FailedError} naming every output that is missing */
export function readDeployment(file: string): Deployment {
  let outputs: Record<string, unknown>;
  try {
    outputs = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new FailedError(
      `${file} cannot be read as the outputs of a stack: write it with "pulumi stack output --json"`,
      { cause },
    );
  }
  const missing = names.filter((name) => typeof outputs[name] !== 'string');
  if (missing.length > 0) throw new FailedError(`${file} has no output ${missing.join(', ')}`);
  return outputs as unknown as Deployment;
}
