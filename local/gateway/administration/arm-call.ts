import { createHash } from 'node:crypto';
import type { Json } from '../configuration/artefact-folder.ts';
import type { Runtime } from '../runtime.ts';
import { policyFormatOf, type ArmRequest } from './arm-request.ts';
import type { BackgroundOperations } from './background-operations.ts';
import { notFound } from './errors.ts';
import type { GatewayState } from './gateway-state.ts';
import { resourceOf, type ResourceKind } from './resource-kind.ts';

export interface Administration {
  state: GatewayState;
  runtime: Runtime;
  operations: BackgroundOperations;
}

export interface ServiceCall {
  request: ArmRequest;
  administration: Administration;
  /** Resource id of the service, as the client wrote it. */
  service: string;
  apiVersion: string;
}

export interface CollectionCall extends ServiceCall {
  kind: ResourceKind;
  /** Path of the resources of this kind. */
  collection: string;
}

export interface ResourceCall extends CollectionCall {
  name: string;
}

/** The resource as GET shows it; undefined if there is none. */
export function findShown(call: CollectionCall, name: string): Json | undefined {
  const { kind, service, collection, administration, request } = call;
  const { configuration } = administration.state.program;
  const view = kind.view(configuration, name, { service, format: policyFormatOf(request) });
  return view && resourceOf(collection, kind.type, name, { ...view, ...extrasOf(call, name) });
}

/** As findShown. Throws AdministrationError if there is no such resource. */
export function shown(call: ResourceCall): Json {
  const found = findShown(call, call.name);
  if (!found) throw notFound(`${call.kind.type} "${call.name}"`);
  return found;
}

/** What a change is made on, secrets included; undefined if there is no such resource or it is only read. */
export function changeable(call: ResourceCall): Json | undefined {
  const { kind, name, administration } = call;
  const properties = kind.change?.properties(administration.state.program.configuration, name);
  return properties && { ...extrasOf(call, name), ...properties };
}

function extrasOf({ kind, administration: { state } }: CollectionCall, name: string): Json {
  const { change } = kind;
  if (!change || change.extras.length === 0) return {};
  const given = state.given(change.kind, change.key(name, state.program.configuration)) ?? {};
  return Object.fromEntries(Object.entries(given).filter(([extra]) => change.extras.includes(extra)));
}

/** Undefined if there is no such resource. */
export function etagOf(call: ResourceCall): string | undefined {
  const properties = changeable(call) ?? findShown(call, call.name);
  return properties && `"${createHash('sha256').update(JSON.stringify(properties)).digest('hex').slice(0, 24)}"`;
}
