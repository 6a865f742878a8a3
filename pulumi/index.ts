import * as pulumi from '@pulumi/pulumi';
import { ConfigError } from './config/errors.ts';
import { readConfig } from './config/read.ts';
import { deploy, type Outputs } from './deployment.ts';
import { ManifestError } from '../shared/migration/errors.ts';
import { ArtefactError } from '../shared/azure/apim/errors.ts';
import { gatewayArtefacts, portalPages } from './gateway-files.ts';
import { checkPackage, PackageError } from './package.ts';

const told = [ConfigError, PackageError, ManifestError, ArtefactError];

/** The whole stack: configuration, then the package's bytes, then the resources; nothing is made before all is right. */
export async function program(): Promise<Outputs> {
  const stack = pulumi.getStack();
  try {
    const config = readConfig(stack, pulumi.runtime.allConfig());
    await checkPackage(config.release);
    return deploy(stack, config, { ...gatewayArtefacts(config), pages: portalPages() }, new Date());
  } catch (error) {
    // Pulumi prints a RunError as its message alone: a mistake in a file needs no stack trace.
    if (told.some((kind) => error instanceof kind)) throw new pulumi.RunError((error as Error).message);
    throw error;
  }
}
