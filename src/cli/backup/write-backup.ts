import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { openSnapshot, type Snapshot, type TableShape } from '../../persistence/backup-snapshot';
import type { MigrationSet } from '../../persistence/migrate';
import { BackupError, saidOfDisk, saidOfFolder } from './backup-error';
import type { Databases } from './databases';
import { syncFolder, tableFile, writeManifest, type BackedUpTable, type Manifest } from './manifest';

export interface BackupRequest {
  readonly databases: Databases;
  /** Made where it is not there; has to be empty. */
  readonly folder: string;
  readonly release: string;
  /** Bytes copied so far, and about how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What is sealed does not get smaller, and the rest is soon small. */
const compression = { level: 3 };

/**
 * Copies both databases into a folder, each as it was at one moment, while everything goes on.
 *
 * The keys database is held still after the main one. A user's data key is made before the user's first row, and destroyed
 * after the last: so every user of the older main copy has a key in the newer keys copy, or a tombstone there, by which a
 * restore erases the user again. The other way about, a user made in between would be restored without a key, and one erased in
 * between with it.
 *
 * @throws {BackupError} `backup_folder_in_use`, `disk_full`.
 */
export async function writeBackup(request: BackupRequest): Promise<Manifest> {
  const { databases, folder, release } = request;
  const main = await openSnapshot(databases.main);
  try {
    const keys = await openSnapshot(databases.keys);
    try {
      await takeFolder(folder);
      const manifest = await copyAll(request, { main, keys }).catch(async (error: unknown) => {
        await giveUp(folder);
        throw saidOfDisk(error, folder);
      });
      return { format: 1, release, databases: manifest };
    } finally {
      await keys.close();
    }
  } finally {
    await main.close();
  }
}

async function copyAll(
  { folder, release, onProgress }: BackupRequest,
  { main, keys }: Record<MigrationSet, Snapshot>,
): Promise<Manifest['databases']> {
  const progress = counted(main.bytes + keys.bytes, onProgress);
  const databases = {
    main: { ...momentOf(main), tables: await writeTables(folder, 'main', main, progress) },
    keys: { ...momentOf(keys), tables: await writeTables(folder, 'keys', keys, progress) },
  };
  await writeManifest(folder, { format: 1, release, databases });
  onProgress?.(main.bytes + keys.bytes, main.bytes + keys.bytes);
  return databases;
}

function momentOf({ takenAt, instant, migrations, sequences }: Snapshot) {
  return { takenAt, ...(instant === undefined ? {} : { instant }), migrations, sequences };
}

/** Whose `mkdir` of the first sub-folder succeeds has the folder: of two backups at once, one. */
async function takeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await readdir(folder)).length > 0) throw inUse(folder);
    await chmod(folder, 0o700);
    await mkdir(join(folder, 'main'), { mode: 0o700 }).catch((error: unknown) => {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? inUse(folder) : error;
    });
    await mkdir(join(folder, 'keys'), { mode: 0o700 });
  } catch (error) {
    throw saidOfFolder(error, folder);
  }
}

function inUse(folder: string): BackupError {
  return new BackupError(
    'backup_folder_in_use',
    `${folder} is not empty: name a new folder for each backup.`,
  );
}

/** What was written is of no use without the rest. */
async function giveUp(folder: string): Promise<void> {
  for (const name of ['main', 'keys', 'manifest.json.new'])
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}

async function writeTables(
  folder: string,
  set: MigrationSet,
  snapshot: Snapshot,
  progress: (bytes: number) => void,
): Promise<BackedUpTable[]> {
  const tables: BackedUpTable[] = [];
  for (const table of snapshot.tables)
    tables.push(await writeTable(tableFile(folder, set, table.name), snapshot, table, progress));
  await syncFolder(join(folder, set));
  return tables;
}

async function writeTable(
  path: string,
  snapshot: Snapshot,
  table: TableShape,
  progress: (bytes: number) => void,
): Promise<BackedUpTable> {
  const copy = snapshot.copy(table);
  const hash = createHash('sha256');
  let bytes = 0;
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  await pipeline(
    copy,
    async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        progress(chunk.length);
        yield chunk;
      }
    },
    createGzip(compression),
    async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    file,
  );
  return { ...table, rows: copy.rowCount, bytes, sha256: hash.digest('hex') };
}

function counted(total: number, report?: (done: number, total: number) => void): (bytes: number) => void {
  let done = 0;
  return (bytes) => {
    done += bytes;
    report?.(Math.min(done, total), total);
  };
}
