/** The little of SQL that the domain needs: parameterised queries and transactions. */
export interface Sql {
  /** @throws {SqlUnavailableError} when the database cannot be reached or is shutting down: retryable. */
  query<T extends object>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /**
   * Runs `work` in one transaction on one connection; commits when it resolves, rolls back when it rejects.
   * Inside a transaction it joins the outer one.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
}
