import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import http, { type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayState } from './administration/gateway-state.ts';
import { localCertificate } from './administration/local-certificate.ts';
import { openManagementPort, type ManagementPort } from './administration/management-port.ts';
import { managementHandler } from './administration/management-server.ts';
import type { Cancellation } from './cancellation.ts';
import { BreakerBox } from './circuit-breaker.ts';
import { loadFolder } from './configuration/load-folder.ts';
import { missingNotes } from './configuration/notes.ts';
import type { Overrides } from './configuration/overrides.ts';
import { FixedCounters } from './fixed-counters.ts';
import { LocalIssuer } from './local-issuer.ts';
import { EventLog } from './event-log.ts';
import { MetricLog } from './metric-log.ts';
import { OpenIdDirectory } from './open-id.ts';
import { refuseUnreadable } from './refusals.ts';
import { requestHandler } from './request-handler.ts';
import { ResponseCache } from './response-cache.ts';
import type { Runtime } from './runtime.ts';
import { TraceStore } from './trace-store.ts';
import { SlidingCounters } from './sliding-counters.ts';
import { createSender } from './upstream.ts';
import { checkSchemas } from './validation/check-schemas.ts';
import { SchemaValidator } from './validation/schema-validator.ts';

interface GatewayOptions {
  /** The folder of artefacts. */
  apim: string;
  /** 0 takes a free port. */
  port: number;
  overrides?: Overrides;
  /** Opens the administration on this port; 0 takes a free one. */
  managementPort?: number;
  /** Where changes made by the administration are kept, and its certificate. */
  data?: string;
  /** Traces every request. */
  trace?: boolean;
  now?: () => number;
  random?: () => number;
  /** Waits milliseconds, or until the client is gone. */
  sleep?: Runtime['sleep'];
  /** Milliseconds for which a client may hold back the head of a request. */
  headPatience?: number;
  /** Milliseconds for which a client may hold back a body that policies wait for. */
  bodyPatience?: number;
  /** Milliseconds that the check of one body against a schema may take. */
  validationPatience?: number;
}

export interface Gateway {
  url: string;
  /** Where the administration listens, over http; https works there, too. Undefined without a management port. */
  management: string | undefined;
  /** PEM file of the authority that vouches for the administration's https. */
  authorityFile: string | undefined;
  /** What the administration wants as a bearer token. */
  operatorToken: string;
  /** What of the folder is not served, and what is missing, for whoever starts it. */
  notes: readonly string[];
  close(): Promise<void>;
}

const HEAD_PATIENCE_MS = 60_000;
const BODY_PATIENCE_MS = 10_000;
const VALIDATION_PATIENCE_MS = 5_000;

/** Starts a gateway on 127.0.0.1. Throws LoadError or ConfigurationError for artefacts that cannot run. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const runtime = createRuntime(options);
  const state = new GatewayState(loadFolder(options.apim), options.overrides ?? {}, options.data);
  const headersTimeout = options.headPatience ?? HEAD_PATIENCE_MS;
  const server = http.createServer(
    {
      keepAliveTimeout: 65_000,
      requestTimeout: 0,
      // Not limited by itself when whole requests are not.
      headersTimeout,
      connectionsCheckingInterval: headersTimeout / 2,
      // Without a Host header Node would answer by itself, and without a body.
      requireHostHeader: false,
    },
    requestHandler(runtime, () => state.program),
  );
  refuseUnreadable(server);
  const operatorToken = options.overrides?.operatorToken ?? randomUUID();
  let management: Management | undefined;
  const close = async () => {
    await Promise.all([closeServer(server), management?.close()]);
    runtime.sender.close();
    runtime.validator.close();
  };
  try {
    await checkSchemas(state.program.configuration.schemas.values(), runtime.validator);
    const url = await listen(server, options.port);
    if (options.managementPort !== undefined)
      management = await openManagement(options, managementHandler(state, runtime, operatorToken), runtime.now);
    runtime.identity.issuer = management?.url ?? url;
    const { configuration } = state.program;
    const notes = [...configuration.notes, ...missingNotes(configuration)];
    return { url, management: management?.url, authorityFile: management?.authorityFile, operatorToken, notes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Management extends ManagementPort {
  authorityFile: string;
}

async function openManagement(
  { data, managementPort = 0 }: GatewayOptions,
  handler: RequestListener,
  now: () => number,
): Promise<Management> {
  const folder = data ?? mkdtempSync(join(tmpdir(), 'gateway-certificate-'));
  const forget = () => {
    if (data === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    let certificate = await localCertificate(folder, now());
    const { authorityFile } = certificate;
    const current = async () => {
      if (now() >= certificate.renewAt) certificate = await localCertificate(folder, now());
      return certificate;
    };
    const port = await openManagementPort(managementPort, handler, certificate, current);
    const close = async () => {
      await port.close();
      forget();
    };
    return { ...port, close, authorityFile };
  } catch (error) {
    forget();
    throw error;
  }
}

function createRuntime(options: GatewayOptions): Runtime {
  const now = options.now ?? Date.now;
  const sender = createSender(options.overrides?.certificateAuthorities);
  return {
    now,
    random: options.random ?? Math.random,
    sender,
    openId: new OpenIdDirectory(sender, now),
    entraAuthority: options.overrides?.entraAuthority,
    identity: new LocalIssuer(now, options.overrides?.identities),
    rates: new SlidingCounters(now),
    quotas: new FixedCounters(now),
    breakers: new BreakerBox(now),
    caches: { internal: new ResponseCache(now), external: new ResponseCache(now) },
    traces: new TraceStore(),
    metrics: new MetricLog(),
    events: new EventLog(),
    validator: new SchemaValidator(options.validationPatience ?? VALIDATION_PATIENCE_MS),
    bodyPatience: options.bodyPatience ?? BODY_PATIENCE_MS,
    tracing: options.trace ?? false,
    sleep: options.sleep ?? sleep,
  };
}

function sleep(milliseconds: number, client: Cancellation): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, milliseconds);
    const forget = client.subscribe(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
