import { open } from 'node:fs/promises';
import { BulkFileRefused } from './bulk-file-refused';
import { reasonOf } from './refusal-report';

export interface ExportOutput {
  /** Waits until there is room for more. */
  readonly write: (text: string) => Promise<void>;
  /** Has everything on the disk. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A new file, mode 0600 whatever the umask, or standard output without a path.
 * @throws BulkFileRefused when it is there already or cannot be written
 */
export async function openExportOutput(path: string | undefined): Promise<ExportOutput> {
  if (path === undefined) return standardOutput;
  const handle = await inFile(path, () => open(path, 'wx', 0o600));
  return {
    write: (text) => inFile(path, () => handle.writeFile(text)),
    finish: () => inFile(path, () => handle.sync()),
    close: () => handle.close(),
  };
}

const standardOutput: ExportOutput = {
  write: (text) =>
    new Promise((done, fail) => {
      process.stdout.write(text, (error) => (error == null ? done() : fail(error)));
    }),
  finish: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

async function inFile<Result>(path: string, use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    throw new BulkFileRefused(`The file ${path} cannot be written${reasonOf(error)}.`);
  }
}
