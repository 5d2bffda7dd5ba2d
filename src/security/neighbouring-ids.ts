import { randomBytes } from 'node:crypto';
import { base62Alphabet, randomBase62 } from './random-id';

/** 3 digits name the neighbourhood, 13 the member: 77 random bits, among a few thousand that are made at once. */
const sharedDigits = 3;
const ownDigits = 13;
// 248 is the largest multiple of 62 in a byte: bytes from there on would favour the first digits.
const unbiasedBelow = 248;

const digitCodes = Buffer.from(base62Alphabet, 'latin1');

/**
 * Random ids of the shape of `randomId(prefix)` whose first digits are the same, for rows that are written together: an
 * index on them is then written page by page, where scattered ids would touch a page for each.
 * @param count of ids; more than a few thousand should be several neighbourhoods
 */
export function neighbouringIds(prefix: string, count: number): string[] {
  const shared = `${prefix}_${randomBase62(sharedDigits)}`;
  return manyBase62(count, ownDigits).map((digits) => shared + digits);
}

/** As many strings as `randomBase62(length)` would make one by one, from one draw of randomness. */
export function manyBase62(count: number, length: number): string[] {
  const codes = Buffer.allocUnsafe(count * length);
  let filled = 0;
  while (filled < codes.length) {
    for (const byte of randomBytes(codes.length - filled + 64)) {
      if (byte >= unbiasedBelow) continue;
      codes[filled] = digitCodes[byte % 62] ?? 0;
      filled += 1;
      if (filled === codes.length) break;
    }
  }
  const digits = codes.toString('latin1');
  return Array.from({ length: count }, (_, at) => digits.slice(at * length, (at + 1) * length));
}
