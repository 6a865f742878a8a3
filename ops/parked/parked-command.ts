import { parseArgs } from 'node:util';
import type { JsonObject } from '../../shared/audit/json.ts';
import { ConflictError, NotParkedError } from '../../shared/streams/errors.ts';
import type { Head } from '../../shared/streams/head.ts';
import { queues } from '../../shared/contract/messaging.ts';
import { fix, replay, skip } from '../../shared/streams/operate.ts';
import { UsageError, type Command, type Output } from '../command.ts';
import type { ParkedTools } from './parked-tools.ts';
import { listLines, showLines } from './parked-lines.ts';

const usage = `usage: npm run ops -- parked [list] [--matching TEXT] [--queue NAME]
       npm run ops -- parked show <stream>
       npm run ops -- parked replay|skip <stream> ... --reason TEXT
       npm run ops -- parked replay|skip --all --reason TEXT [--matching TEXT] [--queue NAME]
       npm run ops -- parked fix <stream> --data JSON --reason TEXT

A stream is parked when its next entry cannot be processed: nothing behind it may overtake it, so it waits for you.
  replay   tries the entry again as it is, once its cause is mended
  skip     gives the entry up; what waits behind it goes on
  fix      replaces the entry's data, then tries it again in its old place
Each is an event of the stream's audit trail, with your name and reason.

  --all            every parked stream, narrowed by --matching and --queue
  --matching TEXT  those whose reason for being parked holds this
  --queue NAME     callbacks (a stream is an exchange) or deliveries (an endpoint and an exchange)
  --dry-run        say what would be done, and do nothing
  --data JSON      the entry's new data, complete: see \`show\` for what it is now
  --reason TEXT    why, for the audit trail
  --limit N        streams to look at, at most (1000)

examples:
  npm run ops -- parked
  npm run ops -- parked replay --all --matching "no transaction" --reason "provider mended" --dry-run`;

