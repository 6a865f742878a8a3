import type { CapturedStack } from '../testing/capture.ts';
import { renderConfiguration } from './render-configuration.ts';
import { renderCost } from './render-cost.ts';
import { renderDiagram } from './render-diagram.ts';
import { renderResources } from './render-resources.ts';

/** The generated pages below `docs/azure`, by file name. */
export function generatedPages(stacks: ReadonlyMap<string, CapturedStack>): ReadonlyMap<string, string> {
  return new Map([
    ['resources.md', renderResources(stacks)],
    ['diagram.md', renderDiagram('production', stacks.get('production')!)],
    ['configuration.md', renderConfiguration()],
    ['cost.md', renderCost(stacks)],
  ]);
}
