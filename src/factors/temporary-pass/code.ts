/** What is stored of a pass: a keyed hash, so that it can be shown only when it is issued. */
export interface TemporaryPassMaterial {
  readonly factorId: string;
  readonly hash: string;
  /** Ms since the epoch. */
  readonly expiresAt: number;
  readonly once: boolean;
}

// Crockford's base32 in lower case: no i, l, o, u.
const symbols = '0123456789abcdefghjkmnpqrstvwxyz';
const wellFormed = new RegExp(`^[${symbols}]{16}$`);

/** How many bytes of randomness `makeCode` takes: 5 bits of each are used, 80 in all. */
export const randomBytesPerCode = 16;

/** A new code, without grouping. */
export function makeCode(random: Uint8Array): string {
  return Array.from(random, (byte) => symbols.charAt(byte % symbols.length)).join('');
}

/** Whether a normalised code can be one at all. */
export function isWellFormed(code: string): boolean {
  return wellFormed.test(code);
}

/** A code as people read it: four groups of four. */
export function formatCode(code: string): string {
  return code.replaceAll(/.{4}(?!$)/g, '$&-');
}

/** What the keyed hash of a code is computed over: bound to its factor, so that it is worth nothing in another one. */
export function hashInput(factorId: string, code: string): string {
  return JSON.stringify(['temporary-pass', factorId, code]);
}
