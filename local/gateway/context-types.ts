import { GatewayResponse, type Exchange, type GatewayRequest, type LastError } from './exchange.ts';
import type { Api, Operation, Product, Subscription } from './configuration/model.ts';
import { ExpressionError } from './errors.ts';
import { certificateTypes } from './certificate-types.ts';
import { castTo } from './expressions/conversions.ts';
import { standardTypes } from './expressions/standard-types.ts';
import { NetUri } from './expressions/net-uri.ts';
import { DateTime, Guid, TimeSpan } from './expressions/time.ts';
import { TypeRegistry } from './expressions/type-registry.ts';
import { typeTable } from './expressions/type-table.ts';
import { zeroOf } from './expressions/types/lists.ts';
import { Headers } from './headers.ts';
import { bodyTypes, type MessageBody, messageBody } from './message-body.ts';
import { RequestUrl } from './request-url.ts';
import { jwtTypes } from './jwt-types.ts';
import { stringExtensions } from './string-extensions.ts';
import { User, userTypes } from './user-types.ts';
import { ValidationError, validationErrorType } from './validation/validation-error.ts';

type Out = (value: unknown) => void;
type Variables = ReadonlyMap<string, unknown>;

const contextType = typeTable('IProxyRequestContext', {
  'Request: IRequest': (exchange: Exchange) => exchange.request,
  'Response: ContextResponse': (exchange: Exchange) => exchange.response,
  'Variables: ContextVariables': (exchange: Exchange) => exchange.variables,
  'Subscription: ISubscription': (exchange: Exchange) => exchange.subscription,
  'Product: IProduct': (exchange: Exchange) => exchange.product,
  'Api: IApi': (exchange: Exchange) => exchange.api,
  'Operation: IOperation': (exchange: Exchange) => exchange.operation,
  'Deployment: IDeployment': (exchange: Exchange) => exchange.program,
  'User: IUser': ({ subscription }: Exchange) =>
    subscription?.owner === undefined ? null : new User(subscription.owner),
  'LastError: ILastError': (exchange: Exchange) => exchange.lastError,
  'Elapsed: TimeSpan': (exchange: Exchange) => TimeSpan.fromMilliseconds(exchange.runtime.now() - exchange.startedAt),
  'RequestId: Guid': (exchange: Exchange) => new Guid(exchange.requestId),
  'Timestamp: DateTime': (exchange: Exchange) => DateTime.fromMilliseconds(exchange.startedAt),
  'Tracing: bool': (exchange: Exchange) => exchange.trace !== undefined,
  'Trace(string message): void': (exchange: Exchange, message: string) =>
    exchange.trace?.note(exchange.section, 'context.Trace', message),
  'Trace(string source, object message): void': (exchange: Exchange, source: string, message: unknown) =>
    exchange.trace?.note(exchange.section, source, String(message)),
});

const requestType = typeTable('IRequest', {
  'Method: string': (request: GatewayRequest) => request.method,
  'Url: IUrl': (request: GatewayRequest) => request.url,
  'OriginalUrl: IUrl': (request: GatewayRequest) => request.originalUrl,
  'Headers: HeaderDictionary': (request: GatewayRequest) => request.headers,
  'Body: IMessageBody': (request: GatewayRequest) => messageBody(request.body, request.headers),
  'IpAddress: string': (request: GatewayRequest) => request.ip,
  'MatchedParameters: StringDictionary': (request: GatewayRequest) => request.matchedParameters,
  'Certificate: X509Certificate2': () => null,
  'PrivateEndpointConnection: object': () => null,
});

const responseMembers = {
  'StatusCode: int': (response: GatewayResponse) => response.status,
  'StatusReason: string': (response: GatewayResponse) => response.reason,
  'Headers: HeaderDictionary': (response: GatewayResponse) => response.headers,
  'Body: IMessageBody': (response: GatewayResponse): MessageBody | null => messageBody(response.body, response.headers),
};
const responseType = typeTable('IResponse', responseMembers);
/** `context.Response`, told apart from responses in variables, because only its body may still be on its way. */
const contextResponseType = typeTable('ContextResponse', responseMembers, 'IResponse');

