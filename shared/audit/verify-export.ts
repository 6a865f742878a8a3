import { hash } from 'node:crypto';
import { checkLink, emptyChain, type AuditEvent, type ChainTip } from './chain.ts';
import { totalOf, type ExportEnd, type ExportTotal } from './export.ts';

export interface ExportResult {
  chains: number;
  events: number;
  faults: string[];
}

/** Faults that are named; of more only the first are of use. */
const namedFaults = 100;
/** Characters of a line at most. An event is a fraction of what a document of the store may hold, two megabytes. */
const longestLine = 8 * 1024 * 1024;

type Line = Partial<AuditEvent & ExportEnd & ExportTotal>;

/** Checks an export, chunk by chunk, in memory that does not grow with it. */
export async function verifyExport(chunks: AsyncIterable<Buffer>): Promise<ExportResult> {
  const result: ExportResult = { chains: 0, events: 0, faults: [] };
  const { add, total } = totalOf();
  let stated: ExportTotal['total'] | undefined;
  let stream: string | undefined;
  let tip: ChainTip = emptyChain;
  let broken = false;
  let number = 0;

  const fault = (text: string) => {
    broken = true;
    if (result.faults.length >= namedFaults) return;
    result.faults.push(stream === undefined ? `line ${number}: ${text}` : `${stream}: ${text} (line ${number})`);
  };

  function take(text: string): void {
    number++;
    if (text === '') return;
    const line = readLine(text);
    if (typeof line === 'string') return fault(line);
    if (stated) return fault('comes after the last line');
    if (line.total) return close(line.total);
    if (line.end) return finish(line.end);
    result.events++;
    if (line.stream !== stream) {
      if (stream !== undefined) fault('its end is missing');
      stream = String(line.stream);
      tip = emptyChain;
      broken = false;
    }
    if (broken) return;
    const next = follows(tip, line as AuditEvent, text);
    if (typeof next === 'string') fault(next);
    else tip = next;
  }

  function finish(end: ExportEnd['end']): void {
    stream ??= end.stream;
    result.chains++;
    add(end);
    if (!broken && (end.stream !== stream || end.sequence !== tip.sequence || end.hash !== tip.hash)) {
      fault(`ends at event ${tip.sequence}, not as the export says`);
    }
    stream = undefined;
    tip = emptyChain;
    broken = false;
  }

  function close(given: ExportTotal['total']): void {
    if (stream !== undefined) fault('its end is missing');
    stream = undefined;
    stated = given;
    const { chains, ends } = total();
    if (given.chains !== chains) fault(`the export was made of ${given.chains} chains; ${chains} are in it`);
    else if (given.ends !== ends) fault('the chains are not those, or not in the order, that the export was made of');
  }

  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
    // Reading on would only fill the memory: whatever this is, it is no export.
    if (rest.length > longestLine) {
      take('');
      fault(`the line is longer than ${longestLine} characters`);
      return result;
    }
  }
  if (rest !== '') take(rest);
  if (stream !== undefined) fault('its end is missing');
  else if (!stated && number > 0) fault('the last line of the export is missing: something was cut off');
  return result;
}

/** What a line holds, or what is wrong with it. */
function readLine(text: string): Line | string {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return 'the line is no JSON';
  }
  if (typeof line !== 'object' || line === null || Array.isArray(line)) return 'the line is no JSON object';
  return line;
}

function follows(tip: ChainTip, event: AuditEvent, line: string): ChainTip | string {
  const inOrder = event.sequence === tip.sequence + 1 && event.previousHash === tip.hash;
  if (inOrder && hash('sha256', withoutHash(line), 'hex') === event.hash) {
    return { sequence: event.sequence, hash: event.hash };
  }
  return checkLink(tip, event);
}

/**
 * The line as it was hashed, provided that it is canonical: its last member named `hash` cut out. Members behind it hold
 * no objects, and a quote inside a text is escaped, so nothing else can look like it. Spares computing the canonical
 * form; a line in any other form fails here and is checked in full.
 */
function withoutHash(line: string): string {
  const at = line.lastIndexOf('"hash":"');
  return at < 0 ? line : line.slice(0, at) + line.slice(at + '"hash":"",'.length + 64);
}
