import type { Json } from '../configuration/artefact-folder.ts';
import { invalid, type Problem } from './errors.ts';

/** What a page holds when the request does not say. */
const DEFAULT_SIZE = 100;
const MAX_SIZE = 1000;

/** The part of a list that `$top` and `$skip` ask for, with the address of the next. Throws AdministrationError. */
export function pageOf(resources: readonly Json[], url: URL): Json {
  const problems: Problem[] = [];
  const top = count(url.searchParams, '$top', 1, DEFAULT_SIZE, problems);
  const skip = count(url.searchParams, '$skip', 0, 0, problems);
  if (problems.length > 0) throw invalid(problems);
  const end = skip + Math.min(top, MAX_SIZE);
  const page = { value: resources.slice(skip, end), count: resources.length };
  if (end >= resources.length) return page;
  const next = new URL(url);
  next.searchParams.set('$skip', `${end}`);
  return { ...page, nextLink: next.href };
}

function count(query: URLSearchParams, name: string, least: number, fallback: number, problems: Problem[]): number {
  const text = query.get(name);
  if (text === null) return fallback;
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  problems.push({ target: name, message: `${name} is a whole number of at least ${least}.` });
  return fallback;
}
