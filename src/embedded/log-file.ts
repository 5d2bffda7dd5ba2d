import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
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
    // A full disk is met here, where it can be said, rather than in a child that can say nothing any more.
    writeSync(descriptor, '\n');
    return await use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const longestLine = 300;

/** How long a log is, in bytes: where the next run's part begins. */
export function logLength(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The lines of a log from a place on, long ones from where they end, for the sentence that says why something did not start. */
export function linesSince(path: string, from: number): string[] {
  try {
    const content = readFileSync(path);
    // A log that was set aside meanwhile is all new.
    const text = content.subarray(from > content.length ? 0 : from).toString('utf8');
    const lines = text.split('\n').map((line) => line.trim());
    return lines
      .filter((line) => line !== '')
      .map((line) => (line.length > longestLine ? `…${line.slice(-longestLine)}` : line));
  } catch {
    return [];
  }
}
