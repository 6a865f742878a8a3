import type { Conditions } from './conditions.ts';
import type { PolicyFormat } from './policy-text.ts';

export interface ArmRequest extends Conditions {
  method: string;
  /** As the client wrote it, with its host. */
  url: URL;
  /** Media types that the client takes, in lower case. */
  accept: string;
  body: unknown;
}

export interface ArmAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent in the place of `body`. */
  text?: { type: string; value: string };
}

const policyTypes: Readonly<Record<PolicyFormat, string>> = {
  rawxml: 'application/vnd.ms-azure-apim.policy.raw+xml',
  xml: 'application/vnd.ms-azure-apim.policy+xml',
};

/** The format that a request wants policies in. */
export function policyFormatOf({ url, accept }: ArmRequest): PolicyFormat {
  const asked = url.searchParams.get('format')?.toLowerCase();
  if (asked === 'rawxml' || asked === 'xml') return asked;
  return !takesJson(accept) && accept.includes(policyTypes.rawxml) ? 'rawxml' : 'xml';
}

/** The media type of a bare policy document, for a client that takes that and no JSON. */
export function barePolicyType({ accept }: ArmRequest, format: PolicyFormat): string | undefined {
  return !takesJson(accept) && takesPolicies(accept) ? policyTypes[format] : undefined;
}

/** Whether a client says that it takes bare policy documents, too. */
export const takesPolicies = (accept: string): boolean =>
  Object.values(policyTypes).some((type) => accept.includes(type));

const takesJson = (accept: string): boolean => /application\/(?:json|\*)|\*\/\*/.test(accept);
