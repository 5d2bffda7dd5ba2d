/** A code is an id of 4 symbols, which finds the one hash to compute, and a secret of 16 symbols: 80 random bits. */
export interface RecoveryCode {
  readonly id: string;
  readonly secret: string;
}

export interface RecoveryCodeMaterial {
  readonly factorId: string;
  readonly codes: readonly { readonly id: string; readonly hash: string }[];
}

// Crockford's base32 in lower case: no i, l, o, u.
const symbols = '0123456789abcdefghjkmnpqrstvwxyz';
const idLength = 4;
const secretLength = 16;
const wellFormed = new RegExp(`^[${symbols}]{${idLength + secretLength}}$`);

/** How many bytes of randomness `makeCode` takes: 5 bits of each byte are used. */
export const randomBytesPerCode = idLength - 1 + secretLength;

/** The code at a place in its set (0 to 31). The first symbol is the place, so that ids within a set differ. */
export function makeCode(place: number, random: Uint8Array): RecoveryCode {
  const drawn = Array.from(random, (byte) => symbols.charAt(byte % symbols.length)).join('');
  return { id: symbols.charAt(place) + drawn.slice(0, idLength - 1), secret: drawn.slice(idLength - 1) };
}

/** A normalised code in its two parts, or `undefined` when it cannot be one. */
export function parseCode(code: string): RecoveryCode | undefined {
  if (!wellFormed.test(code)) return undefined;
  return { id: code.slice(0, idLength), secret: code.slice(idLength) };
}

/** A code as people read it: five groups of four. */
export function formatCode({ id, secret }: RecoveryCode): string {
  return `${id}${secret}`.replaceAll(/.{4}(?!$)/g, '$&-');
}

/** What the keyed hash of a code is computed over: bound to its factor, so that it is worth nothing in another one. */
export function hashInput(factorId: string, { id, secret }: RecoveryCode): string {
  return `${factorId}|${id}|${secret}`;
}
