import type { Exchange } from '../exchange.ts';
import { toText } from '../expressions/values.ts';
import type { Body } from '../body.ts';
import { sections, type ElementShape, type Policy } from '../policy.ts';
import type { PolicyElement } from '../policy-element.ts';

export const bodyShape: ElementShape = {
  attributes: { template: 'optional', 'xsi-nil': 'optional', 'parse-date': 'optional' },
  holdsText: true,
};

/** The bytes that a `<set-body>` element stands for. */
export function bodyValue(element: PolicyElement): (exchange: Exchange) => Buffer {
  const template = element.constant('template', 'none');
  if (template !== 'none') element.fail(`set-body template="${template}" is not supported: write an expression`);
  if (element.xml.children.length > 0) element.fail('text of <set-body> that holds "<" is written as &lt; or CDATA');
  const content = element.content();
  return (exchange) => bytesOf(content(exchange));
}

function bytesOf(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  return Buffer.from(toText(value));
}

export function replaceBody(message: { body: Body }, bytes: Buffer): void {
  message.body.replace(bytes.length === 0 ? undefined : bytes);
}

export const setBody: Policy = {
  name: 'set-body',
  sections,
  ...bodyShape,
  compile(element) {
    const value = bodyValue(element);
    const onRequest = element.scope.section === 'inbound' || element.scope.section === 'backend';
    return (exchange) => {
      const message = onRequest ? exchange.request : exchange.response;
      if (message) replaceBody(message, value(exchange));
    };
  },
};
