import { element, expression, type PolicyElement, type PolicyNode, type Value } from './policy-tree.ts';

/** The policies that the generated set is made of, each under the name that API Management gives it. */

export function setVariable(name: string, value: Value): PolicyElement {
  return element('set-variable', { name, value });
}

/** Sets a header to one value, whatever it was. */
export function setHeader(name: string, value: Value): PolicyElement {
  return element('set-header', { name, 'exists-action': 'override' }, [element('value', {}, [{ text: value }])]);
}

export function deleteHeader(name: string): PolicyElement {
  return element('set-header', { name, 'exists-action': 'delete' });
}

export function setBackend(id: string): PolicyElement {
  return element('set-backend-service', { 'backend-id': id });
}

export function includeFragment(id: string): PolicyElement {
  return element('include-fragment', { 'fragment-id': id });
}

interface When {
  condition: string;
  run: readonly PolicyNode[];
}

/** The first branch whose C# condition holds, else the last. */
export function choose(branches: readonly When[], otherwise?: readonly PolicyNode[]): PolicyElement {
  return element('choose', {}, [
    ...branches.map(({ condition, run }) => element('when', { condition: expression(condition) }, run)),
    ...(otherwise ? [element('otherwise', {}, otherwise)] : []),
  ]);
}

interface Answer {
  /** Variable that holds a response to begin with. */
  from?: string;
  status?: { code: Value; reason: Value };
  headers?: readonly PolicyElement[];
  body?: Value;
}

export function returnResponse({ from, status, headers = [], body }: Answer): PolicyElement {
  return element('return-response', { 'response-variable-name': from }, [
    ...(status ? [element('set-status', { code: status.code, reason: status.reason })] : []),
    ...headers,
    ...(body === undefined ? [] : [element('set-body', {}, [{ text: body }])]),
  ]);
}

interface SentRequest {
  mode: 'new' | 'copy';
  /** Variable for the answer; null when the request fails, because errors are ignored. */
  into: string;
  timeoutSeconds: number;
  url: Value;
  method?: string;
  headers?: readonly PolicyElement[];
  body?: Value;
}

export function sendRequest({
  mode,
  into,
  timeoutSeconds,
  url,
  method,
  headers = [],
  body,
}: SentRequest): PolicyElement {
  return element(
    'send-request',
    { mode, 'response-variable-name': into, timeout: String(timeoutSeconds), 'ignore-error': 'true' },
    [
      element('set-url', {}, [{ text: url }]),
      ...(method ? [element('set-method', {}, [{ text: method }])] : []),
      ...headers,
      ...(body === undefined ? [] : [element('set-body', {}, [{ text: body }])]),
    ],
  );
}

/** C# for a variable that holds text. */
export function textVariable(name: string): string {
  return `(string)context.Variables["${name}"]`;
}

/** C# for a variable that may not be set yet. */
export function textVariableOr(name: string, other: string): string {
  return `context.Variables.ContainsKey("${name}") ? ${textVariable(name)} : ${other}`;
}

/** C# for a variable that holds a response, or null. */
export function responseVariable(name: string): string {
  return `((IResponse)context.Variables["${name}"])`;
}

/** A C# string literal. */
export function csharpString(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
