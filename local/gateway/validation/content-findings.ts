import type { Representation } from '../configuration/model.ts';
import type { Exchange, GatewayRequest, GatewayResponse } from '../exchange.ts';
import type { Action } from './action.ts';
import type { Problem, Verdict } from './check.ts';
import type { ContentRule } from './content-rule.ts';
import { charsetOf, maxContent, readContent } from './message-content.ts';
import type { Finding } from './validation-error.ts';

/** A body as validate-content sees it. */
export interface CheckedBody {
  onRequest: boolean;
  /** Of the body, or what it is mapped to. */
  type: string;
  /** What the API says of bodies of this type. */
  representation: Representation | undefined;
}

export const kindOf = (onRequest: boolean): string => (onRequest ? 'RequestBody' : 'ResponseBody');

const noSchema = "API's schema does not exist or it could not be resolved.";

/** What is wrong with a body by one rule. */
export async function contentFindings(
  exchange: Exchange,
  message: GatewayRequest | GatewayResponse,
  rule: ContentRule,
  body: CheckedBody,
): Promise<Finding[]> {
  const action = rule.action(exchange);
  if (action === 'ignore') return [];
  const { type } = body;
  const schema = rule.schemaFor(body.representation);
  if (!schema) return [schemaGap(body, action)];
  const unchecked = (reason: string) => {
    const details = `${subjectOf(body)} cannot be validated for the content type ${type}.\n\n${reason}`;
    return [finding(body, action, 'ValidationException', details)];
  };
  const content = await readContent(message);
  if ('problem' in content) return unchecked(content.problem);
  if ('size' in content) return unchecked(`It is ${content.size} bytes long, and at most ${maxContent} are validated.`);
  if (content.bytes.length === 0) return [];
  const charset = charsetOf(message.headers.get('content-type') ?? '');
  const verdict = await exchange.runtime.validator.check(schema, content.bytes, charset);
  if (verdict.outcome === 'unchecked') return unchecked(verdict.reason);
  if (verdict.outcome === 'unusable schema')
    return [{ ...finding(body, action, '', `${noSchema}\n\n${verdict.reason}`), name: '', type: 'ApiSchema' }];
  return differences(verdict, body, rule.definition ?? body.representation?.definition ?? '', action);
}

function differences(verdict: Verdict, body: CheckedBody, definition: string, action: Action): Finding[] {
  if (verdict.outcome !== 'differs') return [];
  return verdict.problems.map(({ message, line, position }: Problem) => {
    const details = `${subjectOf(body)} does not conform to the definition ${definition}, which is associated with the content type ${body.type}.\n\n${message} Line: ${line}, Position: ${position}`;
    return { ...finding(body, action, 'IncorrectMessage', details), name: body.type, publicDetails: details };
  });
}

function schemaGap(body: CheckedBody, action: Action): Finding {
  const { gap, definition = '' } = body.representation ?? {};
  if (gap === 'no definition') {
    const details = `API's schema does not contain definition ${definition}, which is associated with the content type ${body.type}.`;
    return { ...finding(body, action, 'MissingDefinition', details), name: body.type };
  }
  const details = gap === 'no definitions' ? "API's schema does not specify definitions." : noSchema;
  return { ...finding(body, action, '', details), type: 'ApiSchema' };
}

function finding(body: CheckedBody, action: Action, rule: string, details: string): Finding {
  return { name: '', type: kindOf(body.onRequest), rule, details, publicDetails: undefined, action };
}

function subjectOf({ onRequest }: CheckedBody): string {
  return `Body of the ${onRequest ? 'request' : 'response'}`;
}
