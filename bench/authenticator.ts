import { createHmac, randomBytes } from 'node:crypto';

const base32Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** The time step of RFC 6238 §4.1, in seconds. */
export const stepSeconds = 30;

/** An authenticator app of one user, written from the RFCs and not from the code under measurement. */
export class Authenticator {
  readonly #secret = randomBytes(20);

  /** Base32 (RFC 4648 §6); 20 bytes need no padding. */
  get secret(): string {
    const bits = [...this.#secret].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    return (bits.match(/.{5}/g) ?? [])
      .map((group) => base32Digits.charAt(Number.parseInt(group, 2)))
      .join('');
  }

  /** The six digits of a time step (RFC 6238 §4.2, RFC 4226 §5.3). */
  code(step: number): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const hash = createHmac('sha1', this.#secret).update(counter).digest();
    const offset = hash.readUInt8(hash.length - 1) & 0x0f;
    const truncated = hash.readUInt32BE(offset) & 0x7fffffff;
    return String(truncated % 1_000_000).padStart(6, '0');
  }
}
