import { createHmac } from 'node:crypto';
import { MfaError } from '../domain/errors';
import { randomBase62 } from '../security/random-id';
import { canonicalJson } from './canonical-json';

const keyShape = /^[\x21-\x7e]{1,255}$/;
const COMMAND_ID_LENGTH = 16;
const FINGERPRINT_LENGTH = 8;

/** The `Idempotency-Key` of a request; a random one when it has none, so that every write has a command id. */
export function idempotencyKeyOf(header: string | undefined): string {
  if (header === undefined) return randomBase62(COMMAND_ID_LENGTH);
  if (!keyShape.test(header)) {
    throw new MfaError('invalid_request', {
      detail: 'Idempotency-Key must be sent once, with 1 to 255 printable ASCII characters and no blanks.',
    });
  }
  return header;
}

/**
 * The command id that a key stands for: one per tenant, key and what is written to, a user or a collection. Keyed, so
 * that a caller's key, which may say something, is not to be read in a history.
 * @returns 16 characters of base64url, 96 bits
 */
export function commandIdOf(
  commandKey: Buffer,
  tenantId: string,
  writesTo: string,
  idempotencyKey: string,
): string {
  return keyedHash(commandKey, ['command', tenantId, writesTo, idempotencyKey]).slice(0, COMMAND_ID_LENGTH);
}

/**
 * What tells two requests apart that came under one key. Keyed, because the body may hold a code of six digits.
 * @returns 8 characters of base64url, 48 bits: enough to tell a mistake from a retry
 */
export function fingerprintOf(commandKey: Buffer, method: string, path: string, body: unknown): string {
  return keyedHash(commandKey, ['fingerprint', method, path, canonicalJson(body)]).slice(
    0,
    FINGERPRINT_LENGTH,
  );
}

/** A command of its own for one part of a request that writes many, such as one user of an import. */
export function partIdOf(commandKey: Buffer, commandId: string, part: string): string {
  return keyedHash(commandKey, ['part', commandId, part]).slice(0, COMMAND_ID_LENGTH);
}

function keyedHash(key: Buffer, parts: readonly string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts), 'utf8').digest('base64url');
}