const headersType = typeTable(
  'HeaderDictionary',
  {
    'this[string name]: List': (headers: Headers, name: string) => {
      const found = headers.values(name);
      if (!found) throw new ExpressionError('KeyNotFoundException', 'The given key was not present in the dictionary.');
      return [...found];
    },
    'GetValueOrDefault(string name, string fallback?): string': (
      headers: Headers,
      name: string,
      fallback: string | null = null,
    ) => headers.get(name) ?? fallback,
    'ContainsKey(string name): bool': (headers: Headers, name: string) => headers.has(name),
    'TryGetValue(string name, out value): bool': (headers: Headers, name: string, set: Out) => {
      const found = headers.values(name);
      set(found ? [...found] : null);
      return found !== undefined;
    },
    'Keys: List': (headers: Headers) => headers.names(),
    'Values: List': (headers: Headers) => headers.toNetItems().map(({ value }) => value),
    'Count: int': (headers: Headers) => headers.names().length,
  },
  'IEnumerable',
);

const urlType = typeTable('IUrl', {
  'Scheme: string': (url: RequestUrl) => url.scheme,
  'Host: string': (url: RequestUrl) => url.host,
  'Port: int': (url: RequestUrl) => url.port,
  'Path: string': (url: RequestUrl) => url.path,
  'QueryString: string': (url: RequestUrl) => url.search,
  'Query: QueryDictionary': (url: RequestUrl) => url,
  'ToString(): string': (url: RequestUrl) => url.toString(),
  'ToUri(): Uri': (url: RequestUrl) => new NetUri(url.toString()),
});

/** An address stands for its own query. */
const queryType = typeTable(
  'QueryDictionary',
  {
    'this[string name]: List': (url: RequestUrl, name: string) => {
      const found = url.values(name);
      if (found.length === 0)
        throw new ExpressionError('KeyNotFoundException', 'The given key was not present in the dictionary.');
      return found;
    },
    'GetValueOrDefault(string name, string fallback?): string': (
      url: RequestUrl,
      name: string,
      fallback: string | null = null,
    ) => {
      const found = url.values(name);
      return found.length === 0 ? fallback : found.join(',');
    },
    'ContainsKey(string name): bool': (url: RequestUrl, name: string) => url.values(name).length > 0,
    'TryGetValue(string name, out value): bool': (url: RequestUrl, name: string, set: Out) => {
      const found = url.values(name);
      set(found.length ? found : null);
      return found.length > 0;
    },
    'Count: int': (url: RequestUrl) => queryNames(url).length,
    'Keys: List': queryNames,
  },
  'IEnumerable',
);

function queryNames(url: RequestUrl): unknown[] {
  return url.toNetItems().map(({ key }) => key);
}

const variablesType = typeTable(
  'ContextVariables',
  {
    'this[string name]: object': (variables: Variables, name: string) => {
      if (!variables.has(name))
        throw new ExpressionError('KeyNotFoundException', 'The given key was not present in the dictionary.');
      return variables.get(name);
    },
    'GetValueOrDefault<T>(string name, object fallback?): T': (
      variables: Variables,
      type: string | undefined,
      types: TypeRegistry,
      name: string,
      fallback?: unknown,
    ) => {
      const found = variables.get(name);
      if (found === undefined || found === null) return fallback === undefined ? zeroOf(type) : fallback;
      return type === undefined ? found : castTo(type, found, types, true);
    },
    'ContainsKey(string name): bool': (variables: Variables, name: string) => variables.has(name),
    'TryGetValue(string name, out value): bool': (variables: Variables, name: string, set: Out) => {
      set(variables.get(name) ?? null);
      return variables.has(name);
    },
    'Keys: List': (variables: Variables) => [...variables.keys()],
    'Count: int': (variables: Variables) => variables.size,
  },
  'IEnumerable',
);

