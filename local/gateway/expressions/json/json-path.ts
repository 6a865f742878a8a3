import { JsonArray, JsonObject, JsonProperty, type JsonToken } from './json-token.ts';
import { PathReader } from './read-json-path.ts';

/** Newtonsoft's JSONPath. Throws JsonException where the path is none, or matches nothing and `must`. */
export function selectTokens(root: JsonToken, path: string, must = false): JsonToken[] {
  let found: JsonToken[] = [root];
  for (const step of new PathReader(path).main()) found = step(found, must, root);
  return found;
}

/** `JToken.Path`: how the root leads to the token. */
export function pathOf(token: JsonToken): string {
  const steps: string[] = [];
  let at: JsonToken = token;
  if (at instanceof JsonProperty && at.owner) {
    steps.unshift(nameStep(at.name));
    at = at.owner;
  }
  for (let { parent } = at; parent; { parent } = at) {
    if (parent instanceof JsonArray) steps.unshift(`[${parent.items.indexOf(at)}]`);
    else if (parent instanceof JsonObject) {
      const inner = at;
      steps.unshift(nameStep([...parent.properties].find(([, value]) => value === inner)?.[0] ?? ''));
    } else steps.unshift(nameStep(parent.name));
    at = parent;
  }
  return steps.join('').replace(/^\./, '');
}

const nameStep = (name: string) => (/^[\w-]+$/.test(name) ? `.${name}` : `['${name.replaceAll("'", "\\'")}']`);
