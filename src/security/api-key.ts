import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { base62Alphabet, randomBase62 } from './random-id';

const prefix = 'mfk_';
const secretDigits = 43;
const checksumDigits = 6;
const shape = new RegExp(`^${prefix}[0-9A-Za-z]{${secretDigits + checksumDigits}}$`);

/**
 * A new API key: `mfk_`, 43 random base62 digits (256 bits), 6 digits of checksum. Prefix and checksum let a
 * leak scanner tell a key from noise without asking us, and let a typo be told from a revoked key.
 */
export function newApiKey(): string {
  const secret = randomBase62(secretDigits);
  return prefix + secret + checksumOf(secret);
}

/** Whether a string can be an API key at all: prefix, length, alphabet and checksum. Says nothing of validity. */
export function looksLikeApiKey(candidate: string): boolean {
  if (!shape.test(candidate)) return false;
  const secretEnds = prefix.length + secretDigits;
  return checksumOf(candidate.slice(prefix.length, secretEnds)) === candidate.slice(secretEnds);
}

/**
 * The 32 bytes under which a key is stored and found. A plain SHA-256 suffices for a secret of 256 random
 * bits: slow hashes protect guessable ones (OWASP ASVS 5.0 V11.4.2 speaks of passwords).
 */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}

function checksumOf(secret: string): string {
  let rest = crc32(prefix + secret);
  let digits = '';
  for (let index = 0; index < checksumDigits; index += 1) {
    digits = base62Alphabet.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
