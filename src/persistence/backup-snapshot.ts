import type { Readable } from 'node:stream';
import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** A table as it is copied: its columns in the order in which their values are written. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Where a sequence stands; `lastValue` is a bigint in digits. */
export interface SequenceState {
  readonly name: string;
  readonly lastValue: string;
  readonly isCalled: boolean;
}

/** One database as it was at one moment, for as long as this is open. */
export interface Snapshot {
  /** ISO 8601, by the real clock of the database. */
  readonly takenAt: string;
  /** ISO 8601, by the clock that decides; another than `takenAt` only where a test has moved it. Absent of the keys database. */
  readonly instant?: string;
  readonly migrations: readonly string[];
  readonly tables: readonly TableShape[];
  readonly sequences: readonly SequenceState[];
  /** Bytes that the tables take in the database, to show how far a copy has come. */
  readonly bytes: number;
  /** The rows in the text format of COPY. `rowCount` is right once the stream has ended. */
  copy(table: TableShape): Readable & { rowCount: number };
  close(): Promise<void>;
}

/** The database is not one of mfaflow's: it was never migrated. */
export class NotMigrated extends Error {
  readonly code = 'not_migrated';
  override readonly name = 'NotMigrated';
}

/**
 * What a copy leaves out: the test mode's clock, which is none of the data, and the list of migrations, which applying
 * them makes. Unlogged tables are left out too: a crash of the database may forget them.
 */
const leftOut = ['test_clock', 'migrations'];

const TABLES = `
  SELECT c.relname AS name, pg_table_size(c.oid)::float8 AS bytes, array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
    AND NOT c.relname = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  GROUP BY c.oid, c.relname ORDER BY c.relname`;

const SEQUENCES = `
  SELECT c.relname AS name FROM pg_class c
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'S' ORDER BY c.relname`;

/**
 * Holds still one moment of a database: everything is read in one REPEATABLE READ transaction, which blocks no writer.
 * Sequences know no snapshot; read after it was taken, they are at least as far as its rows.
 *
 * @throws {NotMigrated}
 */
export async function openSnapshot(databaseUrl: string): Promise<Snapshot> {
  const client = new Client({ connectionString: databaseUrl, keepAlive: true, ...unlimited });
  // A connection that breaks makes the query under way fail; nothing more is to be said of it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await hold(client);
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** A copy takes as long as it takes; texts are written alike whatever the server's settings are. */
const unlimited = {
  statement_timeout: 0,
  idle_in_transaction_session_timeout: 0,
  options: '-c datestyle=ISO -c intervalstyle=postgres -c timezone=UTC -c client_encoding=UTF8',
};

async function hold(client: Client): Promise<Snapshot> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // The snapshot is taken by the first statement, so that what follows is not older than the moment it says.
  const moment = await client.query<{ at: Date; migrated: boolean; has_instant: boolean }>(
    `SELECT clock_timestamp() AS at, to_regclass('migrations') IS NOT NULL AS migrated,
       to_regprocedure('current_instant()') IS NOT NULL AS has_instant`,
  );
  const { at, migrated, has_instant: hasInstant } = onlyRow(moment.rows);
  if (!migrated)
    throw new NotMigrated('There is nothing to back up: the database was never migrated by mfaflow.');
  const migrations = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY name');
  const tables = await tablesOf(client);
  const sequences = await client.query<{ name: string }>(SEQUENCES);
  return {
    takenAt: at.toISOString(),
    ...(hasInstant ? { instant: await readInstant(client) } : {}),
    migrations: migrations.rows.map(({ name }) => name),
    tables: tables.map(({ name, columns }) => ({ name, columns })),
    sequences: await readSequences(
      client,
      sequences.rows.map(({ name }) => name),
    ),
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    copy: ({ name, columns }) => {
      const listed = columns.map((column) => client.escapeIdentifier(column)).join(', ');
      return client.query(copyTo(`COPY ${client.escapeIdentifier(name)} (${listed}) TO STDOUT`));
    },
    close: () => client.end(),
  };
}

/** Every table that a copy holds, with about how many bytes it takes. */
export async function tablesOf(client: Client): Promise<(TableShape & { bytes: number })[]> {
  const { rows } = await client.query<TableShape & { bytes: number }>(TABLES, [leftOut]);
  return rows;
}

async function readInstant(client: Client): Promise<string> {
  const { rows } = await client.query<{ at: Date }>('SELECT current_instant() AS at');
  return onlyRow(rows).at.toISOString();
}

async function readSequences(client: Client, names: readonly string[]): Promise<SequenceState[]> {
  const states: SequenceState[] = [];
  for (const name of names) {
    const { rows } = await client.query<{ lastValue: string; isCalled: boolean }>(
      `SELECT last_value AS "lastValue", is_called AS "isCalled" FROM ${client.escapeIdentifier(name)}`,
    );
    states.push({ name, ...onlyRow(rows) });
  }
  return states;
}

function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('a SELECT that always has one row gave none');
  return row;
}