const options = {
  all: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  matching: { type: 'string' },
  queue: { type: 'string' },
  data: { type: 'string' },
  reason: { type: 'string' },
  limit: { type: 'string', default: '1000' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

export function parkedCommand(openTools: () => Promise<ParkedTools>): Command {
  return {
    summary: 'list, replay, fix or skip streams that are parked',
    usage,
    async run(args, output) {
      const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
      const [action = 'list', ...streams] = positionals;
      const limit = Number(values.limit);
      check(streams, values);
      if (!Number.isInteger(limit) || limit < 1) throw new UsageError(`--limit ${values.limit}: use a whole number`);
      const act = actionOf(action, streams, values);
      const tools = await openTools();
      try {
        return await act(tools, limit, output);
      } finally {
        await tools.close();
      }
    },
  };
}

const queueNames = Object.keys(queues);

/** What narrows a choice must do so: a word in error, or left empty, must not become every stream there is. */
function check(streams: string[], { matching, queue }: Values): void {
  if (matching === '') throw new UsageError('--matching is empty: say what the reason holds, or leave it out');
  if (queue !== undefined && !queueNames.includes(queue))
    throw new UsageError(`--queue ${queue}: use ${queueNames.join(' or ')}`);
  const narrowed = matching ?? queue;
  if (narrowed !== undefined && streams.length > 0)
    throw new UsageError('--matching and --queue narrow a list or --all, not streams that are named');
}

type Act = (tools: ParkedTools, limit: number, output: Output) => Promise<number>;

function actionOf(action: string, streams: string[], values: Values): Act {
  if (action === 'list' && streams.length > 0) throw new UsageError(`list takes no stream: see "show ${streams[0]}"`);
  if (action === 'list') return (tools, limit, output) => list(tools, limit, values, output);
  if (action === 'show') return (tools, _limit, output) => show(tools, streams, output);
  if (!['replay', 'skip', 'fix'].includes(action)) throw new UsageError(`no such action: ${action}`);
  if (!values.reason) throw new UsageError('say why with --reason: it goes into the audit trail');
  if (values.all === streams.length > 0) throw new UsageError('name streams, or use --all');
  if (action === 'fix' && streams.length !== 1) throw new UsageError('fix mends one stream at a time');
  const data = action === 'fix' ? readData(values.data) : undefined;
  return (tools, limit, output) => operate(tools, { action, streams, limit, data, values }, output);
}

function readData(text: string | undefined): JsonObject {
  if (text === undefined) throw new UsageError('fix needs --data');
  let data: unknown;
  let storable = true;
  try {
    data = JSON.parse(text, (key, value: unknown) => {
      storable &&= [key, value].every((part) => typeof part !== 'string' || isText(part));
      return value;
    });
  } catch {
    throw new UsageError('--data is no JSON');
  }
  if (!storable) throw new UsageError('--data holds a NUL or half a surrogate pair, which cannot be stored');
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new UsageError('--data is no object');
  return data as JsonObject;
}

function isText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** What keeps new data from taking the place of the parked entry's; undefined when nothing does. */
function misfit({ parked, pending }: Head, data: JsonObject): string | undefined {
  const now = pending.find(({ key }) => key === parked?.key)?.data ?? {};
  const wrong = Object.keys(now).filter((name) => typeof data[name] !== typeof now[name]);
  return wrong.length === 0
    ? undefined
    : `the new data lacks ${wrong.join(', ')}, or has another type there: see "show"`;
}

async function list(tools: ParkedTools, limit: number, values: Values, output: Output): Promise<number> {
  const parked = await tools.store.parked(limit);
  for (const line of listLines(parked.filter((head) => fits(head, values)))) output.out(line);
  if (parked.length === limit) output.out(moreThan(limit));
  return 0;
}

async function show(tools: ParkedTools, [stream, ...more]: string[], output: Output): Promise<number> {
  if (!stream || more.length > 0) throw new UsageError('name one stream');
  const found = await tools.store.read(stream);
  if (!found) {
    output.err(`${stream}: there is no such stream`);
    return 1;
  }
  for (const line of showLines(found.head)) output.out(line);
  return 0;
}

interface Request {
  action: string;
  streams: string[];
  limit: number;
  data: JsonObject | undefined;
  values: Values;
}

async function operate(tools: ParkedTools, request: Request, output: Output): Promise<number> {
  const { action, values } = request;
  const parked = await tools.store.parked(request.limit);
  const chosen = values.all ? parked.filter((head) => fits(head, values)).map(({ stream }) => stream) : request.streams;
  let failed = 0;
  for (const stream of chosen) {
    const dry = values['dry-run'];
    const head = (await tools.store.read(stream))?.head;
    const fault =
      head === undefined
        ? 'there is no such stream'
        : (unfit(head, request) ?? (dry ? undefined : await perform(tools, request, head)));
    if (fault) failed++;
    if (fault) output.err(`${stream}: ${fault}`);
    else output.out(dry ? `would ${action} ${stream} (${head?.parked?.reason})` : `${stream}: ${past[action]}`);
  }
  if (values.all && parked.length === request.limit) {
    output.out(moreThan(request.limit));
  }
  if (chosen.length === 0) output.out('no stream is parked');
  return failed > 0 ? 1 : 0;
}

function moreThan(limit: number): string {
  return `looked at the first ${limit} parked streams: there may be more, see --limit`;
}

const past: Record<string, string> = { replay: 'replayed', skip: 'skipped', fix: 'fixed' };

/** Why an order cannot be given to a stream as it is; undefined when it can. */
function unfit(head: Head, { data }: Request): string | undefined {
  if (!head.parked) return 'is not parked';
  return data && misfit(head, data);
}

/** What went wrong, if it did. */
async function perform(tools: ParkedTools, request: Request, { stream, queue }: Head): Promise<string | undefined> {
  const order = { actor: tools.actor, reason: request.values.reason ?? '' };
  try {
    const ports = tools.streams(queue);
    if (!ports) return `its queue ${queue} has no consumer`;
    if (request.action === 'replay') await replay(ports, stream, order);
    else if (request.action === 'skip') await skip(ports, stream, order);
    else await fix(ports, stream, request.data ?? {}, order);
    return undefined;
  } catch (error) {
    if (error instanceof NotParkedError || error instanceof ConflictError) return error.message;
    throw error;
  }
}

function fits({ queue, parked }: Head, values: Values): boolean {
  if (values.queue !== undefined && queue !== values.queue) return false;
  return values.matching === undefined || (parked?.reason ?? '').includes(values.matching);
}
