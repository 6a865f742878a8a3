import { Body } from '../body.ts';
import { PolicyError } from '../errors.ts';
import { type Exchange, GatewayResponse } from '../exchange.ts';
import { sections, type Policy } from '../policy.ts';
import { bodyShape, bodyValue, replaceBody } from './set-body.ts';
import { headerChange, headerShape } from './set-header.ts';
import { statusChange, statusShape } from './set-status.ts';

export const returnResponse: Policy = {
  name: 'return-response',
  sections,
  attributes: { 'response-variable-name': 'optional' },
  children: { 'set-status': statusShape, 'set-header': headerShape, 'set-body': bodyShape },
  compile(element) {
    const variable = element.constant('response-variable-name');
    const status = element.child('set-status');
    const setStatus = status && statusChange(status);
    const headers = element.children('set-header').map(headerChange);
    const body = element.child('set-body');
    const setBody = body && bodyValue(body);
    return (exchange) => {
      const response = variable === undefined ? new GatewayResponse(200) : copyOf(exchange, variable);
      setStatus?.(response, exchange);
      for (const change of headers) change(response.headers, exchange);
      if (setBody) replaceBody(response, setBody(exchange));
      exchange.finish(response);
    };
  },
};

/** The response in a variable stays as it is: only the copy is changed and sent. */
function copyOf(exchange: Exchange, variable: string): GatewayResponse {
  const found = exchange.variables.get(variable);
  if (!(found instanceof GatewayResponse))
    throw new PolicyError(`The variable "${variable}" holds no response.`, {
      source: 'return-response',
      reason: 'VariableNotFound',
    });
  return new GatewayResponse(found.status, found.reason, found.headers.clone(), new Body(found.body.bytes));
}
