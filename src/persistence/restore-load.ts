import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { tablesOf, type SequenceState, type TableShape } from './backup-snapshot';
import { MIGRATION_LOCK, migrationFiles, type MigrationSet } from './migrate';

/** One database that is being filled from a backup, in one transaction: whatever ends it early leaves it empty. */
export interface Load {
  /** The tables as the backup's release had them, empty. */
  applyMigrations(names: readonly string[]): Promise<void>;
  /** @returns how many rows. */
  fill(table: TableShape, rows: Readable): Promise<number>;
  /** Foreign keys and sequences, then the migrations that came since. */
  finish(sequences: readonly SequenceState[]): Promise<void>;
  /** Notes that nobody has checked it yet, so that no server starts on it. Of the main database. */
  markUnchecked(restoreId: string, takenAt: string): Promise<void>;
  commit(): Promise<void>;
  /** Rolls back what was not committed. */
  close(): Promise<void>;
}

/** There is something in the database already, which a restore would mix up with the backup. */
export class DatabaseNotEmpty extends Error {
  readonly code = 'database_not_empty';
  override readonly name = 'DatabaseNotEmpty';
}

/** The backup does not hold what its own migrations make. */
export class BackupUnfit extends Error {
  readonly code = 'backup_unfit';
  override readonly name = 'BackupUnfit';
}

/** The migrations of a backup that this code does not know: a later release made it. */
export function unknownMigrations(set: MigrationSet, names: readonly string[]): string[] {
  const known = new Set(migrationFiles(set).map(({ name }) => name));
  return names.filter((name) => !known.has(name));
}

/**
 * Begins to fill an empty database. Two restores, or a restore and a migration, take turns.
 *
 * @throws {DatabaseNotEmpty}
 */
export async function beginLoad(databaseUrl: string, set: MigrationSet): Promise<Load> {
  const client = new Client({
    connectionString: databaseUrl,
    keepAlive: true,
    statement_timeout: 0,
    idle_in_transaction_session_timeout: 0,
    options: '-c datestyle=ISO -c intervalstyle=postgres -c timezone=UTC -c client_encoding=UTF8',
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await refuseUnlessEmpty(client, set);
  } catch (error) {
    await client.end();
    throw error;
  }
  let foreignKeys: ForeignKey[] = [];
  const filled: TableShape[] = [];
  return {
    async applyMigrations(names) {
      await client.query(
        'CREATE TABLE migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
      );
      await apply(client, set, (name) => names.includes(name));
      // Tables refer to each other in a circle: their references are made again once all rows are there.
      foreignKeys = await dropForeignKeys(client);
    },
    async fill({ name, columns }, rows) {
      const table = client.escapeIdentifier(name);
      await client.query(`TRUNCATE ${table}`);
      const listed = columns.map((column) => client.escapeIdentifier(column)).join(', ');
      const copy = client.query(copyFrom(`COPY ${table} (${listed}) FROM STDIN`));
      await pipeline(rows, copy);
      filled.push({ name, columns });
      return copy.rowCount;
    },
    async finish(sequences) {
      assertComplete(await tablesOf(client), filled);
      await setSequences(client, sequences);
      for (const { table, name, definition } of foreignKeys)
        await client.query(
          `ALTER TABLE ${client.escapeIdentifier(table)} ADD CONSTRAINT ${client.escapeIdentifier(name)} ${definition}`,
        );
      const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations');
      const applied = new Set(rows.map(({ name }) => name));
      await apply(client, set, (name) => !applied.has(name));
    },
    async markUnchecked(restoreId, takenAt) {
      await client.query('INSERT INTO restores (restore_id, taken_at) VALUES ($1, $2)', [restoreId, takenAt]);
    },
    async commit() {
      await client.query('COMMIT');
    },
    close: () => client.end(),
  };
}

async function refuseUnlessEmpty(client: Client, set: MigrationSet): Promise<void> {
  const { rowCount } = await client.query(
    `SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace LIMIT 1`,
  );
  if (rowCount === 0) return;
  throw new DatabaseNotEmpty(
    set === 'main'
      ? 'The database of DATABASE_URL is not empty: a restore takes a database that was just created, before any migration.'
      : 'The keys database is not empty: create an empty one, or keep what it holds with --keep-keys.',
  );
}

/** A table or column that a backup leaves out would be empty, as if nothing had been spent or revoked. */
function assertComplete(wanted: readonly TableShape[], filled: readonly TableShape[]): void {
  for (const { name, columns } of wanted) {
    const found = filled.find((table) => table.name === name)?.columns ?? [];
    if (columns.some((column) => !found.includes(column)))
      throw new BackupUnfit(`The backup lacks the table ${name} or a part of it: use another backup.`);
  }
}

async function apply(client: Client, set: MigrationSet, wanted: (name: string) => boolean): Promise<void> {
  for (const { name, sql } of migrationFiles(set)) {
    if (!wanted(name)) continue;
    await client.query(sql);
    await client.query('INSERT INTO migrations (name) VALUES ($1)', [name]);
  }
}

interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

async function dropForeignKeys(client: Client): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `SELECT c.relname AS "table", k.conname AS name, pg_get_constraintdef(k.oid) AS definition
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
     WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace ORDER BY k.conname`,
  );
  for (const { table, name } of rows)
    await client.query(
      `ALTER TABLE ${client.escapeIdentifier(table)} DROP CONSTRAINT ${client.escapeIdentifier(name)}`,
    );
  return rows;
}

/** A sequence that stayed at its start would give out numbers that rows have already. */
async function setSequences(client: Client, states: readonly SequenceState[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S'`,
  );
  for (const { name } of rows) {
    const state = states.find((candidate) => candidate.name === name);
    if (state === undefined)
      throw new BackupUnfit(`The backup does not say where ${name} stands: use another backup.`);
    await client.query('SELECT setval($1::regclass, $2::bigint, $3)', [
      client.escapeIdentifier(name),
      state.lastValue,
      state.isCalled,
    ]);
  }
}
