import { GatewayResponse, type Exchange, type GatewayRequest, type LastError } from './exchange.ts';
import type { Api, Backend, Operation, Product, Subscription } from './configuration/model.ts';
import { certificateTypes } from './certificate-types.ts';
import { AnonymousObject, arrayWith } from './expressions/collections.ts';
import { netType, types } from './expressions/net-type.ts';
import { NetUri } from './expressions/net-uri.ts';
import { standardTypes } from './expressions/standard-types.ts';
import { DateTime, EnumValue, Guid, TimeSpan } from './expressions/time.ts';
import { TypeRegistry } from './expressions/type-registry.ts';
import { typeTable } from './expressions/type-table.ts';
import { dictionaryExtensions, HeaderDictionary, MapDictionary, QueryDictionary } from './host-dictionaries.ts';
import { bodyTypes, type MessageBody, messageBody } from './message-body.ts';
import { RequestUrl } from './request-url.ts';
import { jwtTypes } from './jwt-types.ts';
import { stringExtensions } from './string-extensions.ts';
import { Group, User, userTypes } from './user-types.ts';
import { ValidationError, validationErrorType } from './validation/validation-error.ts';

const certificate = netType('X509Certificate2');

/** `context.LastError`, which JSON shows part by part. */
class ShownError extends AnonymousObject {
  constructor(error: LastError) {
    super(
      new Map([
        ['Source', error.source],
        ['Reason', error.reason],
        ['Message', error.message],
        ['Scope', error.scope],
        ['Section', error.section],
        ['Path', error.path],
        ['PolicyId', error.policyId],
      ]),
      netType('ILastError'),
    );
  }
}

const errorPart = (name: string) => (error: ShownError) => error.members.get(name);

const contextType = typeTable('interface IProxyRequestContext', {
  'Request: IRequest': (exchange: Exchange) => exchange.request,
  'Response: ContextResponse': (exchange: Exchange) => exchange.response,
  'Variables: IReadOnlyDictionary<string, object>': (exchange: Exchange) =>
    new MapDictionary(exchange.variables, types.object),
  'Subscription: ISubscription': (exchange: Exchange) => exchange.subscription,
  'Product: IProduct': (exchange: Exchange) => exchange.product,
  'Api: IApi': (exchange: Exchange) => exchange.api,
  'Operation: IOperation': (exchange: Exchange) => exchange.operation,
  'Backend: IBackend': ({ target, program }: Exchange) => program.backends.get(target.backendId ?? '') ?? null,
  // A workspace runs in a gateway of its own, which knows nothing of it.
  'Workspace: IWorkspace': () => null,
  'Deployment: IDeployment': (exchange: Exchange) => exchange.program,
  'User: IUser': ({ subscription }: Exchange) =>
    subscription?.owner === undefined ? null : new User(subscription.owner),
  'LastError: ILastError': ({ lastError }: Exchange) => (lastError ? new ShownError(lastError) : null),
  'Elapsed: TimeSpan': (exchange: Exchange) => TimeSpan.fromMilliseconds(exchange.runtime.now() - exchange.startedAt),
  'RequestId: Guid': (exchange: Exchange) => new Guid(exchange.requestId),
  'Timestamp: DateTime': (exchange: Exchange) => DateTime.fromMilliseconds(exchange.startedAt),
  'Tracing: bool': (exchange: Exchange) => exchange.trace !== undefined,
  'Trace(string message): void': (exchange: Exchange, message: string) =>
    exchange.trace?.note(exchange.section, 'context.Trace', message),
  'Trace(string source, object message): void': (exchange: Exchange, source: string, message: unknown) =>
    exchange.trace?.note(exchange.section, source, String(message)),
});

const requestType = typeTable('interface IRequest', {
  'Method: string': (request: GatewayRequest) => request.method,
  'Url: IUrl': (request: GatewayRequest) => request.url,
  'OriginalUrl: IUrl': (request: GatewayRequest) => request.originalUrl,
  'Headers: IReadOnlyDictionary<string, string[]>': (request: GatewayRequest) => new HeaderDictionary(request.headers),
  'Body: IMessageBody': (request: GatewayRequest) => messageBody(request.body, request.headers),
  'IpAddress: string': (request: GatewayRequest) => request.ip,
  'MatchedParameters: IReadOnlyDictionary<string, string>': (request: GatewayRequest) =>
    new MapDictionary(request.matchedParameters, types.string),
  'Certificate: X509Certificate2': () => null,
  'PrivateEndpointConnection: IPrivateEndpointConnection': () => null,
});

const responseMembers = {
  'StatusCode: int': (response: GatewayResponse) => response.status,
  'StatusReason: string': (response: GatewayResponse) => response.reason,
  'Headers: IReadOnlyDictionary<string, string[]>': (response: GatewayResponse) =>
    new HeaderDictionary(response.headers),
  'Body: IMessageBody': (response: GatewayResponse): MessageBody | null => messageBody(response.body, response.headers),
};
const responseType = typeTable('interface IResponse', responseMembers);
/** `context.Response`, told apart from responses in variables, because only its body may still be on its way. */
const contextResponseType = typeTable('interface ContextResponse : IResponse', responseMembers);

const urlType = typeTable('interface IUrl', {
  'Scheme: string': (url: RequestUrl) => url.scheme,
  'Host: string': (url: RequestUrl) => url.host,
  'Port: int': (url: RequestUrl) => url.port,
  'Path: string': (url: RequestUrl) => url.path,
  'QueryString: string': (url: RequestUrl) => url.search,
  'Query: IReadOnlyDictionary<string, string[]>': (url: RequestUrl) => new QueryDictionary(url),
  'ToString(): string': (url: RequestUrl) => url.toString(),
  'ToUri(): Uri': (url: RequestUrl) => new NetUri(url.toString()),
});

