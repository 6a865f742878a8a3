import type { Exchange } from '../exchange.ts';
import { toText } from '../expressions/values.ts';
import type { Body } from '../body.ts';
import { expressionTypes } from '../context-types.ts';
import { parseJson } from '../expressions/json/read-json.ts';
import { LiquidXml } from '../liquid-xml.ts';
import { compileLiquid, LiquidProblem } from '../liquid.ts';
import { sections, type ElementShape, type Policy } from '../policy.ts';
import type { PolicyElement } from '../policy-element.ts';

export const bodyShape: ElementShape = {
  attributes: { template: 'optional', 'xsi-nil': 'optional', 'parse-date': 'optional' },
  constants: ['template', 'xsi-nil', 'parse-date'],
  holdsText: true,
  holdsMarkup: true,
};

/** The bytes that a `<set-body>` element stands for. */
export function bodyValue(element: PolicyElement): (exchange: Exchange) => Buffer {
  const template = element.choice('template', ['none', 'liquid'], 'none');
  // XML inside is text as it stands.
  const markup = element.xml.children.length > 0 ? element.xml.inner.trim() : undefined;
  if (template.constant === 'liquid') {
    const render = liquid(element, markup ?? element.xml.text.value);
    return (exchange) => Buffer.from(render(exchange));
  }
  if (markup !== undefined) return () => Buffer.from(markup);
  const content = element.content();
  return (exchange) => bytesOf(content(exchange));
}

/** `body` is the body that the policy replaces, `context` is that of expressions. */
function liquid(element: PolicyElement, template: string): (exchange: Exchange) => string {
  const onRequest = element.scope.section === 'inbound' || element.scope.section === 'backend';
  if (/\bbody\b/.test(template)) element.needs[onRequest ? 'request' : 'response'] = true;
  const render = compileTemplate(element, template);
  const nil = element.choice('xsi-nil', ['blank', 'null'], 'blank').constant === 'null' ? null : '';
  const dates = element.boolean('parse-date', true);
  return (exchange) => {
    const message = onRequest ? exchange.request : exchange.response;
    const names = new Map<string, unknown>([['context', exchange]]);
    const bytes = message?.body.bytes;
    if (message && bytes) names.set('body', bodyOf(message.headers.get('content-type'), bytes, dates(exchange), nil));
    return render(names);
  };
}

function bodyOf(contentType: string | undefined, bytes: Buffer, dates: boolean, nil: string | null): unknown {
  const text = bytes.toString('utf8');
  if (isJson(bytes)) return parseJson(text, dates);
  return /[/+]xml\b/i.test(contentType ?? '') ? LiquidXml.parse(text, nil) : text;
}

const isJson = (bytes: Buffer) => /^\s*[[{]/.test(bytes.subarray(0, 100).toString('latin1'));

function compileTemplate(element: PolicyElement, template: string): ReturnType<typeof compileLiquid> {
  try {
    return compileLiquid(template, expressionTypes);
  } catch (error) {
    if (error instanceof LiquidProblem) return element.fail(`Liquid: ${error.message}`);
    throw error;
  }
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
