import { withCredentials } from './backend-credentials.ts';
import type { Certificate } from './certificate.ts';
import {
  compileDocument,
  parseFragment,
  type CompiledDocument,
  type CompiledSection,
  type Fragments,
} from './compile-document.ts';
import type {
  Api,
  Backend,
  Configuration,
  Operation,
  PolicySource,
  Product,
  Subscription,
} from './configuration/model.ts';
import { isSameName, NameMap } from './configuration/name-map.ts';
import type { LoadError } from './errors.ts';
import { ConfigurationError, PolicyError } from './errors.ts';
import { byDisplayName, substitute } from './named-values.ts';
import { sections, type ScopeName, type Section } from './policy.ts';
import { Router } from './router.ts';
import { sequence, type CompiledPolicy } from './sequence.ts';
import type { Step } from './policy.ts';

/** What runs for one operation under one product: a step for each section. */
export interface Plan extends Readonly<Record<Section, Step>> {
  /** The policies of inbound, for those that look before they run (cors). */
  inboundPolicies: readonly CompiledPolicy[];
  /** What of outbound still runs when the answer came from the cache. */
  outboundAfterCache: Step;
}

/** The service's policy where a folder has none: what every instance has until somebody changes it. */
const initialPolicy: PolicySource = {
  text: '<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>',
  file: 'policy.xml',
};

/** Documents compiled before, by their text: a switched named value recompiles only what mentions it. */
export type DocumentCache = Map<string, CompiledDocument>;

/** A configuration, compiled. It never changes: a new configuration is a new program, swapped in between requests. */
export class Program {
  readonly configuration: Configuration;
  readonly router: Router;
  readonly documents: DocumentCache = new Map();
  /** With their credentials filled in. */
  readonly backends: ReadonlyMap<string, Backend>;
  readonly #global: CompiledDocument;
  readonly #compiled = new Map<object, CompiledDocument>();
  readonly #plans = new Map<string, Plan>();
  readonly #byKey = new Map<string, Subscription>();
  readonly #products: ReadonlyMap<string, Product>;

  /** Throws ConfigurationError with everything that is wrong. */
  constructor(configuration: Configuration, earlier: DocumentCache = new Map()) {
    this.configuration = configuration;
    this.router = new Router(configuration.apis);
    this.#products = new NameMap(configuration.products.map((product) => [product.id, product]));
    const problems: LoadError[] = [];
    const compile = documentCompiler(configuration, earlier, this.documents, problems);
    this.#global = compile(configuration.policy ?? initialPolicy, 'service');
    for (const product of configuration.products) this.#keep(product, compile, 'product');
    for (const api of configuration.apis) {
      this.#keep(api, compile, 'api');
      for (const operation of api.operations) this.#keep(operation, compile, 'operation');
    }
    this.backends = backendsOf(configuration, problems);
    if (problems.length) throw new ConfigurationError(distinct(problems));
    for (const subscription of configuration.subscriptions.values()) {
      if (subscription.primaryKey) this.#byKey.set(subscription.primaryKey, subscription);
      if (subscription.secondaryKey) this.#byKey.set(subscription.secondaryKey, subscription);
    }
  }

