import { ScureBase32Plugin } from 'otplib';
import { MfaError } from '../../domain/errors';
import type { JsonObject } from '../../domain/json';
import { assertEnrolmentConfig } from '../enrolment-config';
import { contract } from './contract';

// RFC 4226 §4 R6: at least 128 bits. The other bound is the longest HMAC block that a sane system would fill.
const leastSecretBytes = 16;
const mostSecretBytes = 64;

/**
 * `{secret, algorithm?, digits?, period?}` from another system as material. The secret is base32 in either case, with or
 * without spaces and padding; the hash is written as SHA1, sha1 or SHA-1. Throws `invalid_request`; no message repeats
 * the secret.
 */
export function importMaterial(imported: JsonObject): JsonObject {
  const { secret, algorithm = 'SHA1', ...rest } = imported;
  const hash = typeof algorithm === 'string' ? algorithm.toUpperCase().replace('-', '') : algorithm;
  const config = { digits: 6, period: 30, ...rest, algorithm: hash };
  assertEnrolmentConfig(contract, config);
  return { secret: canonicalSecret(secret), ...config };
}

function canonicalSecret(secret: unknown): string {
  if (typeof secret !== 'string' || secret.length > 200) throw malformed('must be a base32 string');
  const base32 = new ScureBase32Plugin();
  let bytes: Uint8Array;
  try {
    bytes = base32.decode(secret.replaceAll(' ', '').replace(/=+$/, '').toUpperCase());
  } catch {
    // The decoder's own message quotes the secret.
    throw malformed('must be a base32 string');
  }
  if (bytes.length < leastSecretBytes) throw malformed('must have at least 128 bits');
  if (bytes.length > mostSecretBytes) throw malformed('must have at most 512 bits');
  return base32.encode(bytes);
}

function malformed(detail: string): MfaError {
  return new MfaError('invalid_request', { detail: `/secret ${detail}` });
}
