/** One mistake in `Pulumi.<stack>.yaml`: the full key, and what is wrong with its value. */
export interface Mistake {
  key: string;
  problem: string;
}

/** The stack's configuration cannot be deployed; the message lists every mistake, by key. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly mistakes: readonly Mistake[];

  constructor(stack: string, mistakes: readonly Mistake[]) {
    const lines = mistakes.map(({ key, problem }) => `  ${key}: ${problem}`);
    super(
      [`Pulumi.${stack}.yaml has ${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}:`, ...lines].join('\n'),
    );
    this.mistakes = mistakes;
  }
}
