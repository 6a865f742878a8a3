/** What is stored as a checkpoint is none. */
export class UnreadableCheckpointError extends Error {
  override name = 'UnreadableCheckpointError';
}

/** A checkpoint of this number was written already; write-once storage keeps the first. */
export class CheckpointExistsError extends Error {
  override name = 'CheckpointExistsError';
}
