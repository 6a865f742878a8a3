import type { CapturedStack } from '../testing/capture.ts';
import { page, table } from './markdown.ts';

/** Components that reach into everything: their arrows would hide the others. */
const aside = new Set(['alerts', 'observability', 'workbook']);

/** Roles are arrows themselves: who waits for a role, waits for what it gives a right to. */
function isRole(component: string): boolean {
  return /^(cosmos-)?roles-/.test(component);
}

/** The components and what each is made from, as Pulumi sees it: an arrow points to what must exist first. */
export function renderDiagram(stack: string, { resources }: CapturedStack): string {
  const componentOf = new Map(resources.map(({ name, component }) => [name, component]));
  const counts = new Map<string, number>();
  const arrows = new Set<string>();
  for (const { component, dependsOn } of resources) {
    if (component.startsWith('exchange-api-')) continue;
    counts.set(component, (counts.get(component) ?? 0) + 1);
    for (const needed of dependsOn) {
      const target = componentOf.get(needed);
      if (target !== undefined && target !== component && !target.startsWith('exchange-api-'))
        arrows.add(`${component} ${target}`);
    }
  }
  for (const [from, role] of [...arrows].map((arrow) => arrow.split(' ') as [string, string])) {
    if (!isRole(role)) continue;
    for (const needed of [...arrows].filter((arrow) => arrow.startsWith(`${role} `)))
      arrows.add(`${from} ${needed.split(' ')[1]!}`);
  }
  for (const arrow of arrows) {
    const [from, to] = arrow.split(' ');
    if (from === to) arrows.delete(arrow);
  }
  const hidden = (name: string): boolean => aside.has(name) || isRole(name);
  const drawn = [...counts].filter(([name]) => !hidden(name)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const nodes = drawn.map(([name, count]) => `  ${name}["${name}<br>${count} resources"]`);
  const edges = [...arrows].toSorted().map((arrow) => arrow.split(' ') as [string, string]);
  const lines = edges.filter(([from, to]) => !hidden(from) && !hidden(to)).map(([from, to]) => `  ${from} --> ${to}`);
  const rest = [...counts].filter(([name]) => hidden(name)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return page(
    'The deployment as a diagram',
    `Components of \`${stack}\`, from the program's own resources: an arrow points to what has to exist first.`,
    ['```mermaid', 'flowchart LR', ...nodes, ...lines, '```'].join('\n'),
    'Left out of the picture, because they reach into everything:',
    table(
      ['Component', 'Resources', 'Needs'],
      rest.map(([name, count]) => [
        name,
        `${count}`,
        edges
          .filter(([from]) => from === name)
          .map(([, to]) => to)
          .join(', '),
      ]),
    ),
  );
}
