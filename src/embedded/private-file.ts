import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { errorCode } from './error-code';

/** Writes a file that only its owner may read, whole or not at all. */
export function writePrivateFile(path: string, content: string): void {
  const unfinished = `${path}.${process.pid}.new`;
  rmSync(unfinished, { force: true });
  try {
    writeFileSync(unfinished, content, { mode: 0o600, flag: 'wx' });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** The secret kept in a file; on first use it is made and written there, without a line end. */
export function secretInFile(path: string, make: () => string): string {
  const kept = readIfPresent(path)?.trim();
  if (kept !== undefined && kept !== '') return kept;
  const made = make();
  writePrivateFile(path, made);
  return made;
}

export function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
