import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { schemaFaults, type JsonSchema } from '../../domain/json-schema';
import type { SequenceState, TableShape } from '../../persistence/backup-snapshot';
import type { MigrationSet } from '../../persistence/migrate';
import { BackupError } from './backup-error';

/** A table in a backup: the file `<database>/<name>.copy.gz`, gzip of COPY's text format. */
export interface BackedUpTable extends TableShape {
  readonly rows: number;
  /** Of the file. */
  readonly bytes: number;
  /** Of the file, in hexadecimal digits. */
  readonly sha256: string;
}

interface BackedUpDatabase {
  readonly takenAt: string;
  readonly instant?: string;
  readonly migrations: readonly string[];
  readonly sequences: readonly SequenceState[];
  readonly tables: readonly BackedUpTable[];
}

/** What a backup holds; written last, so that a folder without it is no backup. */
export interface Manifest {
  readonly format: 1;
  /** Of mfaflow, which made it. */
  readonly release: string;
  readonly databases: Readonly<Record<MigrationSet, BackedUpDatabase>>;
}

export const manifestFile = 'manifest.json';
const format = 1;

/** Where a table of a backup is. */
export function tableFile(folder: string, set: MigrationSet, table: string): string {
  return join(folder, set, `${table}.copy.gz`);
}

/** Writes the manifest whole or not at all, and has it on the disk before it returns. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const unfinished = join(folder, `${manifestFile}.new`);
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ ...manifest, sha256: digestOf(manifest) }, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, join(folder, manifestFile));
  await syncFolder(folder);
}

/** Has the names of a folder's files on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * The manifest of a backup, as it was written.
 *
 * @throws {BackupError} `backup_incomplete` without one, `backup_damaged` when it was changed, `backup_newer` when a later
 *   release of mfaflow wrote it in a way that this one does not know.
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, manifestFile), 'utf8').catch((cause: unknown) => {
    throw new BackupError(
      'backup_incomplete',
      `${folder} holds no finished backup: ${manifestFile}, which is written last, cannot be read.`,
      { cause },
    );
  });
  const { sha256, ...manifest } = parse(folder, text);
  if ((manifest as { format?: unknown }).format !== format && typeof manifest['format'] === 'number')
    throw new BackupError(
      'backup_newer',
      `The backup in ${folder} was made by a later release: restore it with that one.`,
    );
  if (schemaFaults(manifestSchema, manifest).length > 0 || sha256 !== digestOf(manifest))
    throw damaged(folder);
  return manifest as unknown as Manifest;
}

function parse(folder: string, text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw damaged(folder);
}

function damaged(folder: string): BackupError {
  return new BackupError(
    'backup_damaged',
    `${manifestFile} in ${folder} is damaged or was changed: use another copy of the backup.`,
  );
}

function digestOf(manifest: object): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
}

const text: JsonSchema = { type: 'string', maxLength: 200 };
// A table's name is part of a path.
const name: JsonSchema = { type: 'string', pattern: '^[a-z_][a-z0-9_]{0,62}$' };
const digits: JsonSchema = { type: 'string', pattern: '^-?[0-9]{1,19}$' };
const count: JsonSchema = { type: 'integer', minimum: 0 };

const databaseSchema: JsonSchema = {
  type: 'object',
  required: ['takenAt', 'migrations', 'sequences', 'tables'],
  properties: {
    takenAt: text,
    instant: text,
    migrations: { type: 'array', items: text },
    sequences: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'lastValue', 'isCalled'],
        properties: { name, lastValue: digits, isCalled: { type: 'boolean' } },
      },
    },
    tables: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'columns', 'rows', 'bytes', 'sha256'],
        properties: {
          name,
          columns: { type: 'array', minItems: 1, items: text },
          rows: count,
          bytes: count,
          sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
        },
      },
    },
  },
};

const manifestSchema: JsonSchema = {
  type: 'object',
  required: ['format', 'release', 'databases'],
  properties: {
    format: { type: 'integer', minimum: format, maximum: format },
    release: text,
    databases: {
      type: 'object',
      required: ['main', 'keys'],
      properties: { main: databaseSchema, keys: databaseSchema },
    },
  },
};