  #keep(owner: { policy: PolicySource | undefined }, compile: DocumentCompile, scope: ScopeName): void {
    if (owner.policy) this.#compiled.set(owner, compile(owner.policy, scope));
  }

  subscriptionOf(key: string): Subscription | undefined {
    return this.#byKey.get(key);
  }

  /** Throws PolicyError for a certificate that is not there, or whose content this machine was not given. */
  certificate(id: string): Certificate {
    return this.configuration.certificates.get(id) ?? certificateMissing(`There is no certificate "${id}" here.`);
  }

  /** As `certificate`, by the SHA-1 that .NET shows. */
  certificateByThumbprint(thumbprint: string): Certificate {
    const wanted = thumbprint.replaceAll(/[^0-9a-f]/gi, '').toUpperCase();
    return (
      [...this.configuration.certificates.values()].find((one) => one?.thumbprint === wanted) ??
      certificateMissing(`There is no certificate with the thumbprint ${wanted} here.`)
    );
  }

  /** The product through which a subscription reaches an API; null if it does not reach it. */
  access(subscription: Subscription, api: Api): { product: Product | undefined } | null {
    const { scope } = subscription;
    if (scope === '/apis' || isSameName(scope, `/apis/${api.id}`)) return { product: undefined };
    const product = this.#products.get(scope.replace('/products/', ''));
    return product && holds(product, api) ? { product } : null;
  }

  /** A product that opens the API to everybody. */
  openProduct(api: Api): Product | undefined {
    return this.configuration.products.find((product) => !product.subscriptionRequired && holds(product, api));
  }

  plan(api: Api | undefined, operation: Operation | undefined, product: Product | undefined): Plan {
    const key = `${api?.id ?? ''}\n${api?.revision ?? ''}\n${operation?.id ?? ''}\n${product?.id ?? ''}`;
    const known = this.#plans.get(key);
    if (known) return known;
    const documents = [operation, api, product].map((owner) => owner && this.#compiled.get(owner));
    const plan = makePlan([...documents, this.#global].filter((document) => document !== undefined));
    this.#plans.set(key, plan);
    return plan;
  }
}

function backendsOf(configuration: Configuration, problems: LoadError[]): ReadonlyMap<string, Backend> {
  const values = byDisplayName(configuration.namedValues.values());
  const filled = (backend: Backend) => {
    try {
      return withCredentials(backend, values);
    } catch (error) {
      problems.push(...(error as ConfigurationError).problems);
      return backend;
    }
  };
  return new NameMap([...configuration.backends].map(([name, backend]) => [name, filled(backend)]));
}

function holds({ apis }: Product, { id }: Api): boolean {
  return apis.some((name) => isSameName(name, id));
}

function certificateMissing(message: string): never {
  throw new PolicyError(message, { source: 'configuration', reason: 'CertificateNotFound' });
}

/** A fragment's mistake shows wherever it is included; it is told once. */
function distinct(problems: readonly LoadError[]): LoadError[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}

type DocumentCompile = (source: PolicySource, scope: ScopeName) => CompiledDocument;

function documentCompiler(
  configuration: Configuration,
  earlier: DocumentCache,
  kept: DocumentCache,
  problems: LoadError[],
): DocumentCompile {
  const values = byDisplayName(configuration.namedValues.values());
  const substituted = (source: PolicySource): PolicySource => {
    try {
      return substitute(source, values);
    } catch (error) {
      problems.push(...(error as ConfigurationError).problems);
      return { ...source, text: '<policies />' };
    }
  };
  const texts = new NameMap(configuration.fragments.map(({ id, source }) => [id, substituted(source)]));
  const fragments: Fragments = new NameMap(
    [...texts].flatMap(([id, source]) => {
      const parsed = source.text === '<policies />' ? undefined : parseFragment(source, problems);
      return parsed ? [[id, parsed] as const] : [];
    }),
  );
  const { certificates, schemas } = configuration;
  // A certificate that comes or goes decides whether policies that name it may load.
  const certificateNames = [...certificates.keys()].join(',');
  const parts = { fragments, certificates, schemas };
  return (source, scope) => {
    const ready = substituted(source);
    const included = [...ready.text.matchAll(/fragment-id\s*=\s*["']([^"']+)["']/g)].map(
      ([, id]) => texts.get(id as string)?.text,
    );
    const key = [scope, ready.file, ready.text, certificateNames, ...included].join('\u0000');
    const before = problems.length;
    const compiled = earlier.get(key) ?? kept.get(key) ?? compileDocument(ready, scope, parts, problems);
    if (problems.length === before) kept.set(key, compiled);
    return compiled;
  };
}

/** Puts each document's policies where the one below it says `<base />`. */
function makePlan(documents: readonly CompiledDocument[]): Plan {
  const flat = (section: Section): CompiledPolicy[] =>
    expand(
      documents.map((document) => document[section]),
      0,
    );
  const all = Object.fromEntries(sections.map((section) => [section, flat(section)])) as Record<
    Section,
    CompiledPolicy[]
  >;
  const { outbound } = all;
  const backend =
    all.backend.length > 0 || documents.some(({ backend }) => !backend.includes('base')) ? all.backend : [];
  return {
    inbound: sequence(all.inbound),
    backend: sequence(backend),
    outbound: sequence(outbound),
    'on-error': sequence(all['on-error']),
    inboundPolicies: all.inbound,
    outboundAfterCache: sequence(outbound.slice(outbound.findIndex(({ storesInCache }) => storesInCache) + 1)),
  };
}

function expand(levels: readonly CompiledSection[], level: number): CompiledPolicy[] {
  const section = levels[level];
  if (!section) return [];
  return section.flatMap((policy) => (policy === 'base' ? expand(levels, level + 1) : [policy]));
}
