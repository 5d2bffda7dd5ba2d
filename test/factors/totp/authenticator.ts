import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 §6, written out here so that the tests do not lean on the library that they test. */
export function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => alphabet.charAt(parseInt(five.padEnd(5, '0'), 2)))
    .join('');
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (symbol) => alphabet.indexOf(symbol).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

/** What an authenticator app that scanned the URI shows at `nowMs`: RFC 6238 and RFC 4226 §5.3 from scratch. */
export function shownBy(otpauthUri: string, nowMs: number): string {
  const { searchParams } = new URL(otpauthUri);
  const digits = Number(searchParams.get('digits') ?? 6);
  const step = Math.floor(nowMs / 1_000 / Number(searchParams.get('period') ?? 30));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const algorithm = (searchParams.get('algorithm') ?? 'SHA1').toLowerCase();
  const mac = createHmac(algorithm, fromBase32(searchParams.get('secret') ?? ''))
    .update(counter)
    .digest();
  const truncated = mac.readUInt32BE(mac[mac.length - 1]! & 0xf) & 0x7fffffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
}
