import { randomBytes } from 'node:crypto';

export const base62Alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

// 248 is the largest multiple of 62 in a byte: bytes from there on would favour the first digits.
const unbiasedBelow = 248;

/** A random string of base62 digits, each uniformly distributed: 5.95 bits a digit. */
export function randomBase62(length: number): string {
  let digits = '';
  while (digits.length < length) {
    for (const byte of randomBytes(length - digits.length + 8)) {
      if (byte < unbiasedBelow && digits.length < length) digits += base62Alphabet.charAt(byte % 62);
    }
  }
  return digits;
}

/**
 * A random id, such as `fac_4GzX…` for the prefix `fac`: 95 bits at the default length.
 * @param prefix the noun it names, without the underscore; none gives the bare digits
 */
export function randomId(prefix?: string, length = 16): string {
  const digits = randomBase62(length);
  return prefix === undefined ? digits : `${prefix}_${digits}`;
}
