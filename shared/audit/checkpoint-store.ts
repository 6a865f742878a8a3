import type { SignedLeaves } from './checkpoint.ts';

/** Write-once storage of checkpoints: outside the reach of whoever can change the chains. */
export interface CheckpointStore {
  /** @throws {CheckpointExistsError} when there is one of that number already */
  add(signed: SignedLeaves): Promise<void>;
  /** @throws {UnreadableCheckpointError} */
  get(number: number): Promise<SignedLeaves | undefined>;
  /** Number of the latest; 0 when there is none. */
  latest(): Promise<number>;
}

/** Its file, named so that names sort by number. */
export function checkpointName(number: number): string {
  return `checkpoint-${String(number).padStart(10, '0')}.json`;
}

/** The number in a name; undefined for other files. */
export function checkpointNumber(name: string): number | undefined {
  const digits = /(?:^|\/)checkpoint-([0-9]{10})\.json$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
