import { StartError } from '../program.ts';
import type { RegisteredFunction } from './core-module.ts';

const functionName = /^[a-z][a-z0-9_-]{0,127}$/i;

/**
 * Refuses bindings this host cannot run, by name.
 * @throws {StartError} for the first such binding.
 */
export function checkBindings({ metadata }: RegisteredFunction): void {
  if (!functionName.test(metadata.name) || metadata.name.toLowerCase() === 'host')
    throw new StartError(`"${metadata.name}" is not a valid function name`);
  const refuse = (what: string) =>
    new StartError(
      `function "${metadata.name}": ${what} is not supported by this host (docs/local-azure.md). To run the others, set AzureWebJobs.${metadata.name}.Disabled=true`,
    );
  for (const [name, binding] of Object.entries(metadata.bindings)) {
    const type = binding.type.toLowerCase();
    const known =
      binding.direction === 'in'
        ? ['httptrigger', 'timertrigger', 'servicebustrigger'].includes(type)
        : (type === 'http' && name === '$return') || type === 'servicebus';
    if (!known)
      throw refuse(
        binding.direction === 'in' ? `the binding type "${binding.type}"` : `the output type "${binding.type}"`,
      );
    if (binding['sdkBinding'] === true) throw refuse(`"sdkBinding" on "${binding.type}"`);
    if (binding['topicName'] !== undefined) throw refuse(`"topicName" on "${binding.type}" (topics)`);
  }
  if (metadata.retryOptions && !Object.values(metadata.bindings).some(({ type }) => /^timertrigger$/i.test(type)))
    throw refuse('"retry" on anything but a timer');
}
