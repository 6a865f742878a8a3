import type { X509Certificate } from 'node:crypto';
import { applyOverrides, trustedAuthorities, type Overrides } from '../configuration/overrides.ts';
import type { Configuration } from '../configuration/model.ts';
import type { Json } from '../configuration/artefact-folder.ts';
import { Program } from '../program.ts';
import { applyChanges, ChangeFile, noChanges, type ChangedKind, type Changes } from './changes.ts';

/** The program that runs now, and how it is changed: each change is compiled, kept, then swapped in at once. */
export class GatewayState {
  readonly #file: ChangeFile;
  readonly #overrides: Overrides;
  readonly #trusted: readonly X509Certificate[];
  /** What the folder, the kept changes and the overrides came to at the start. */
  readonly #base: Configuration;
  #kept: Changes;
  #sinceStart: Changes = noChanges;
  #program: Program;

  /** Throws ConfigurationError or LoadError. */
  constructor(artefacts: Configuration, overrides: Overrides, dataFolder: string | undefined) {
    this.#file = new ChangeFile(dataFolder);
    this.#overrides = overrides;
    this.#trusted = trustedAuthorities(overrides);
    this.#kept = this.#file.read();
    this.#base = applyOverrides(applyChanges(artefacts, this.#kept, this.#trusted), this.#overrides);
    this.#program = new Program(this.#base);
  }

  get program(): Program {
    return this.#program;
  }

  /** What the administration was last given for a resource; undefined if it changed nothing of it. */
  given(kind: ChangedKind, key: string): Json | undefined {
    return Object.hasOwn(this.#kept[kind], key) ? (this.#kept[kind][key] ?? undefined) : undefined;
  }

  /**
   * Changes one resource; null deletes it. Requests that have begun end with the program they began with.
   * Throws ConfigurationError, and then nothing has changed.
   */
  change(kind: ChangedKind, key: string, properties: Json | null): void {
    const since = { ...this.#sinceStart, [kind]: { ...this.#sinceStart[kind], [key]: properties } };
    const next = new Program(applyChanges(this.#base, since, this.#trusted), this.#program.documents);
    const kept = { ...this.#kept, [kind]: { ...this.#kept[kind], [key]: properties } };
    this.#file.write(kept);
    this.#kept = kept;
    this.#sinceStart = since;
    this.#program = next;
  }
}
