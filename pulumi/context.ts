import * as pulumi from '@pulumi/pulumi';
import type { Config } from './config/schema.ts';
import type { Names } from './names.ts';

/** What every component needs of its stack. */
export interface Context {
  stack: string;
  /** When this deployment runs. */
  now: Date;
  config: Config;
  names: Names;
  resourceGroupName: pulumi.Input<string>;
  resourceGroupId: pulumi.Input<string>;
  tenantId: pulumi.Output<string>;
  subscriptionId: pulumi.Output<string>;
  tags: Record<string, string>;
}

/** The parent that groups one component's resources in the state, the preview and the diagram. */
export function component(name: string): pulumi.CustomResourceOptions {
  return { parent: new pulumi.ComponentResource(`exchange:index:${name}`, name, {}) };
}

/**
 * Options of what holds data: protected outside dev, so that no change and no `pulumi destroy` can delete it unnoticed.
 */
export function stateful({ config }: Context, options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  return { ...options, protect: config.environment !== 'dev' };
}