const backendTypes = ['Single', 'Pool'].map((name, value) => new EnumValue('BackendType', name, value));
const productStates = ['NotPublished', 'Published'].map((name, value) => new EnumValue('ProductState', name, value));

const hostTypes = [
  [contextType],
  [requestType],
  [responseType, GatewayResponse],
  [contextResponseType],
  [urlType, RequestUrl],
  [dictionaryExtensions],
  [stringExtensions],
  [
    typeTable('interface IPrivateEndpointConnection', {
      'Name: string': () => null,
      'GroupId: string': () => null,
      'MemberName: string': () => null,
    }),
  ],
  [
    typeTable('interface ISubscription', {
      'Id: string': (subscription: Subscription) => subscription.name,
      'Name: string': (subscription: Subscription) => subscription.displayName,
      'Key: string': (subscription: Subscription) => subscription.primaryKey,
      'PrimaryKey: string': (subscription: Subscription) => subscription.primaryKey,
      'SecondaryKey: string': (subscription: Subscription) => subscription.secondaryKey,
      'CreatedDate: DateTime': (subscription: Subscription) =>
        DateTime.fromMilliseconds(Date.parse(subscription.createdDate)),
      'StartDate: DateTime?': () => null,
      'EndDate: DateTime?': () => null,
    }),
  ],
  [
    typeTable('interface IProduct', {
      'Id: string': (product: Product) => product.id,
      'Name: string': (product: Product) => product.name,
      'State: ProductState': (product: Product) => productStates[product.state === 'notPublished' ? 0 : 1],
      'SubscriptionRequired: bool': (product: Product) => product.subscriptionRequired,
      'ApprovalRequired: bool': (product: Product) => product.approvalRequired,
      'SubscriptionsLimit: int?': (product: Product) => product.subscriptionsLimit ?? null,
      'Groups: IEnumerable<IGroup>': ({ groups }: Product) =>
        arrayWith(
          groups.map((name) => new Group(name)),
          netType('IGroup'),
        ),
    }),
  ],
  [typeTable('interface IWorkspace', { 'Id: string': () => null, 'Name: string': () => null })],
  [
    typeTable('interface IBackend', {
      'Id: string': (backend: Backend) => backend.name,
      'Type: BackendType': (backend: Backend) => backendTypes[backend.pool.length === 0 ? 0 : 1],
      'AzureRegion: string': () => null,
    }),
  ],
  [
    typeTable(
      'enum BackendType : Enum',
      Object.fromEntries(backendTypes.map((type) => [`const ${type.name}: BackendType`, () => type])),
    ),
  ],
  [
    typeTable(
      'enum ProductState : Enum',
      Object.fromEntries(productStates.map((state) => [`const ${state.name}: ProductState`, () => state])),
    ),
  ],
  [
    typeTable('interface IApi', {
      'Id: string': (api: Api) => api.id,
      'Name: string': (api: Api) => api.name,
      'Path: string': (api: Api) => api.path,
      'Protocols: IEnumerable<string>': (api: Api) => arrayWith([...api.protocols], types.string),
      'Version: string': (api: Api) => api.version,
      'Revision: string': (api: Api) => api.revision,
      'IsCurrentRevision: bool': (api: Api) => api.isCurrent,
      'ServiceUrl: IUrl': (api: Api) => (api.serviceUrl === undefined ? null : RequestUrl.parse(api.serviceUrl)),
      'SubscriptionKeyParameterNames: ISubscriptionKeyParameterNames': (api: Api) => api,
    }),
  ],
  [
    typeTable('interface ISubscriptionKeyParameterNames', {
      'Header: string': (api: Api) => api.keyHeader,
      'Query: string': (api: Api) => api.keyQuery,
    }),
  ],
  [
    typeTable('interface IOperation', {
      'Id: string': (operation: Operation) => operation.id,
      'Name: string': (operation: Operation) => operation.name,
      'Method: string': (operation: Operation) => operation.method,
      'UrlTemplate: string': (operation: Operation) => operation.urlTemplate,
    }),
  ],
  [
    typeTable('interface IDeployment', {
      'Region: string': () => 'local',
      'ServiceName: string': (program: Exchange['program']) => program.configuration.serviceName,
      'ServiceId: string': (program: Exchange['program']) => program.configuration.serviceName,
      'GatewayId: string': () => 'managed',
      'Certificates: IReadOnlyDictionary<string, X509Certificate2>': (program: Exchange['program']) =>
        new MapDictionary(new Map([...program.configuration.certificates].filter(([, one]) => one)), certificate),
      'Gateway: IGateway': () => 'managed',
    }),
  ],
  [
    typeTable('interface IGateway', {
      'Id: string': (id: string) => id,
      'InstanceId: string': () => 'local',
      'IsManaged: bool': () => true,
    }),
  ],
  ...userTypes,
  [
    typeTable('interface ILastError', {
      'Source: string': errorPart('Source'),
      'Reason: string': errorPart('Reason'),
      'Message: string': errorPart('Message'),
      'Scope: string': errorPart('Scope'),
      'Section: string': errorPart('Section'),
      'Path: string': errorPart('Path'),
      'PolicyId: string': errorPart('PolicyId'),
    }),
  ],
  [validationErrorType, ValidationError],
  ...bodyTypes,
  ...jwtTypes,
  ...certificateTypes,
] as const;

/** The types of policy expressions: .NET's and those of `context`. */
export const expressionTypes = new TypeRegistry([...standardTypes, ...hostTypes]);
