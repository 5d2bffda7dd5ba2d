import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { packageRoot } from '../package-root';

export type MigrationSet = 'main' | 'keys';

/** The database holds migrations that this code does not know: an older release must not run on it. */
export class MigrationAhead extends Error {
  readonly code = 'migration_ahead';
}

/** Two starts at once take turns; the number is arbitrary and only has to be the same everywhere. */
export const MIGRATION_LOCK = 7_203_114;

/** Every migration of a set that this release knows, in the order in which they are applied. */
export function migrationFiles(set: MigrationSet): { name: string; sql: string }[] {
  const folder = join(packageRoot(), 'src', 'persistence', 'migrations', set);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') }));
}

/**
 * Applies what is missing of one set of migrations, each in a transaction of its own, forward only.
 *
 * @returns how many were applied.
 * @throws {MigrationAhead} when the database is newer than this code.
 */
export async function migrate(
  databaseUrl: string,
  set: MigrationSet,
  log: (line: string) => void = () => undefined,
): Promise<number> {
  const files = migrationFiles(set);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(
      'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY name');
    const applied = new Set(rows.map((row) => row.name));
    const unknown = [...applied].find((name) => !files.some((file) => file.name === name));
    if (unknown !== undefined)
      throw new MigrationAhead(
        `The database has migration ${unknown}, which this release does not know. Start the newer release.`,
      );
    const missing = files.filter((file) => !applied.has(file.name));
    for (const file of missing) {
      await client.query('BEGIN');
      await client.query(file.sql);
      await client.query('INSERT INTO migrations (name) VALUES ($1)', [file.name]);
      await client.query('COMMIT');
      log(`applied ${set}/${file.name}`);
    }
    return missing.length;
  } finally {
    await client.end();
  }
}
