import { type FileHandle, open } from 'node:fs/promises';
import { BulkFileRefused } from './bulk-file-refused';
import type { LineOutcome } from './plan-user';

/** The report of refused lines, as JSON lines: line, code, detail. Neither an id nor anything else of the line is in it. */
export interface RefusalReport {
  /** Bytes that count so far. */
  readonly bytes: number;
  /**
   * Writes the refusals behind those that count, and has them on the disk. They count from `keep` on: written again
   * before, they take each other's place.
   */
  write(outcomes: readonly LineOutcome[]): Promise<number>;
  keep(bytes: number): void;
  /** Cuts off what does not count. */
  close(): Promise<void>;
}

/**
 * @param from bytes of an earlier run that count; what is behind them is cut off
 * @throws BulkFileRefused when it cannot be written, or lacks what an earlier run has written
 */
export async function openRefusalReport(path: string, from: number): Promise<RefusalReport> {
  const handle = await inReport(path, () => open(path, from === 0 ? 'w' : 'r+', 0o600));
  try {
    const { size } = await handle.stat();
    if (size < from)
      throw new BulkFileRefused(
        `The report ${path} is shorter than the earlier run left it: bring it back, or import without --resume.`,
      );
  } catch (error) {
    await handle.close();
    throw error;
  }
  let bytes = from;
  return {
    get bytes() {
      return bytes;
    },
    async write(outcomes) {
      const text = Buffer.from(outcomes.map(lineOf).join(''), 'utf8');
      if (text.length > 0) await inReport(path, () => writeAt(handle, text, bytes));
      return bytes + text.length;
    },
    keep(written) {
      bytes = written;
    },
    async close() {
      try {
        if ((await handle.stat()).isFile()) await handle.truncate(bytes);
      } finally {
        await handle.close();
      }
    },
  };
}

async function writeAt(handle: FileHandle, text: Buffer, position: number): Promise<void> {
  for (let written = 0; written < text.length;) {
    const { bytesWritten } = await handle.write(text, written, text.length - written, position + written);
    written += bytesWritten;
  }
  // A device has nothing to be synced.
  if ((await handle.stat()).isFile()) await handle.datasync();
}

function lineOf(outcome: LineOutcome): string {
  if (outcome.result !== 'refused') return '';
  const { line, code, detail } = outcome;
  return `${JSON.stringify({ line, code, detail })}\n`;
}

async function inReport<Result>(path: string, use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    throw new BulkFileRefused(`The report ${path} cannot be written${reasonOf(error)}.`);
  }
}

/** The reasons that an operator can do something about, as the end of a sentence. */
export function reasonOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code in reasons ? `: ${reasons[code as keyof typeof reasons]}` : '';
}

const reasons = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the quota of disk space is used up',
  EFBIG: 'it would be larger than files may be here',
  ENOENT: 'there is no such file or folder',
  EACCES: 'you have no right to',
  EPERM: 'you have no right to',
  EISDIR: 'it is a folder',
  EEXIST: 'it is there already, and nothing is written over',
  EROFS: 'the file system is read-only',
  ESPIPE: 'it is no file',
} as const;
