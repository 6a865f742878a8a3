/** One mistake in a manifest: where it is, what is wrong, and what would be right. Lines and columns count from 1. */
export interface ManifestIssue {
  line: number;
  column: number;
  /** Dotted path of the key, such as `routes.quotes.create.percent`; empty for the whole file. */
  key: string;
  message: string;
}

/** A manifest that cannot be used. Its message lists every mistake, one a line, as `file:line:column key: message`. */
export class ManifestError extends Error {
  override name = 'ManifestError';
  readonly issues: readonly ManifestIssue[];

  constructor(file: string, issues: readonly ManifestIssue[]) {
    super(
      issues
        .map(({ line, column, key, message }) => `${file}:${line}:${column} ${key ? `${key}: ` : ''}${message}`)
        .join('\n'),
    );
    this.issues = issues;
  }
}

/** A switch holds text that is no state of a route. */
export class RouteStateError extends Error {
  override name = 'RouteStateError';
}
