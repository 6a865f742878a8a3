import type { StoredDocument } from './container.ts';
import { valueAt, type Value } from './json.ts';

const maxPaths = 16;

/** Finds documents by the value at a path. A path is indexed from the first question about it on. */
export class EqualityIndex {
  private readonly paths = new Map<string, { steps: readonly string[]; documents: Map<Value, Set<StoredDocument>> }>();

  /** Undefined where an index does not help: for objects and arrays, and when too many paths are indexed already. */
  find(steps: readonly string[], value: Value, existing: () => Iterable<StoredDocument>): StoredDocument[] | undefined {
    if (typeof value === 'object' && value !== null) return undefined;
    const name = JSON.stringify(steps);
    let path = this.paths.get(name);
    if (!path) {
      if (this.paths.size >= maxPaths) return undefined;
      path = { steps, documents: new Map() };
      this.paths.set(name, path);
      for (const document of existing()) addTo(path.documents, valueAt(document.body, steps), document);
    }
    return [...(path.documents.get(value) ?? [])].sort(
      (a, b) => a.partition.ordinal - b.partition.ordinal || a.number - b.number,
    );
  }

  add(document: StoredDocument): void {
    for (const { steps, documents } of this.paths.values()) addTo(documents, valueAt(document.body, steps), document);
  }

  remove(document: StoredDocument): void {
    for (const { steps, documents } of this.paths.values()) {
      const value = valueAt(document.body, steps);
      const found = documents.get(value);
      if (found?.delete(document) && !found.size) documents.delete(value);
    }
  }
}

function addTo(documents: Map<Value, Set<StoredDocument>>, value: Value, document: StoredDocument): void {
  if (value === undefined || (typeof value === 'object' && value !== null)) return;
  const found = documents.get(value);
  if (found) found.add(document);
  else documents.set(value, new Set([document]));
}
