import type { Policy } from '../policy.ts';
import { authenticationBasic } from './authentication-basic.ts';
import { authenticationCertificate } from './authentication-certificate.ts';
import { authenticationManagedIdentity } from './authentication-managed-identity.ts';
import { cacheLookup } from './cache-lookup.ts';
import { cacheStore } from './cache-store.ts';
import { cacheLookupValue, cacheRemoveValue, cacheStoreValue } from './cache-value.ts';
import { checkHeader } from './check-header.ts';
import { choose } from './choose.ts';
import { cors } from './cors.ts';
import { emitMetric } from './emit-metric.ts';
import { findAndReplace } from './find-and-replace.ts';
import { forwardRequest } from './forward-request.ts';
import { includeFragment } from './include-fragment.ts';
import { ipFilter } from './ip-filter.ts';
import { jsonp } from './jsonp.ts';
import { jsonToXml } from './json-to-xml.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { logToEventhub } from './log-to-eventhub.ts';
import { mockResponse } from './mock-response.ts';
import { proxy } from './proxy.ts';
import { quota } from './quota.ts';
import { quotaByKey } from './quota-by-key.ts';
import { rateLimit } from './rate-limit.ts';
import { rateLimitByKey } from './rate-limit-by-key.ts';
import { redirectContentUrls } from './redirect-content-urls.ts';
import { retry } from './retry.ts';
import { returnResponse } from './return-response.ts';
import { rewriteUri } from './rewrite-uri.ts';
import { sendOneWayRequest } from './send-one-way-request.ts';
import { sendRequest } from './send-request.ts';
import { setBackendService } from './set-backend-service.ts';
import { setBody } from './set-body.ts';
import { setHeader } from './set-header.ts';
import { setMethod } from './set-method.ts';
import { setQueryParameter } from './set-query-parameter.ts';
import { setStatus } from './set-status.ts';
import { setVariable } from './set-variable.ts';
import { trace } from './trace.ts';
import { validateAzureAdToken } from './validate-azure-ad-token.ts';
import { validateContent } from './validate-content.ts';
import { validateHeaders } from './validate-headers.ts';
import { validateJwt } from './validate-jwt.ts';
import { validateParameters } from './validate-parameters.ts';
import { validateStatusCode } from './validate-status-code.ts';
import { wait } from './wait.ts';
import { xmlToJson } from './xml-to-json.ts';

/** The policies that run. One line adds one. */
export const policies: ReadonlyMap<string, Policy> = new Map(
  [
    authenticationBasic,
    authenticationCertificate,
    authenticationManagedIdentity,
    cacheLookup,
    cacheStore,
    cacheLookupValue,
    cacheRemoveValue,
    cacheStoreValue,
    checkHeader,
    choose,
    cors,
    emitMetric,
    findAndReplace,
    forwardRequest,
    includeFragment,
    ipFilter,
    jsonp,
    jsonToXml,
    limitConcurrency,
    logToEventhub,
    mockResponse,
    proxy,
    quota,
    quotaByKey,
    rateLimit,
    rateLimitByKey,
    redirectContentUrls,
    retry,
    returnResponse,
    rewriteUri,
    sendOneWayRequest,
    sendRequest,
    setBackendService,
    setBody,
    setHeader,
    setMethod,
    setQueryParameter,
    setStatus,
    setVariable,
    trace,
    validateAzureAdToken,
    validateContent,
    validateHeaders,
    validateJwt,
    validateParameters,
    validateStatusCode,
    wait,
    xmlToJson,
  ].map((policy) => [policy.name, policy]),
);
