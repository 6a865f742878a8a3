import type { Json } from '../configuration/artefact-folder.ts';
import { findShown, type CollectionCall } from './arm-call.ts';
import type { ArmAnswer } from './arm-request.ts';
import { invalid, notAllowed } from './errors.ts';
import { compileFilter, type Field } from './list-filter.ts';
import { pageOf } from './page.ts';

/** Answers for all resources of a kind: filtered, and a page at a time. Throws AdministrationError. */
export function listResources(call: CollectionCall): ArmAnswer {
  const { kind, request, administration } = call;
  if (request.method !== 'GET') throw notAllowed(`${request.method} is for one of the ${kind.type}, not for all.`);
  const { configuration } = administration.state.program;
  const query = request.url.searchParams;
  if (query.has('$orderby')) throw invalid([{ target: '$orderby', message: 'Lists are not put in order here.' }]);
  const resources = [...kind.names(configuration)]
    .map((name) => findShown(call, name))
    .filter((resource) => resource !== undefined);
  const filter = query.get('$filter');
  const matching = filter ? resources.filter(compileFilter(filter, fieldsOf(kind.filterable))) : resources;
  return { status: 200, body: pageOf(matching, request.url) };
}

function fieldsOf(filterable: readonly string[]): ReadonlyMap<string, Field<Json>> {
  const property =
    (name: string): Field<Json> =>
    ({ properties }) =>
      (properties as Json)[name];
  return new Map([
    ['name', (resource: Json) => resource['name']],
    ...filterable.map((name) => [name, property(name)] as const),
  ]);
}
