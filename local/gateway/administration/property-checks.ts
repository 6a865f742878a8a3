import type { Json } from '../configuration/artefact-folder.ts';
import type { Problem } from './errors.ts';

/** Collects what is wrong with the properties of a resource, or with an object inside them. */
export class PropertyChecks {
  readonly problems: Problem[] = [];
  readonly #properties: Json;
  readonly #path: string;

  constructor(properties: Json, path = '') {
    this.#properties = properties;
    this.#path = path;
  }

  fail(name: string, message: string): void {
    this.problems.push({ target: `${this.#path}${name}`, message });
  }

  /** The text of a property; undefined, and told if need be, when there is none. */
  text(name: string, rule: { required: boolean; longest: number }): string | undefined {
    const value = this.#properties[name];
    if (value === undefined) {
      if (rule.required) this.fail(name, `The property "${name}" is required.`);
      return undefined;
    }
    if (typeof value !== 'string') this.fail(name, `The property "${name}" is a text.`);
    else if (value.trim() === '' && rule.required) this.fail(name, `The property "${name}" cannot be blank.`);
    else if (value.length > rule.longest)
      this.fail(name, `The property "${name}" has at most ${rule.longest} characters.`);
    else return value;
    return undefined;
  }

  flag(name: string): void {
    const value = this.#properties[name];
    if (value !== undefined && typeof value !== 'boolean') this.fail(name, `The property "${name}" is true or false.`);
  }

  oneOf(name: string, allowed: readonly string[]): void {
    const value = this.#properties[name];
    if (value !== undefined && !allowed.some((one) => one === value))
      this.fail(name, `The property "${name}" is one of ${allowed.join(', ')}.`);
  }

  number(name: string, least: number, most: number): void {
    const value = this.#properties[name];
    if (value !== undefined && !(Number.isInteger(value) && Number(value) >= least && Number(value) <= most))
      this.fail(name, `The property "${name}" is a whole number from ${least} to ${most}.`);
  }

  texts(name: string, most: number): void {
    const value = this.#properties[name];
    if (value === undefined) return;
    if (!Array.isArray(value) || !value.every((one) => typeof one === 'string'))
      this.fail(name, `The property "${name}" is a list of texts.`);
    else if (value.length > most) this.fail(name, `The property "${name}" has at most ${most} entries.`);
  }

  /** Checks of an object inside; undefined if there is none. */
  inside(name: string): { value: Json; checks: PropertyChecks } | undefined {
    const value = this.#properties[name];
    if (value === undefined) return undefined;
    if (isObject(value)) return { value, checks: new PropertyChecks(value, `${this.#path}${name}.`) };
    this.fail(name, `The property "${name}" is an object.`);
    return undefined;
  }

  /** Checks of each object in a list. */
  each(name: string): { value: Json; checks: PropertyChecks }[] {
    const list = this.#properties[name];
    if (list === undefined) return [];
    if (Array.isArray(list) && list.every(isObject))
      return list.map((value, i) => ({ value, checks: new PropertyChecks(value, `${this.#path}${name}[${i}].`) }));
    this.fail(name, `The property "${name}" is a list of objects.`);
    return [];
  }

  /** Takes over what checks of an object inside have found. */
  add({ problems }: PropertyChecks): void {
    this.problems.push(...problems);
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
