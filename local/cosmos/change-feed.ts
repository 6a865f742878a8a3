import type { Container, HashRange, StoredDocument } from './container.ts';
import type { PartitionKey } from './partition-key.ts';

export interface FeedRequest {
  key: PartitionKey | undefined;
  range: HashRange | undefined;
  /** The sequence number read last, as an ETag; `*` starts from now. */
  ifNoneMatch: string | undefined;
  /** A date of HTTP; used when there is no sequence number yet. */
  ifModifiedSince: string | undefined;
  maxItems: number;
}

export interface FeedPage {
  documents: StoredDocument[];
  /** What to ask with next. */
  etag: string;
}

/** Latest versions in the order of their last write. What one transaction wrote is never split over two pages. */
export function changeFeedPage(container: Container, request: FeedRequest): FeedPage {
  const { key, range, ifNoneMatch, ifModifiedSince } = request;
  if (ifNoneMatch === '*') return { documents: [], etag: `"${container.lsn}"` };
  const from = ifNoneMatch ? Number(ifNoneMatch.replaceAll('"', '')) : 0;
  const since = ifNoneMatch || !ifModifiedSince ? 0 : Date.parse(ifModifiedSince) / 1000;
  const documents: StoredDocument[] = [];
  for (const document of container.changes(from)) {
    if (documents.length >= request.maxItems && document.lsn !== documents.at(-1)!.lsn) break;
    const { partition, body } = document;
    if ((body['_ts'] as number) < since) continue;
    if (key && !(partition.key.length >= key.length && partition.startsWith(key))) continue;
    if (range && (partition.effectiveKey < range.min || partition.effectiveKey >= range.max)) continue;
    documents.push(document);
  }
  // At the end everything has been seen, also what this range or key has no part in.
  const last = documents.length >= request.maxItems ? documents.at(-1)!.lsn : container.lsn;
  return { documents, etag: `"${last}"` };
}
