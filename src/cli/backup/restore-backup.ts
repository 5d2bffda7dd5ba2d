import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { MigrationSet } from '../../persistence/migrate';
import { beginLoad, unknownMigrations, type Load } from '../../persistence/restore-load';
import { createIfAbsent } from '../../persistence/restore-target';
import { randomId } from '../../security/random-id';
import { BackupError } from './backup-error';
import type { Databases } from './databases';
import { readManifest, tableFile, type BackedUpTable, type Manifest } from './manifest';

export interface RestoreRequest {
  readonly databases: Databases;
  readonly folder: string;
  /** Makes the databases where they do not exist, once the backup is known to be whole. */
  readonly create?: boolean;
  /** Leaves the keys database as it is: the newer it is, the more of those who were erased it knows. */
  readonly keepKeys?: boolean;
  readonly onProgress?: (step: 'verify' | 'load', done: number, total: number) => void;
}

/**
 * Fills empty databases from a backup and brings them to this release. Everything is verified before the first write, and
 * each database is filled in one transaction: what is interrupted leaves it empty. The main database is committed last and is
 * marked, so that no server starts on it before restore-check was applied.
 *
 * @returns the manifest, and the id under which the restore is noted.
 * @throws {BackupError} `backup_incomplete`, `backup_damaged`, `backup_newer`.
 * @throws {DatabaseNotEmpty}
 */
export async function restoreBackup(
  request: RestoreRequest,
): Promise<{ manifest: Manifest; restoreId: string }> {
  const { databases, folder, create = false, keepKeys = false, onProgress = () => undefined } = request;
  const manifest = await readManifest(folder);
  refuseNewer(manifest, folder);
  const sets: readonly MigrationSet[] = keepKeys ? ['main'] : ['keys', 'main'];
  const total = sets
    .flatMap((set) => manifest.databases[set].tables)
    .reduce((sum, { bytes }) => sum + bytes, 0);
  await verifyFiles(
    folder,
    manifest,
    sets,
    counted(total, (done) => onProgress('verify', done, total)),
  );

  const restoreId = randomId('res');
  const progress = counted(total, (done) => onProgress('load', done, total));
  const loads: Load[] = [];
  try {
    for (const set of sets) {
      if (create) await createIfAbsent(databases[set]);
      loads.push(await beginLoad(databases[set], set));
    }
    for (const [index, set] of sets.entries()) {
      const load = loads[index];
      if (load !== undefined) await fill(load, folder, set, manifest, progress);
      if (set === 'main') await load?.markUnchecked(restoreId, manifest.databases.main.takenAt);
    }
    for (const load of loads) await load.commit();
  } finally {
    for (const load of loads) await load.close();
  }
  return { manifest, restoreId };
}

function refuseNewer(manifest: Manifest, folder: string): void {
  for (const set of ['main', 'keys'] as const) {
    const [unknown] = unknownMigrations(set, manifest.databases[set].migrations);
    if (unknown === undefined) continue;
    throw new BackupError(
      'backup_newer',
      `The backup in ${folder} was made by mfaflow ${manifest.release} and has migration ${set}/${unknown}, which this release does not know: restore it with that release or a later one.`,
    );
  }
}

async function verifyFiles(
  folder: string,
  manifest: Manifest,
  sets: readonly MigrationSet[],
  progress: (bytes: number) => void,
): Promise<void> {
  for (const set of sets) {
    for (const table of manifest.databases[set].tables) {
      const path = tableFile(folder, set, table.name);
      const hash = createHash('sha256');
      await pipeline(createReadStream(path), async (source: AsyncIterable<Buffer>) => {
        for await (const chunk of source) {
          hash.update(chunk);
          progress(chunk.length);
        }
      }).catch((cause: unknown) => {
        throw damaged(path, cause);
      });
      assertSame(hash, table, path);
    }
  }
}

function assertSame(hash: Hash, table: BackedUpTable, path: string): void {
  if (hash.digest('hex') !== table.sha256) throw damaged(path);
}

function damaged(path: string, cause?: unknown): BackupError {
  return new BackupError(
    'backup_damaged',
    `${path} is missing, cut short or changed: nothing was restored; use another copy of the backup.`,
    { cause },
  );
}

async function fill(
  load: Load,
  folder: string,
  set: MigrationSet,
  manifest: Manifest,
  progress: (bytes: number) => void,
): Promise<void> {
  const { migrations, tables, sequences } = manifest.databases[set];
  await load.applyMigrations(migrations);
  for (const table of tables) {
    const path = tableFile(folder, set, table.name);
    const hash = createHash('sha256');
    const source = createReadStream(path);
    const unzipped = createGunzip();
    source.on('data', (chunk) => {
      hash.update(chunk);
      progress(chunk.length);
    });
    source.on('error', (error) => unzipped.destroy(error));
    const rows = await load.fill(table, source.pipe(unzipped));
    // The file may have changed since it was verified.
    if (rows !== table.rows) throw damaged(path);
    assertSame(hash, table, path);
  }
  await load.finish(sequences);
}

function counted(total: number, report: (done: number) => void): (bytes: number) => void {
  let done = 0;
  return (bytes) => {
    done += bytes;
    report(Math.min(done, total));
  };
}
