import { namedValue, namedValues, variables } from './names.ts';
import { choose, deleteHeader, setVariable, textVariable } from './policies.ts';
import { element, expression, type PolicyElement } from './policy-tree.ts';

/** Long enough for a cold instance: nobody waits for it. */
const copySeconds = 10;

/** Keeps the body of a callback while its route is in shadow: once it is forwarded it is gone. */
export function keepCallback(): PolicyElement {
  return choose([
    {
      condition: `(${textVariable(variables.route)}) == "shadow" ? context.Request.Body != null : false`,
      run: [setVariable(variables.callback, expression('context.Request.Body.As<string>(preserveContent: true)'))],
    },
  ]);
}

/**
 * Sends what legacy accepted to functions as well, with the same headers, so that the signature holds there too. Nobody
 * waits for it, and what becomes of it changes nothing. Behind legacy's answer, so that a copy says what legacy has taken
 * in, and nobody makes functions write by sending what legacy refuses.
 */
export function copyCallback(): PolicyElement {
  const accepted = 'context.Response.StatusCode == 202';
  return choose([
    {
      condition: `context.Variables.ContainsKey("${variables.callback}") ? ${accepted} : false`,
      run: [
        element('send-one-way-request', { mode: 'copy', timeout: String(copySeconds) }, [
          element('set-url', {}, [
            {
              text: expression(
                `"${namedValue(namedValues.functionsUrl)}" + context.Request.OriginalUrl.Path.Replace("/v1/", "/internal/")`,
              ),
            },
          ]),
          deleteHeader('Authorization'),
          element('set-body', {}, [{ text: expression(textVariable(variables.callback)) }]),
        ]),
      ],
    },
  ]);
}
