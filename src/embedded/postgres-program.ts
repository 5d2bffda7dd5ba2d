import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresAccount } from './postgres-account';

/** What to do when a program of the package cannot be run. */
export const missingPrograms = 'run npm ci, or set DATABASE_URL to a Postgres server';

export interface PostgresProgram {
  /** The folder with `bin`, `lib` and `share`. */
  readonly installation: string;
  readonly program: 'initdb' | 'postgres';
  readonly cluster: string;
  readonly account: PostgresAccount | undefined;
  readonly args: readonly string[];
  /** An open file that takes what the program prints. */
  readonly log: number;
}

/**
 * Runs a Postgres program on a cluster.
 *
 * Root hands the cluster over as an open folder, named /proc/self/fd/3: Postgres' account then needs no way
 * down to it, and the data stay in the data folder even below a folder of mode 0700, such as root's home.
 * The program gets a session of its own: Ctrl-C in the terminal reaches only the supervisor, which stops in order.
 */
export function spawnPostgresProgram(options: PostgresProgram): ChildProcess {
  const { account, cluster, log } = options;
  const command = join(options.installation, 'bin', options.program);
  const shared = { cwd: '/', env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }, detached: true };
  if (account === undefined) {
    return spawn(command, ['-D', cluster, ...options.args], { ...shared, stdio: ['ignore', log, log] });
  }
  const folder = openSync(cluster, 'r');
  try {
    const stdio: ('ignore' | number)[] = ['ignore', log, log, folder];
    return spawn(command, ['-D', '/proc/self/fd/3', ...options.args], { ...shared, ...account, stdio });
  } finally {
    closeSync(folder);
  }
}
