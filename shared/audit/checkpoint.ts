import { hash, sign, verify, type KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ChainTip } from './chain.ts';
import { UnreadableCheckpointError } from './errors.ts';
import { inclusionPath, leafHash, merkleRoot } from './merkle.ts';

/** A chain's end at the time of a checkpoint. */
export interface Leaf {
  stream: string;
  sequence: number;
  hash: string;
}

/** A signed statement of where the chains that moved since the last one ended. */
export interface Checkpoint {
  /** From 1, without gaps. */
  number: number;
  at: string;
  /** SHA-256 of the checkpoint before, so none can be taken out; null for the first. */
  previousHash: string | null;
  leaves: number;
  /** Merkle root over the leaves, hex. */
  root: string;
  /** Ed25519 over the canonical JSON of the rest, base64. */
  signature: string;
}

export interface SignedLeaves {
  checkpoint: Checkpoint;
  /** By stream. */
  leaves: Leaf[];
}

/** What a store keeps as a checkpoint. @throws {UnreadableCheckpointError} it has not the parts of one */
export function readSigned(content: string): SignedLeaves {
  let signed: Partial<SignedLeaves> | null;
  try {
    signed = JSON.parse(content) as typeof signed;
  } catch (cause) {
    throw new UnreadableCheckpointError('it is no JSON', { cause });
  }
  const { checkpoint, leaves } = signed ?? {};
  const whole = typeof checkpoint?.signature === 'string' && Array.isArray(leaves) && leaves.every(isLeaf);
  if (!whole) throw new UnreadableCheckpointError('it has not the parts of a checkpoint');
  return { checkpoint, leaves };
}

function isLeaf(leaf: Partial<Leaf> | null): boolean {
  return typeof leaf?.stream === 'string' && typeof leaf.hash === 'string' && Number.isInteger(leaf.sequence);
}

export function leafOf(stream: string, { sequence, hash }: ChainTip): Leaf | undefined {
  return hash === null ? undefined : { stream, sequence, hash };
}

export function signCheckpoint(
  leaves: readonly Leaf[],
  previous: Checkpoint | undefined,
  now: Date,
  key: KeyObject,
): SignedLeaves {
  const sorted = leaves.toSorted((a, b) => (a.stream < b.stream ? -1 : 1));
  const statement = {
    number: (previous?.number ?? 0) + 1,
    at: now.toISOString(),
    previousHash: previous ? checkpointHash(previous) : null,
    leaves: sorted.length,
    root: merkleRoot(sorted.map(hashed)).toString('hex'),
  };
  const signature = sign(null, Buffer.from(text(statement)), key).toString('base64');
  return { checkpoint: { ...statement, signature }, leaves: sorted };
}

/**
 * Checks a checkpoint against its leaves, the one before it and the signer's key.
 * @returns what is wrong; undefined when it holds
 */
export function checkpointFault(
  { checkpoint, leaves }: SignedLeaves,
  previous: Checkpoint | undefined,
  key: KeyObject,
): string | undefined {
  const name = `checkpoint ${checkpoint.number}`;
  if (!isSigned(checkpoint, key)) return `${name} is not signed with this key`;
  if (checkpoint.number !== (previous?.number ?? 0) + 1) return `${name} does not follow ${previous?.number ?? 0}`;
  if (checkpoint.previousHash !== (previous ? checkpointHash(previous) : null)) {
    return `${name} does not link to the one before it`;
  }
  if (merkleRoot(leaves.map(hashed)).toString('hex') !== checkpoint.root) return `${name} does not fit its leaves`;
  return undefined;
}

export function isSigned({ signature, ...statement }: Checkpoint, key: KeyObject): boolean {
  let signed: string;
  try {
    signed = text(statement);
  } catch {
    // Half a surrogate pair has no canonical form, so nothing was ever signed with one.
    return false;
  }
  return verify(null, Buffer.from(signed), key, Buffer.from(signature, 'base64'));
}

/** Where a stream's leaf is in a checkpoint, and its way up. */
export function leafPath(leaves: readonly Leaf[], index: number): string[] {
  return inclusionPath(leaves.map(hashed), index).map((node) => node.toString('hex'));
}

export function hashed({ stream, sequence, hash }: Leaf): Buffer {
  return leafHash(`${stream}\n${sequence}\n${hash}`);
}

function checkpointHash(checkpoint: Checkpoint): string {
  return hash('sha256', text(checkpoint), 'hex');
}

function text(value: object): string {
  const canonical = canonicalize(value);
  if (canonical === undefined) throw new TypeError('a checkpoint is an object');
  return canonical;
}
