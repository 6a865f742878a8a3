/** Policies of API Management that this gateway refuses by name, and why. */
export const unsupportedPolicies: ReadonlyMap<string, string> = new Map([
  ['validate-client-certificate', 'the local gateway speaks plain HTTP'],
  ['validate-graphql-request', 'GraphQL APIs are not run here'],
  ['validate-odata-request', 'OData APIs are not run here'],
  ['get-authorization-context', 'there is no credential manager here'],
  ['invoke-dapr-binding', 'there is no Dapr sidecar here'],
  ['publish-to-dapr', 'there is no Dapr sidecar here'],
  ['sql-data-source', 'GraphQL resolvers are not run here'],
  ['cosmosdb-data-source', 'GraphQL resolvers are not run here'],
  ['http-data-source', 'GraphQL resolvers are not run here'],
  ['publish-event', 'GraphQL subscriptions are not run here'],
  ['xsl-transform', 'there is no XSLT here'],
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
  ['cache-value', 'use cache-lookup-value and cache-store-value'],
  ['invoke-request', 'use send-request'],
  ['send-service-bus-message', 'there is no sender of messages here; use send-request'],
]);

interface Unsupported {
  readonly feature: string;
  readonly answer: string;
}

/** What else the gateway does not do, for the page that lists it: policies and their parts are in a table of their own. */
export const unsupported: readonly Unsupported[] = [
  { feature: 'XmlDocument, XmlReader, XPath', answer: 'refused at load: use XDocument and XElement' },
  { feature: 'C# beyond version 7, tuples, await, checked, patterns in case', answer: 'refused at load, by name' },
  { feature: 'WebSocket, GraphQL and gRPC APIs', answer: 'not run; a WebSocket handshake is refused with 400' },
  {
    feature: 'context.User',
    answer: 'the owner of the subscription (ownerId) with a made-up name, in the built-in groups; else null',
  },
];
