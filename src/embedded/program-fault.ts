import { dirname } from 'node:path';
import { EmbeddedError, type EmbeddedErrorCode } from './embedded-error';
import { errorCode } from './error-code';
import { diskFull } from './file-fault';
import { linesSince } from './log-file';

/** What Postgres, SQLite and Go say, or are ended by, when nothing more can be written. */
const noRoom =
  /no space left on device|could not (?:write|extend)[^\n]*file too large|database or disk is full|disk I\/O error|file size limit exceeded|disk quota exceeded|SIGXFSZ|file too large/i;

export interface FailedProgram {
  /** As it is called at the terminal. */
  readonly name: string;
  readonly code: EmbeddedErrorCode;
  /** How it ended, or that it did not answer. */
  readonly reason: string;
  readonly logFile: string;
  /** Where in its log this run began, in bytes. */
  readonly logFrom: number;
}

/** Why a program did not start, by what it wrote: one line. */
export function programFault({ name, code, reason, logFile, logFrom }: FailedProgram): EmbeddedError {
  const lines = linesSince(logFile, logFrom);
  const full = [reason, ...lines].find((line) => noRoom.test(line));
  if (full !== undefined) {
    return diskFull(dirname(dirname(logFile)), `${name}: ${noRoom.exec(full)?.[0] ?? 'disk full'}`);
  }
  const last = lines.slice(-3).join(' ');
  return new EmbeddedError(
    code,
    `${name} did not start (${reason}), and ${logFile} says why${last === '' ? '.' : `: ${last}`}`,
  );
}

/** A program that the system could not even run; any other error comes back as it is. */
export function spawnFault(error: unknown, command: string, mend: string): unknown {
  const code = errorCode(error);
  if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'ENOEXEC') return error;
  return new EmbeddedError('binary_missing', `${command} cannot be run (${code}): ${mend}.`);
}
