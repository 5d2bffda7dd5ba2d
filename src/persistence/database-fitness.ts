import type { ClientBase, Pool } from 'pg';
import { DatabaseFault, databaseFault, serverOf, type NamedDatabase } from './database-fault';
import { MAX_DRIFT_MS, measureDrift } from './heartbeat-repository';
import type { MigrationSet } from './migrate';
import { migrationAhead, readMigrationState } from './migration-state';

/** The oldest major version that mfaflow is tested with; older ones are past their end of life. */
export const OLDEST_POSTGRES = 15;

/** A machine that is busy may look late once; a clock that is off looks so every time. */
const CLOCK_LOOKS = 3;

export interface PostgresVersion {
  readonly major: number;
  /** As the server says it, such as `18.4`. */
  readonly text: string;
}

export async function readPostgresVersion(database: Pool | ClientBase): Promise<PostgresVersion> {
  const { rows } = await database.query<{ number: string; text: string }>(
    `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text`,
  );
  const { number = '0', text = '' } = rows[0] ?? {};
  return { major: Math.trunc(Number(number) / 10_000), text };
}

/**
 * Refuses a database that this release cannot work with: away, closed to us, read-only, too old, not migrated, or
 * migrated by a newer release.
 *
 * @throws {DatabaseFault} or {MigrationAhead}, each with one sentence.
 */
export async function assertDatabaseFit(
  pool: Pool,
  set: MigrationSet,
  database: NamedDatabase,
): Promise<void> {
  try {
    const { major, text } = await readPostgresVersion(pool);
    if (major < OLDEST_POSTGRES) throw tooOld(text, database);
    if (await isReadOnly(pool)) throw databaseFault(readOnly, database);
    const { missing, unknown } = await readMigrationState(pool, set);
    if (unknown[0] !== undefined) throw migrationAhead(unknown[0]);
    if (missing.length > 0) throw databaseFault(notMigrated, database);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'migration_ahead') throw error;
    throw databaseFault(error, database);
  }
}

/** @throws {DatabaseFault} `postgres_too_old` or what keeps the server from being asked. */
export async function assertPostgresNewEnough(client: ClientBase, database: NamedDatabase): Promise<void> {
  const { major, text } = await readPostgresVersion(client);
  if (major < OLDEST_POSTGRES) throw tooOld(text, database);
}

/**
 * Refuses a process whose clock is not that of Postgres: it would never be ready (see /readyz).
 *
 * @throws {DatabaseFault} `clock_off`
 */
export async function assertClockFit(pool: Pool, database: NamedDatabase): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < CLOCK_LOOKS; look += 1) {
    const drift = await measureDrift(pool).catch((error: unknown) => {
      throw databaseFault(error, database);
    });
    if (Math.abs(drift) < Math.abs(least)) least = drift;
    if (Math.abs(least) <= MAX_DRIFT_MS) return;
  }
  throw new DatabaseFault('clock_off', clockSentence(least, `Postgres at ${serverOf(database)}`));
}

/** @param driftMs of this machine's clock against the other's; positive when this one is ahead. */
export function clockSentence(driftMs: number, other: string): string {
  const seconds = (Math.abs(driftMs) / 1_000).toFixed(1);
  const way = driftMs > 0 ? 'ahead of' : 'behind';
  return `The clock of this machine is ${seconds} s ${way} that of ${other}: have NTP set both, then start again.`;
}

async function isReadOnly(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ on: boolean }>(
    `SELECT current_setting('transaction_read_only') = 'on' AS on`,
  );
  return rows[0]?.on === true;
}

function tooOld(version: string, database: NamedDatabase): DatabaseFault {
  return new DatabaseFault(
    'postgres_too_old',
    `Postgres at ${serverOf(database)} is version ${version}, and mfaflow needs ${OLDEST_POSTGRES} or newer: upgrade it, or let ${database.variable} name another.`,
  );
}

const readOnly = Object.assign(new Error('read only'), { code: '25006' });
const notMigrated = Object.assign(new Error('not migrated'), { code: '42P01' });
