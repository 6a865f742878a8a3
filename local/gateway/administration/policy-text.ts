import { expressionsOf } from '../xml.ts';

/** How the resource manager writes a policy document: as XML, or with the expressions as they were typed. */
export type PolicyFormat = 'xml' | 'rawxml';

/** A document in one of the formats, whichever it was written in; all but its expressions stays as it is. */
export function policyText(text: string, file: string, format: PolicyFormat): string {
  let result = '';
  let at = 0;
  for (const { from, to, code } of expressionsOf(text, file)) {
    result += text.slice(at, from) + (format === 'rawxml' ? code : escaped(code));
    at = to;
  }
  return result + text.slice(at);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escaped(code: string): string {
  return code.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
