import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const rotateAtBytes = 16 * 1024 * 1024;

/**
 * Gives a child a log file to append to by itself, so that it can go on writing when this process is gone.
 * A file above 16 MiB is set aside first; one older file is kept.
 */
export async function withLogFile<Result>(
  path: string,
  use: (descriptor: number) => Promise<Result>,
): Promise<Result> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > rotateAtBytes) renameSync(path, `${path}.1`);
  const descriptor = openSync(path, 'a', 0o600);
  try {
    return await use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const longestLine = 300;

/** The last lines of a log, long ones from where they end, for the sentence that says why something did not start. */
export function lastLines(path: string, count: number): string {
  try {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count);
    return lines
      .map((line) => (line.length > longestLine ? `…${line.slice(-longestLine)}` : line))
      .join('\n');
  } catch {
    return '';
  }
}
