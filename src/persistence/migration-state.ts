import type { ClientBase, Pool } from 'pg';
import { MigrationAhead, migrationFiles, type MigrationSet } from './migrate';

export interface MigrationState {
  /** Of this release, and not applied. */
  readonly missing: readonly string[];
  /** Applied, and not of this release. */
  readonly unknown: readonly string[];
  readonly newest: string | undefined;
}

/** What of a set of migrations a database has; one that was never migrated lacks all of it. */
export async function readMigrationState(
  database: Pool | ClientBase,
  set: MigrationSet,
): Promise<MigrationState> {
  const { rows: tables } = await database.query<{ there: boolean }>(
    `SELECT to_regclass('migrations') IS NOT NULL AS there`,
  );
  const { rows } =
    tables[0]?.there === true
      ? await database.query<{ name: string }>('SELECT name FROM migrations ORDER BY name')
      : { rows: [] };
  const known = migrationFiles(set).map(({ name }) => name);
  const applied = rows.map(({ name }) => name);
  return {
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
    newest: applied.at(-1),
  };
}

/** The refusal of a database that a newer release has migrated. */
export function migrationAhead(unknown: string): MigrationAhead {
  return new MigrationAhead(
    `The database has migration ${unknown}, which this release does not know. Start the newer release.`,
  );
}
