import type { Json } from '../configuration/artefact-folder.ts';
import type { Configuration } from '../configuration/model.ts';
import type { Runtime } from '../runtime.ts';
import type { ChangedKind } from './changes.ts';
import type { Problem } from './errors.ts';
import type { PolicyFormat } from './policy-text.ts';

interface ViewContext {
  /** Resource id of the service. */
  service: string;
  /** Of policies. */
  format: PolicyFormat;
}

/** What is done with POST: new properties to keep, or an answer. */
type ActionResult = { keep: Json } | { status: number; body?: unknown };

interface ActionCall {
  name: string;
  configuration: Configuration;
  /** Secrets included. */
  properties: Json;
  /** The resource as GET shows it. */
  resource: Json;
  service: string;
  runtime: Runtime;
}

/** How one kind of resource is shown. */
export interface ResourceKind {
  /** As in the resource's `type`, below the service's. */
  type: string;
  names(configuration: Configuration): Iterable<string>;
  /** What GET shows; undefined if there is no such resource. */
  view(configuration: Configuration, name: string, context: ViewContext): Json | undefined;
  /** Fields of `$filter` beside `name`. */
  filterable: readonly string[];
  /** Kinds below one of these, by the part of the path that names them. */
  children?: Readonly<Record<string, (name: string) => ResourceKind>>;
  change?: ChangeRules;
}

/** How one kind of resource is changed. */
export interface ChangeRules {
  kind: ChangedKind;
  /** What the changes know the resource by. */
  key(name: string, configuration: Configuration): string;
  longestName: number;
  /** What a change is made on, secrets included; undefined if there is no such resource. */
  properties(configuration: Configuration, name: string): Json | undefined;
  /** Properties that are kept and shown, and that the gateway itself does not use. */
  extras: readonly string[];
  /** Properties of a new resource that its creator left out. */
  defaults(now: number): Json;
  /** Properties that PUT leaves as they were when it does not name them. */
  keptByPut: readonly string[];
  problems(properties: Json, name: string, configuration: Configuration): readonly Problem[];
  /** Why another resource stands in its way. */
  conflict?(properties: Json, name: string, configuration: Configuration): string | undefined;
  /** Why it cannot go. */
  needed?(name: string, configuration: Configuration): string | undefined;
  /** Whether the resource manager does it as a long-running operation. */
  inBackground: boolean;
  actions: Readonly<Record<string, (call: ActionCall) => ActionResult>>;
}

/** Puts the resource together as the resource manager shows it. */
export function resourceOf(collection: string, type: string, name: string, properties: Json): Json {
  return { id: `${collection}/${name}`, type: `Microsoft.ApiManagement/service/${type}`, name, properties };
}
