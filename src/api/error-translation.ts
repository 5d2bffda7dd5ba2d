import { types } from 'node:util';
import { type ErrorCode, errorCodes, MfaError } from '../domain/errors';

/** What Node and Postgres call a server that is away, starting, stopping or full (SQLSTATE classes 08, 53, 57P). */
const away =
  /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|08|53|57P|55P03|40001|40P01|key_store_away)/;
const awayMessages =
  /connection terminated|timeout exceeded when trying to connect|connection timeout|pool after calling end/i;

/** Errors of body-parser and of the router, by their `type` or status. */
const bodyErrors: Record<string, ErrorCode> = {
  'entity.too.large': 'payload_too_large',
  'parameters.too.many': 'payload_too_large',
  'encoding.unsupported': 'unsupported_media_type',
  'charset.unsupported': 'unsupported_media_type',
};

function textOf(error: object, key: string): string {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : '';
}

/** Whether Postgres, Temporal or the key store was not there; the caller may try again. */
export function isAway(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  // Of a server with several addresses Node reports each.
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.some(isAway);
  return away.test(textOf(error, 'code')) || awayMessages.test(error.message);
}

/** Every error as one of the stable ones. What is not foreseen is `internal` and says nothing to the caller. */
export function toMfaError(error: unknown): MfaError {
  if (error instanceof MfaError) return error;
  if (isAway(error)) return new MfaError('unavailable', { retryAfterSeconds: 1, cause: error });
  if (!types.isNativeError(error)) return new MfaError('internal', { cause: error });
  // A destroyed key means an erased user, and an erased user is unknown.
  if (textOf(error, 'code') === 'key_absent') return new MfaError('not_found', { cause: error });
  // A row about a user who was erased while the request was under way: SQLSTATE foreign_key_violation.
  if (textOf(error, 'code') === '23503' && textOf(error, 'constraint').endsWith('_user_id_fkey'))
    return new MfaError('not_found', { cause: error });
  const bodyError = bodyErrors[textOf(error, 'type')];
  if (bodyError !== undefined) return new MfaError(bodyError, { cause: error });
  if (Reflect.get(error, 'status') === 400)
    return new MfaError('invalid_request', { detail: 'The request cannot be read.' });
  return new MfaError('internal', { cause: error });
}

/** A code that came from elsewhere as text: `internal` when it is none of ours. */
export function errorCodeOf(code: string): ErrorCode {
  return Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'internal';
}
