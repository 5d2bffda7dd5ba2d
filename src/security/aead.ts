import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** What a sealed value costs over its plaintext: iv and tag, in bytes. */
const sealOverheadBytes = ivBytes + tagBytes;

/** A sealed value was altered, belongs elsewhere, or was sealed under another key: GCM cannot tell which. */
export class SealBroken extends Error {
  readonly code = 'seal_broken';
  override readonly name = 'SealBroken';

  constructor() {
    super('A sealed value does not open: it was altered, moved, or sealed under another key.');
  }
}

/**
 * Seals with AES-256-GCM: 12-byte random iv | ciphertext | 16-byte tag (NIST SP 800-38D §8.2.2).
 * A random iv allows 2^32 seals under one key, so what is sealed without bound needs keys of its own.
 * @param key 32 bytes
 * @param associatedData what the ciphertext is bound to; not stored, to be given again by `open`
 */
export function seal(key: Buffer, plaintext: Buffer, associatedData: string): Buffer {
  return sealWithIv(randomBytes(ivBytes), key, plaintext, associatedData);
}

/** Seals as `seal` does. */
export type Seal = typeof seal;

/**
 * A `seal` for as many values as are sealed together, which draws their ivs at once: drawing one by one is a third of what
 * sealing a short value costs. What is sealed beyond the count has its iv drawn as ever. Each iv is used once.
 */
export function sealFor(count: number): Seal {
  const ivs = randomBytes(count * ivBytes);
  let used = 0;
  return (key, plaintext, associatedData) => {
    if (used === ivs.length) return seal(key, plaintext, associatedData);
    const iv = ivs.subarray(used, used + ivBytes);
    used += ivBytes;
    return sealWithIv(iv, key, plaintext, associatedData);
  };
}

function sealWithIv(iv: Buffer, key: Buffer, plaintext: Buffer, associatedData: string): Buffer {
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(associatedData, 'utf8'));
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/**
 * Opens what `seal` made.
 * @throws SealBroken for any other key, associated data or byte
 */
export function open(key: Buffer, sealed: Uint8Array, associatedData: string): Buffer {
  if (sealed.byteLength < sealOverheadBytes) throw new SealBroken();
  const tagAt = sealed.byteLength - tagBytes;
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(associatedData, 'utf8'));
  decipher.setAuthTag(sealed.subarray(tagAt));
  const plaintext = decipher.update(sealed.subarray(ivBytes, tagAt));
  try {
    return Buffer.concat([plaintext, decipher.final()]);
  } catch {
    throw new SealBroken();
  }
}
