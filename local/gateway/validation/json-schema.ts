import { Ajv2019, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { maxProblems, schemaUri, type JsonSchemaCheck, type Problem, type Verdict } from './check.ts';
import { dialectOf, rewritten } from './json-dialect.ts';
import { positionsIn } from './json-position.ts';
import { problemTexts } from './json-problems.ts';
import { PropertyNames } from './property-names.ts';

const checkedFormats = [
  ...(['date', 'time', 'date-time', 'duration', 'uri', 'uri-reference', 'uri-template', 'email', 'hostname'] as const),
  ...(['ipv4', 'ipv6', 'uuid', 'regex', 'json-pointer'] as const),
];

/** Bodies up to here are told all that is wrong with them: what finds every error of a huge one takes its memory. */
const maxThorough = 64 * 1024;

const mainUri = 'apim://service/main';

/** A compiled JSON schema. */
export class JsonSchema {
  readonly #check: JsonSchemaCheck;
  readonly #names: PropertyNames;
  #first: ValidateFunction;
  #all: ValidateFunction | undefined;

  /** Throws Error for a schema that cannot be compiled. */
  constructor(check: JsonSchemaCheck) {
    this.#check = check;
    this.#names = new PropertyNames(check.ignoreCase ? [check.document, ...Object.values(check.others)] : []);
    this.#first = compile(check, this.#names, false);
  }

  verdict(content: Uint8Array, charset = 'utf-8'): Verdict {
    let text: string;
    let value: unknown;
    try {
      text = new TextDecoder(charset, { fatal: true }).decode(content);
      value = JSON.parse(text);
    } catch (error) {
      return { outcome: 'unchecked', reason: (error as Error).message };
    }
    const twice = this.#names.repeated(value);
    if (twice) return { outcome: 'differs', problems: [{ ...positionsIn(text)(twice.path), message: twice.message }] };
    const renamed = this.#names.applied(value);
    if (this.#first(renamed)) return { outcome: 'conforms' };
    return { outcome: 'differs', problems: this.#problems(renamed, text) };
  }

  #problems(value: unknown, text: string): Problem[] {
    let errors: readonly ErrorObject[] = this.#first.errors ?? [];
    if (text.length <= maxThorough) {
      this.#all ??= compile(this.#check, this.#names, true);
      this.#all(value);
      errors = this.#all.errors ?? errors;
    }
    const positionOf = positionsIn(text);
    return problemTexts(errors)
      .slice(0, maxProblems)
      .map(({ message, path }) => ({ message, ...positionOf(path) }));
  }
}

function compile(check: JsonSchemaCheck, names: PropertyNames, allErrors: boolean): ValidateFunction {
  const options: Options = {
    strict: false,
    allErrors,
    verbose: true,
    validateSchema: false,
    logger: false,
    unicodeRegExp: true,
    // A property may be called "constructor", which every object seems to have.
    ownProperties: true,
    code: { regExp: Object.assign(regularExpression, { code: 'regularExpression' }) },
  };
  const ajv = dialectOf(check.document).includes('2020-12') ? new Ajv2020(options) : new Ajv2019(options);
  addFormats.default(ajv, { formats: checkedFormats, keywords: false });
  const nameOf = (name: string) => names.canonical(name);
  const { allowAdditional, ignoreCase } = check;
  const add = (document: Readonly<Record<string, unknown>>, uri: string) =>
    ajv.addSchema(rewritten(document, { allowAdditional, nameOf, ignoreCase }), uri);
  for (const [id, other] of Object.entries(check.others))
    add(other as Readonly<Record<string, unknown>>, schemaUri(id));
  add(check.document, mainUri);
  const closed = allowAdditional === false && { unevaluatedProperties: false };
  return ajv.compile({ $ref: `${mainUri}${check.place}`, ...closed });
}

/** Patterns of .NET may have escapes that JavaScript only takes without its Unicode mode. */
function regularExpression(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return new RegExp(pattern);
  }
}
