import type { PolicyResource, ReportViolation, ResourceValidationArgs, StackValidationArgs } from '@pulumi/policy';
import { resourceGuardrails } from '../policies/resource-guardrails.ts';
import { stackGuardrails } from '../policies/stack-guardrails.ts';
import type { Captured } from './capture.ts';

export type Resource = Pick<PolicyResource, 'type' | 'name' | 'props'> & { protect?: boolean; watches?: string[] };

/** Violations of one resource, as `guardrail: message`. */
export function violations({ type, name, props }: Resource): string[] {
  const found: string[] = [];
  for (const guardrail of resourceGuardrails) {
    const report: ReportViolation = (message) => found.push(`${guardrail.name}: ${message}`);
    const validate = guardrail.validateResource as (args: ResourceValidationArgs, report: ReportViolation) => void;
    validate({ type, name, props } as ResourceValidationArgs, report);
  }
  return found;
}

/** Violations of a whole stack. */
export async function stackViolations(resources: readonly Resource[]): Promise<string[]> {
  const known = new Map(
    resources.map((resource) => [
      resource.name,
      {
        ...resource,
        urn: resource.name,
        opts: { protect: resource.protect ?? false },
        propertyDependencies: {},
      } as unknown as PolicyResource,
    ]),
  );
  for (const { name, watches } of resources) {
    if (watches !== undefined)
      known.get(name)!.propertyDependencies = { resourceUri: watches.map((watched) => known.get(watched)!) };
  }
  const found: string[] = [];
  for (const guardrail of stackGuardrails) {
    const args = { resources: [...known.values()] } as unknown as StackValidationArgs;
    await guardrail.validateStack(args, (message) => found.push(`${guardrail.name}: ${message}`));
  }
  return found;
}

/** A captured resource as a policy sees it. */
export function asPolicyResource({ type, name, inputs, protect, inputsFrom }: Captured): Resource {
  const watches = inputsFrom['resourceUri'];
  return { type, name, props: inputs, protect, ...(watches !== undefined && { watches }) };
}
