import { readFile } from 'node:fs/promises';
import { ConfigError } from './errors.ts';

/** What a queue is set to; durations in milliseconds, Infinity for never. */
export interface QueueOptions {
  name: string;
  requiresSession: boolean;
  /** 0: no duplicate detection. */
  duplicateWindow: number;
  lockDuration: number;
  maxDeliveryCount: number;
  timeToLive: number;
  deadLetterOnExpiry: boolean;
}

/** The queue that keeps a queue's dead letters: it has no sessions, nothing expires there and nothing leaves it by itself. */
export function deadLetterOptions(options: QueueOptions): QueueOptions {
  const name = `${options.name}/$deadletterqueue`;
  const forever = { maxDeliveryCount: Infinity, timeToLive: Infinity };
  return { ...options, ...forever, name, requiresSession: false, duplicateWindow: 0 };
}

type Json = Record<string, unknown>;

/** Reads the queues from a file in the format of Microsoft's emulator. @throws ConfigError naming what is wrong. */
export async function readConfig(path: string): Promise<QueueOptions[]> {
  let text;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  return parseConfig(json);
}

/** @throws ConfigError naming the first property that is unknown or has no meaning here. */
export function parseConfig(json: unknown): QueueOptions[] {
  const root = object(json, 'the file');
  only(root, ['UserConfig'], 'the file');
  const user = object(root.UserConfig, 'UserConfig');
  only(user, ['Namespaces', 'Logging'], 'UserConfig');
  const namespaces = list(user.Namespaces, 'UserConfig.Namespaces');
  if (namespaces.length !== 1) throw new ConfigError('UserConfig.Namespaces must hold one namespace');
  const namespace = object(namespaces[0], 'the namespace');
  only(namespace, ['Name', 'Queues', 'Topics'], 'the namespace');
  const topics = list(namespace.Topics ?? [], 'Topics').map((topic) => String((topic as Json | null)?.Name));
  if (topics.length)
    throw new ConfigError(`topics are not supported by the local Service Bus (asked for: ${topics.join(', ')})`);
  const queues = list(namespace.Queues ?? [], 'Queues').map(queueOptions);
  const names = new Set<string>();
  for (const { name } of queues) {
    if (names.has(name.toLowerCase())) throw new ConfigError(`queue "${name}" is there twice`);
    names.add(name.toLowerCase());
  }
  return queues;
}

function queueOptions(json: unknown): QueueOptions {
  const queue = object(json, 'a queue');
  const name = queue.Name;
  if (typeof name !== 'string' || !/^[A-Za-z0-9]([A-Za-z0-9._\-/]{0,258}[A-Za-z0-9])?$/.test(name))
    throw new ConfigError(`queue name ${JSON.stringify(name)} is not valid`);
  const where = `queue "${name}"`;
  only(queue, ['Name', 'Properties'], where);
  const properties = object(queue.Properties ?? {}, `${where}: Properties`);
  const known = [
    'DeadLetteringOnMessageExpiration',
    'DefaultMessageTimeToLive',
    'DuplicateDetectionHistoryTimeWindow',
    'ForwardDeadLetteredMessagesTo',
    'ForwardTo',
    'LockDuration',
    'MaxDeliveryCount',
    'RequiresDuplicateDetection',
    'RequiresSession',
  ];
  only(properties, known, where);
  for (const key of ['ForwardTo', 'ForwardDeadLetteredMessagesTo'])
    if (properties[key]) throw new ConfigError(`${where}: ${key} is not supported by the local Service Bus`);
  const flag = (key: string) => {
    const value = properties[key] ?? false;
    if (typeof value !== 'boolean') throw new ConfigError(`${where}: ${key} must be true or false`);
    return value;
  };
  const duration = (key: string, fallback: string, atMost = Infinity) => {
    const value = properties[key] ?? fallback;
    const milliseconds = typeof value === 'string' ? parseDuration(value) : undefined;
    if (!milliseconds)
      throw new ConfigError(`${where}: ${key} must be an ISO 8601 duration above zero, such as "PT1M"`);
    if (milliseconds > atMost) throw new ConfigError(`${where}: ${key} must be at most ${atMost / 60_000} minutes`);
    return milliseconds;
  };
  const maxDeliveryCount = properties.MaxDeliveryCount ?? 10;
  if (!Number.isInteger(maxDeliveryCount) || (maxDeliveryCount as number) < 1)
    throw new ConfigError(`${where}: MaxDeliveryCount must be a whole number above zero`);
  const window = duration('DuplicateDetectionHistoryTimeWindow', 'PT10M', 7 * 24 * 3_600_000);
  return {
    name,
    requiresSession: flag('RequiresSession'),
    duplicateWindow: flag('RequiresDuplicateDetection') ? window : 0,
    lockDuration: duration('LockDuration', 'PT1M', 300_000),
    maxDeliveryCount: maxDeliveryCount as number,
    timeToLive: duration('DefaultMessageTimeToLive', 'P10675199D'),
    deadLetterOnExpiry: flag('DeadLetteringOnMessageExpiration'),
  };
}

/** Service Bus writes "never" as .NET's largest TimeSpan, ten million days. */
const never = 10_000_000 * 24 * 3_600_000;

function parseDuration(text: string): number | undefined {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (!match) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const milliseconds = ((days! * 24 + hours!) * 60 + minutes!) * 60_000 + seconds! * 1000;
  return milliseconds >= never ? Infinity : milliseconds;
}

function object(json: unknown, where: string): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new ConfigError(`${where} must be an object`);
  return json as Json;
}

function list(json: unknown, where: string): unknown[] {
  if (!Array.isArray(json)) throw new ConfigError(`${where} must be a list`);
  return json;
}

function only(json: Json, known: string[], where: string): void {
  for (const key of Object.keys(json))
    if (!known.includes(key)) throw new ConfigError(`${where}: unknown property "${key}" (known: ${known.join(', ')})`);
}
