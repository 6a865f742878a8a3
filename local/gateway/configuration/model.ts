import type { Certificate } from '../certificate.ts';

/** Policy text and the file it came from. */
export interface PolicySource {
  text: string;
  file: string;
}

export interface NamedValue {
  name: string;
  displayName: string;
  /** Undefined for a secret whose value is not in the folder. */
  value: string | undefined;
  secret: boolean;
  tags: readonly string[];
}

export interface CircuitBreaker {
  name: string;
  /** Failures within the interval that trip it. */
  count: number;
  /** Milliseconds. */
  interval: number;
  statusRanges: readonly { min: number; max: number }[];
  /** Whether a connection that fails or times out counts. */
  countsErrors: boolean;
  /** Milliseconds. */
  tripDuration: number;
  acceptRetryAfter: boolean;
}

export interface PoolMember {
  backendId: string;
  weight: number;
  /** Lower goes first. */
  priority: number;
}

export interface Backend {
  name: string;
  title: string;
  url: string;
  /** Headers and query parameters that its credentials add. */
  headers: Readonly<Record<string, readonly string[]>>;
  query: Readonly<Record<string, readonly string[]>>;
  authorization: string | undefined;
  circuitBreaker: CircuitBreaker | undefined;
  pool: readonly PoolMember[];
  validateCertificate: boolean;
  /** Its client certificate: a name among the certificates, or a thumbprint. */
  certificate: { id: string } | { thumbprint: string } | undefined;
  proxy: { url: string; username: string | undefined; password: string | undefined } | undefined;
  /** As the resource manager has them, for those that read them there. */
  properties: Readonly<Record<string, unknown>>;
}

/** How the value of a parameter is written, by OpenAPI's names; `json` for one that is told by `content`. */
export interface ParameterStyle {
  name:
    | 'form'
    | 'simple'
    | 'label'
    | 'matrix'
    | 'spaceDelimited'
    | 'pipeDelimited'
    | 'tabDelimited'
    | 'deepObject'
    | 'json';
  explode: boolean;
}

export interface OperationParameter {
  name: string;
  required: boolean;
  type: string;
  /** Undefined where nothing says it: lists have commas, then, and objects are JSON. */
  style: ParameterStyle | undefined;
  values: readonly string[];
  /** The JSON schema of its value, with what it refers to. */
  schema: Readonly<Record<string, unknown>> | undefined;
  definition: string;
  gap: SchemaGap;
}

/** What the API's schema lacks of that which an operation names. */
type SchemaGap = 'no definitions' | 'no definition' | undefined;

/** A body that an operation describes: its schema, and an example for mock-response. */
export interface Representation {
  contentType: string;
  sample: string | undefined;
  /** The JSON schema, with what it refers to. */
  schema: Readonly<Record<string, unknown>> | undefined;
  /** An XML schema, or the WSDL that has it inside. */
  xmlSchema: string | undefined;
  /** What errors call the schema. */
  definition: string;
  gap: SchemaGap;
}

export interface OperationResponse {
  status: number;
  /** The status as described: `200`, `4XX`, `default`. */
  code: string;
  headers: readonly OperationParameter[];
  representations: readonly Representation[];
}

export interface Operation {
  id: string;
  name: string;
  method: string;
  urlTemplate: string;
  policy: PolicySource | undefined;
  parameters: {
    path: readonly OperationParameter[];
    query: readonly OperationParameter[];
    headers: readonly OperationParameter[];
  };
  request: readonly Representation[];
  responses: readonly OperationResponse[];
}

export interface Api {
  id: string;
  name: string;
  path: string;
  protocols: readonly string[];
  serviceUrl: string | undefined;
  subscriptionRequired: boolean;
  keyHeader: string;
  keyQuery: string;
  version: string;
  revision: string;
  isCurrent: boolean;
  versionScheme: 'Segment' | 'Query' | 'Header' | undefined;
  /** The header or query parameter of the version. */
  versionParameter: string;
  policy: PolicySource | undefined;
  operations: readonly Operation[];
}

export interface Product {
  id: string;
  name: string;
  subscriptionRequired: boolean;
  state: string;
  approvalRequired: boolean;
  subscriptionsLimit: number | undefined;
  policy: PolicySource | undefined;
  apis: readonly string[];
  /** The display names of the groups that see it. */
  groups: readonly string[];
}

export type SubscriptionState = 'active' | 'suspended' | 'submitted' | 'rejected' | 'cancelled' | 'expired';

export interface Subscription {
  name: string;
  displayName: string;
  /** `/products/ID`, `/apis/ID` or `/apis`. */
  scope: string;
  primaryKey: string;
  secondaryKey: string;
  state: SubscriptionState;
  createdDate: string;
  /** The id of the user it belongs to; none of a standalone subscription. */
  owner: string | undefined;
}

export interface Fragment {
  id: string;
  source: PolicySource;
}

/** A schema of the service, which `validate-content` and other schemas name by its id. */
export type Schema = { id: string; file: string; description: string } & (
  | { format: 'json'; document: Readonly<Record<string, unknown>> }
  | { format: 'xml'; text: string }
);

/** Everything a gateway runs: what a folder of artefacts, the stored changes and the overrides come to. */
export interface Configuration {
  serviceName: string;
  policy: PolicySource | undefined;
  apis: readonly Api[];
  products: readonly Product[];
  fragments: readonly Fragment[];
  namedValues: ReadonlyMap<string, NamedValue>;
  backends: ReadonlyMap<string, Backend>;
  subscriptions: ReadonlyMap<string, Subscription>;
  schemas: ReadonlyMap<string, Schema>;
  /** Undefined for one that the folder names without its content, as it does for those of a key vault. */
  certificates: ReadonlyMap<string, Certificate | undefined>;
  /** What of the folder is not served, and why. */
  notes: readonly string[];
}
