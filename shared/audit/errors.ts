/** A checkpoint of this number was written already; write-once storage keeps the first. */
export class CheckpointExistsError extends Error {
  override name = 'CheckpointExistsError';
}
