import { isNativeError } from 'node:util/types';
import { errorCodes, MfaError } from '../domain/errors';

/** An error as a command says it: a stable code for programs, one sentence for people. */
export interface SaidError {
  readonly code: string;
  readonly message: string;
}

/** The command was called in a way that cannot be carried out; the sentence says how to call it. Exit code 2. */
export class UsageError extends Error {
  readonly code = 'usage';
  override readonly name = 'UsageError';
}

/** The command could not do what it was asked to; the sentence says what to do about it. Exit code 1. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What the system and Postgres call by a code only (SQLSTATE, appendix A of the Postgres manual). */
const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'A server that this command needs does not answer: is it running, and is its address right?',
  ENOTFOUND: 'The name of a server that this command needs does not resolve: check DATABASE_URL.',
  ETIMEDOUT: 'A server that this command needs did not answer in time.',
  '28P01': 'Postgres refuses the password in DATABASE_URL.',
  '28000': 'Postgres refuses the user in DATABASE_URL.',
  '3D000': 'The database of DATABASE_URL does not exist: create it, then run mfaflow migrate.',
  '42P01': 'The database lacks a table of this release: run mfaflow migrate.',
  '42703': 'The database lacks a column of this release: run mfaflow migrate.',
  '53300': 'Postgres has no connection left: raise max_connections or lower MFAFLOW_DATABASE_POOL.',
  '55P03': 'The database was busy for too long: run the command again.',
  '57P01': 'Postgres ended the connection: run the command again.',
};

/** One sentence for whatever was thrown, without a stack. */
export function sayError(error: unknown): SaidError {
  if (error instanceof MfaError)
    return { code: error.code, message: error.detail ?? `${errorCodes[error.code].title}.` };
  if (!isNativeError(error)) return { code: 'internal', message: firstLine(String(error)) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'internal';
  const known = sentences[code];
  if (known !== undefined) return { code: code.toLowerCase(), message: known };
  return { code, message: firstLine(error.message) || `It failed with ${error.name}.` };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trim() ?? '';
}
