import { hash } from 'node:crypto';
import { checkLink, emptyChain, type AuditEvent, type ChainTip } from './chain.ts';
import type { ExportEnd } from './export.ts';

export interface ExportResult {
  chains: number;
  events: number;
  faults: string[];
}

/** Faults that are named; of more only the first are of use. */
const namedFaults = 100;

/** Checks an export, chunk by chunk, in memory that does not grow with it. */
export async function verifyExport(chunks: AsyncIterable<Buffer>): Promise<ExportResult> {
  const result: ExportResult = { chains: 0, events: 0, faults: [] };
  let stream: string | undefined;
  let tip: ChainTip = emptyChain;
  let broken = false;

  const fault = (text: string) => {
    broken = true;
    if (result.faults.length < namedFaults) result.faults.push(`${stream}: ${text}`);
  };

  function take(line: string): void {
    if (line === '') return;
    let parsed: AuditEvent | ExportEnd;
    try {
      parsed = JSON.parse(line) as AuditEvent | ExportEnd;
    } catch {
      return fault('a line is no JSON');
    }
    if ('end' in parsed) return finish(parsed);
    result.events++;
    if (parsed.stream !== stream) {
      if (stream !== undefined) fault('its end is missing');
      stream = parsed.stream;
      tip = emptyChain;
      broken = false;
    }
    if (broken) return;
    const next = follows(tip, parsed, line);
    if (typeof next === 'string') fault(next);
    else tip = next;
  }

  function finish({ end }: ExportEnd): void {
    stream ??= end.stream;
    result.chains++;
    if (!broken && (end.stream !== stream || end.sequence !== tip.sequence || end.hash !== tip.hash)) {
      fault(`ends at event ${tip.sequence}, not as the export says`);
    }
    stream = undefined;
    tip = emptyChain;
    broken = false;
  }

  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  }
  take(rest);
  if (stream !== undefined) fault('its end is missing');
  return result;
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
