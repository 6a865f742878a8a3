/** Policies of API Management that this gateway refuses by name, and why. */
export const unsupportedPolicies: ReadonlyMap<string, string> = new Map([
  ['validate-azure-ad-token', "use validate-jwt with the tenant's OpenID configuration"],
  ['validate-client-certificate', 'the local gateway speaks plain HTTP'],
  ['validate-graphql-request', 'GraphQL APIs are not run here'],
  ['validate-headers', 'only validate-parameters and validate-content check messages here'],
  ['validate-status-code', 'only validate-parameters and validate-content check messages here'],
  ['validate-odata-request', 'OData APIs are not run here'],
  ['get-authorization-context', 'there is no credential manager here'],
  ['invoke-dapr-binding', 'there is no Dapr sidecar here'],
  ['publish-to-dapr', 'there is no Dapr sidecar here'],
  ['sql-data-source', 'GraphQL resolvers are not run here'],
  ['cosmosdb-data-source', 'GraphQL resolvers are not run here'],
  ['http-data-source', 'GraphQL resolvers are not run here'],
  ['publish-event', 'GraphQL subscriptions are not run here'],
  ['proxy', 'requests go out directly here'],
  ['xsl-transform', 'there is no XSLT here'],
  ['authentication-certificate', 'client certificates are not used here'],
  ['azure-openai-token-limit', 'model policies are not run here'],
  ['azure-openai-emit-token-metric', 'model policies are not run here'],
  ['azure-openai-semantic-cache-lookup', 'model policies are not run here'],
  ['azure-openai-semantic-cache-store', 'model policies are not run here'],
  ['llm-token-limit', 'model policies are not run here'],
  ['llm-emit-token-metric', 'model policies are not run here'],
  ['llm-semantic-cache-lookup', 'model policies are not run here'],
  ['llm-semantic-cache-store', 'model policies are not run here'],
  ['llm-content-safety', 'model policies are not run here'],
  ['cross-domain', 'it serves Flash and Silverlight, which are gone'],
  ['xml-to-json', 'XML bodies are not read here'],
  ['json-to-xml', 'XML bodies are not written here'],
  ['log-to-eventhub', 'there is no event hub here; use emit-metric or trace'],
]);

interface Unsupported {
  readonly feature: string;
  readonly answer: string;
}

const parts: readonly Unsupported[] = [
  { feature: 'XDocument, XElement, XmlDocument', answer: 'refused at load: expressions do not read XML' },
  {
    feature: 'X509Certificate2, context.Deployment.Certificates',
    answer: 'refused at load: there are no certificates here',
  },
  { feature: 'C# beyond version 7, tuples, await, checked, patterns in case', answer: 'refused at load, by name' },
  { feature: 'validate-content: content-type-map, schema-id, XML and SOAP', answer: 'refused at load' },
  { feature: 'validate-jwt: decryption-keys, keys by certificate-id', answer: 'refused at load' },
  { feature: 'set-backend-service: Service Fabric and Dapr attributes', answer: 'refused at load' },
  { feature: 'send-request: proxy, authentication-certificate', answer: 'refused at load' },
  { feature: 'caching-type="external"', answer: 'the built-in cache is used: there is no external one' },
  { feature: 'http-version="2"', answer: 'HTTP/1.1 is spoken to backends' },
  { feature: 'WebSocket, GraphQL and gRPC APIs', answer: 'not run' },
  { feature: 'context.User', answer: 'null: there are no users here' },
];

/** What the gateway refuses, for the page that lists it. */
export const unsupported: readonly Unsupported[] = [
  ...[...unsupportedPolicies].map(([name, why]) => ({ feature: `policy ${name}`, answer: `refused at load: ${why}` })),
  ...parts,
];