const matchedType = typeTable(
  'StringDictionary',
  {
    'this[string name]: string': (values: ReadonlyMap<string, string>, name: string) => {
      const found = values.get(name);
      if (found === undefined)
        throw new ExpressionError('KeyNotFoundException', 'The given key was not present in the dictionary.');
      return found;
    },
    'GetValueOrDefault(string name, string fallback?): string': (
      values: ReadonlyMap<string, string>,
      name: string,
      fallback: string | null = null,
    ) => values.get(name) ?? fallback,
    'ContainsKey(string name): bool': (values: ReadonlyMap<string, string>, name: string) => values.has(name),
    'Count: int': (values: ReadonlyMap<string, string>) => values.size,
    'Keys: List': (values: ReadonlyMap<string, string>) => [...values.keys()],
  },
  'IEnumerable',
);

const hostTypes = [
  [contextType],
  [requestType],
  [responseType, GatewayResponse],
  [contextResponseType],
  [headersType, Headers],
  [urlType, RequestUrl],
  [queryType],
  [variablesType],
  [matchedType],
  [
    typeTable('ISubscription', {
      'Id: string': (subscription: Subscription) => subscription.name,
      'Name: string': (subscription: Subscription) => subscription.displayName,
      'Key: string': (subscription: Subscription) => subscription.primaryKey,
      'PrimaryKey: string': (subscription: Subscription) => subscription.primaryKey,
      'SecondaryKey: string': (subscription: Subscription) => subscription.secondaryKey,
      'CreatedDate: DateTime': (subscription: Subscription) =>
        DateTime.fromMilliseconds(Date.parse(subscription.createdDate)),
      'StartDate: object': () => null,
      'EndDate: object': () => null,
    }),
  ],
  [
    typeTable('IProduct', {
      'Id: string': (product: Product) => product.id,
      'Name: string': (product: Product) => product.name,
      'State: string': (product: Product) => product.state,
      'SubscriptionRequired: bool': (product: Product) => product.subscriptionRequired,
    }),
  ],
  [
    typeTable('IApi', {
      'Id: string': (api: Api) => api.id,
      'Name: string': (api: Api) => api.name,
      'Path: string': (api: Api) => api.path,
      'Version: string': (api: Api) => api.version,
      'Revision: string': (api: Api) => api.revision,
      'IsCurrentRevision: bool': (api: Api) => api.isCurrent,
      'ServiceUrl: IUrl': (api: Api) => (api.serviceUrl === undefined ? null : RequestUrl.parse(api.serviceUrl)),
    }),
  ],
  [
    typeTable('IOperation', {
      'Id: string': (operation: Operation) => operation.id,
      'Name: string': (operation: Operation) => operation.name,
      'Method: string': (operation: Operation) => operation.method,
      'UrlTemplate: string': (operation: Operation) => operation.urlTemplate,
    }),
  ],
  [
    typeTable('IDeployment', {
      'Region: string': () => 'local',
      'ServiceName: string': (program: Exchange['program']) => program.configuration.serviceName,
      'ServiceId: string': (program: Exchange['program']) => program.configuration.serviceName,
      'GatewayId: string': () => 'managed',
      'Certificates: CertificateDictionary': (program: Exchange['program']) =>
        new Map([...program.configuration.certificates].filter(([, certificate]) => certificate)),
      'Gateway: IGateway': () => 'managed',
    }),
  ],
  [
    typeTable('IGateway', {
      'Id: string': (id: string) => id,
      'InstanceId: string': () => 'local',
      'IsManaged: bool': () => true,
    }),
  ],
  ...userTypes,
  [
    typeTable('ILastError', {
      'Source: string': (error: LastError) => error.source,
      'Reason: string': (error: LastError) => error.reason,
      'Message: string': (error: LastError) => error.message,
      'Scope: string': (error: LastError) => error.scope,
      'Section: string': (error: LastError) => error.section,
      'Path: string': (error: LastError) => error.path,
      'PolicyId: string': (error: LastError) => error.policyId,
    }),
  ],
  [validationErrorType, ValidationError],
  ...bodyTypes,
  ...jwtTypes,
  ...certificateTypes,
] as const;

/** The types of policy expressions: .NET's and those of `context`. */
export const expressionTypes = new TypeRegistry(
  [...standardTypes, ...hostTypes].map((entry) =>
    entry[0].name === 'string' ? ([stringExtensions(entry[0]), ...entry.slice(1)] as const) : entry,
  ),
);
