import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './embedded-error';
import { errorCode } from './error-code';
import { writePrivateFile } from './private-file';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity';
import { readProcessRecord } from './process-record';

export interface DataFolderLock {
  /** Whether a killed predecessor had left its lock behind. */
  readonly takenOver: boolean;
  release(): void;
}

/**
 * One supervisor a data folder: a file that names the process which holds it.
 * A lock whose process is gone (SIGKILL, power cut) is taken over.
 *
 * @param patienceMs how long a holder that may be stopping is waited for.
 * @throws {EmbeddedError} `data_folder_in_use` when the holder goes on running.
 */
export async function lockDataFolder(file: string, patienceMs: number): Promise<DataFolderLock> {
  const self = identifyProcess(process.pid);
  if (self === undefined) {
    throw new EmbeddedError('data_folder_in_use', 'This process cannot be told from others: mount /proc.');
  }
  const content = JSON.stringify(self);
  const deadline = Date.now() + patienceMs;
  let takenOver = false;
  while (!tryToHold(file, content)) {
    const holder = readProcessRecord(file);
    if (holder === undefined || !isRunning(holder)) takenOver = removeStale(file) || takenOver;
    else if (Date.now() < deadline) await sleep(100);
    else throw inUse(file, holder);
  }
  return { takenOver, release: () => releaseLock(file, content) };
}

/** link(2) fails when the name exists, and what appears under the name is complete. */
function tryToHold(file: string, content: string): boolean {
  const own = `${file}.${process.pid}`;
  writePrivateFile(own, content);
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Of two that find the same stale lock, the second may move away the one that the first has just taken: it puts it back. */
function removeStale(file: string): boolean {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return false;
  }
  const moved = readProcessRecord(aside);
  if (moved !== undefined && isRunning(moved)) {
    renameSync(aside, file);
    return false;
  }
  rmSync(aside, { force: true });
  return true;
}

function releaseLock(file: string, content: string): void {
  try {
    if (readFileSync(file, 'utf8') === content) rmSync(file);
  } catch {
    // Whoever removed the data folder has removed the lock with it.
  }
}

function inUse(file: string, holder: ProcessIdentity): EmbeddedError {
  return new EmbeddedError(
    'data_folder_in_use',
    `mfaflow already runs on this data folder (process ${holder.pid}, ${file}): stop it, or choose another with --data-dir DIR.`,
  );
}
