import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { SealBroken } from './aead';

const base64url = /^[A-Za-z0-9_-]+$/;
/** Of the synthetic iv, which is the authenticator too: a code is opened once a command, under its own keys. */
const ivBytes = 8;

/**
 * Seals a submitted code on its way through workflow and history to the activity that checks it, in as few bytes as
 * that takes: the synthetic iv of SIV mode (RFC 5297 §2.6, its S2V by HMAC-SHA-256), then the code under AES-256-CTR.
 * The same code for the same command gives the same bytes; no random iv is stored with each, and none can be repeated.
 *
 * @param commandKey of the deployment secrets
 * @param associatedData what the code was submitted for, the command id at least: it opens there alone
 * @returns base64url, 19 characters for six digits
 */
export function sealSubmittedCode(commandKey: Buffer, code: string, associatedData: string): string {
  const keys = keysOf(commandKey, associatedData);
  const plain = Buffer.from(code, 'utf8');
  const iv = syntheticIv(keys.mac, plain);
  return Buffer.concat([iv, crypt(keys.cipher, iv, plain)]).toString('base64url');
}

/**
 * Opens what `sealSubmittedCode` made for the same associated data.
 * @throws SealBroken
 */
export function openSubmittedCode(commandKey: Buffer, sealed: string, associatedData: string): string {
  const bytes = base64url.test(sealed) ? Buffer.from(sealed, 'base64url') : Buffer.alloc(0);
  if (bytes.length <= ivBytes) throw new SealBroken();
  const keys = keysOf(commandKey, associatedData);
  const iv = bytes.subarray(0, ivBytes);
  const plain = crypt(keys.cipher, iv, bytes.subarray(ivBytes));
  if (!timingSafeEqual(iv, syntheticIv(keys.mac, plain))) throw new SealBroken();
  return plain.toString('utf8');
}

function keysOf(commandKey: Buffer, associatedData: string): { mac: Buffer; cipher: Buffer } {
  const both = createHmac('sha512', commandKey)
    .update(JSON.stringify(['code', associatedData]))
    .digest();
  return { mac: both.subarray(0, 32), cipher: both.subarray(32) };
}

function syntheticIv(key: Buffer, plain: Buffer): Buffer {
  return createHmac('sha256', key).update(plain).digest().subarray(0, ivBytes);
}

function crypt(key: Buffer, iv: Buffer, bytes: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.concat([iv, Buffer.alloc(16 - ivBytes)]));
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}
