import type { Node, Statement } from './syntax.ts';

type Part = Node | Statement;

/** The names that lambdas and local functions use without declaring them as parameters: what they may capture. */
export function capturedNames(root: Part): ReadonlySet<string> {
  const captured = new Set<string>();
  visit(root, undefined);
  return captured;

  /** `free` collects names; undefined outside of lambdas. */
  function visit(part: unknown, free: Set<string> | undefined): void {
    if (Array.isArray(part)) {
      for (const one of part) visit(one, free);
      return;
    }
    if (typeof part !== 'object' || part === null) return;
    const node = part as Partial<Node> & Record<string, unknown>;
    if (node.kind === 'name') free?.add(node['name'] as string);
    if (node.kind === 'lambda') {
      const inner = new Set<string>();
      visit(node['body'], inner);
      for (const { name } of node['parameters'] as readonly { name: string }[]) inner.delete(name);
      for (const name of inner) {
        captured.add(name);
        free?.add(name);
      }
      return;
    }
    if (node.kind === 'value') return;
    for (const value of Object.values(node)) if (typeof value === 'object') visit(value, free);
  }
}
