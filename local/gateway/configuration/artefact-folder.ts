import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { LoadError } from '../errors.ts';
import { shapeProblem } from './artefact-shape.ts';
import type { PolicySource } from './model.ts';

export type Json = Readonly<Record<string, unknown>>;

/** A property that is a non-empty string. */
export function text(properties: Json | undefined, name: string): string | undefined {
  const value = properties?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What the first versions of `apiops` called these folders. */
const earlierNames: Readonly<Record<string, string>> = {
  namedValues: 'named values',
  policyFragments: 'policy fragments',
  versionSets: 'version sets',
};

/** Reads the files of one folder of artefacts; errors name the file. */
export class ArtefactFolder {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    if (!existsSync(root)) throw new LoadError(`there is no folder ${root}`);
    if (!statSync(root).isDirectory()) throw new LoadError(`${root} is no folder`);
  }

  /** The names of the folders in a folder, sorted; none if it is not there. */
  folders(...path: string[]): string[] {
    const at = this.#path(path);
    if (!existsSync(at)) return [];
    return readdirSync(at, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  }

  /** The properties in an information file; undefined if it is not there. */
  information(...path: string[]): Json | undefined {
    const parsed = this.json(...path);
    if (parsed === undefined) return undefined;
    const { properties } = (parsed ?? {}) as { properties?: unknown };
    if (typeof properties !== 'object' || properties === null)
      throw new LoadError('it has no "properties"', this.#position(path));
    const problem = shapeProblem(properties as Json);
    if (problem !== undefined) throw new LoadError(problem, this.#position(path));
    return properties as Json;
  }

  /** The names in a file such as `apis.json`; none if it is not there. */
  names(...path: string[]): string[] {
    const parsed = this.json(...path);
    if (parsed === undefined) return [];
    const names = Array.isArray(parsed) ? parsed.map((one: Json | null) => text(one ?? {}, 'name')) : [undefined];
    if (names.includes(undefined)) throw new LoadError('it is no list of objects with a "name"', this.#position(path));
    return names.filter((name) => name !== undefined);
  }

  json(...path: string[]): unknown {
    const text = this.text(...path);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new LoadError(`this is no JSON: ${(error as Error).message}`, this.#position(path));
    }
  }

  text(...path: string[]): string | undefined {
    const at = this.#path(path);
    return existsSync(at) ? readFileSync(at, 'utf8').replace(/^\uFEFF/, '') : undefined;
  }

  policy(...path: string[]): PolicySource | undefined {
    const text = this.text(...path);
    return text === undefined ? undefined : { text, file: this.#name(path) };
  }

  #path([first, ...rest]: readonly string[]): string {
    if (first === undefined) return this.#root;
    const earlier = earlierNames[first];
    const isEarlier =
      earlier !== undefined && !existsSync(join(this.#root, first)) && existsSync(join(this.#root, earlier));
    return join(this.#root, isEarlier ? earlier : first, ...rest);
  }

  /** The file as messages name it. */
  name(...path: string[]): string {
    return this.#name(path);
  }

  #name(path: readonly string[]): string {
    return relative(process.cwd(), this.#path(path)) || '.';
  }

  #position(path: readonly string[]): { file: string; line: number; column: number } {
    return { file: this.#name(path), line: 1, column: 1 };
  }
}
