import path from 'node:path';
import { StartError } from '../program.ts';
import { readJsonc } from './jsonc.ts';

export type Settings = Record<string, string | undefined>;

/** What local.settings.json says beyond its values. */
export interface LocalHost {
  port?: number;
  /** Origins that may call from a browser. */
  cors: string[];
  corsCredentials: boolean;
}

/**
 * Reads local.settings.json and adds its values to `environment`, in place; what is already there wins, as with `func start`.
 * @throws {StartError} when the file is malformed, encrypted, or for another language.
 */
export async function loadSettings(directory: string, environment: Settings): Promise<LocalHost> {
  const file = path.join(directory, 'local.settings.json');
  const content = ((await readJsonc(file)) ?? {}) as Record<string, unknown>;
  for (const key of Object.keys(content)) {
    if (!['isencrypted', 'values', 'host', 'connectionstrings'].includes(key.toLowerCase()))
      throw new StartError(`${file}: "${key}" is not a setting of local.settings.json`);
  }
  const section = (name: string) =>
    (Object.entries(content).find(([key]) => key.toLowerCase() === name)?.[1] ?? {}) as Record<string, unknown>;
  if (section('isencrypted') === (true as unknown))
    throw new StartError(`${file} is encrypted: run "func settings decrypt" first`);
  for (const [name, value] of Object.entries(section('values'))) {
    if (typeof value === 'object' && value !== null)
      throw new StartError(`${file}: "Values" may hold text only, but "${name}" is an object`);
    environment[name] ??= textOf(value);
  }
  for (const [name, value] of Object.entries(section('connectionstrings')))
    environment[`ConnectionStrings:${name}`] ??= String(
      (value as { ConnectionString?: string }).ConnectionString ?? value,
    );
  environment['FUNCTIONS_WORKER_RUNTIME'] ??= 'node';
  environment['AZURE_FUNCTIONS_ENVIRONMENT'] ??= 'Development';
  environment['AzureWebJobsScriptRoot'] ??= directory;
  if (environment['FUNCTIONS_WORKER_RUNTIME'] !== 'node')
    throw new StartError(
      `FUNCTIONS_WORKER_RUNTIME is "${environment['FUNCTIONS_WORKER_RUNTIME']}": this host runs node apps only`,
    );
  const { LocalHttpPort: port, CORS: cors, CORSCredentials: credentials } = section('host');
  return {
    ...(port !== undefined && { port: Number(port) }),
    cors: typeof cors === 'string' ? cors.split(',').map((origin) => origin.trim()) : [],
    corsCredentials: String(credentials).toLowerCase() === 'true',
  };
}

/**
 * Replaces every `%NAME%` in a queue name or schedule with that setting.
 * @throws {Error} naming a setting that does not exist.
 */
export function expandSettings(text: string, settings: Settings): string {
  return text.replaceAll(/%([^%]+)%/g, (whole, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`'${whole}' does not resolve to a value: there is no setting "${name}"`);
    return value;
  });
}

/** Whether `AzureWebJobs.<name>.Disabled` is on; underscores stand in for the dots where a shell allows none. */
export function isDisabled(functionName: string, settings: Settings): boolean {
  const value =
    settings[`AzureWebJobs.${functionName}.Disabled`] ?? settings[`AzureWebJobs_${functionName}_Disabled`] ?? '';
  return value === '1' || value.toLowerCase() === 'true';
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null ? '' : JSON.stringify(value);
}
