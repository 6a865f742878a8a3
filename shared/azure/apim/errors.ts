/** Artefacts that a tier would refuse, or that name what is not there. Its message lists every problem, one a line. */
export class ArtefactError extends Error {
  override name = 'ArtefactError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}
