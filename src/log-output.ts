import { writeSync } from 'node:fs';
import { destination } from 'pino';

/** Standard output takes no log; the message is one sentence. */
export class LogUnwritable extends Error {
  readonly code = 'log_unwritable';
  override readonly name = 'LogUnwritable';
}

/** Not every line that is lost is worth a line. */
const REMARK_EVERY_MS = 60_000;

/**
 * Standard output for a log. A disk that fills up costs lines of the log, which a remark on standard error says, and
 * no login: what must not be lost is in Postgres.
 */
export function openLogOutput() {
  const output = destination({ fd: 1, sync: true });
  let remarkedAt: number | undefined;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (remarkedAt !== undefined && performance.now() - remarkedAt < REMARK_EVERY_MS) return;
    remarkedAt = performance.now();
    remark(`Lines of the log are lost (${error.code ?? 'unknown'}): make room where standard output goes.\n`);
  });
  return output;
}

/**
 * Writes the first line of a process's log.
 *
 * @throws {LogUnwritable} when there is no room for it.
 */
export function logStart(process: 'api' | 'worker'): void {
  const line = { level: 30, time: Date.now(), process, msg: 'starting' };
  try {
    writeSync(1, `${JSON.stringify(line)}\n`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    // A pipe that is slow, or whose reader has gone, is no full disk.
    if (code !== 'EAGAIN' && code !== 'EPIPE') throw unwritable(code);
  }
}

function unwritable(code: string): LogUnwritable {
  return new LogUnwritable(
    `The log cannot be written to standard output (${code}): make room on its disk, or send it elsewhere, then start again.`,
  );
}

function remark(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Standard error may lie on the same disk.
  }
}
