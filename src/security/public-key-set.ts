import { importJWK, type JWK } from 'jose';

/** What signatures of security events may be made by: no `none`, no shared secret, nothing that SHA-1 is in. */
export const signatureAlgorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const;

/** Of RFC 7517 and RFC 7518 §6, what a public key needs to be found and used. */
const publicMembers = ['kty', 'kid', 'alg', 'use', 'crv', 'x', 'y', 'n', 'e'] as const;
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

/** The algorithm that a key of each curve is tried with. */
const algorithmOfCurve: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  Ed25519: 'EdDSA',
};
/** Bytes: 2048 to 8192 bits, so that a signature costs little to verify. */
const rsaModulus = { min: 256, max: 1024 };
const MAX_RSA_EXPONENT_LENGTH = 8;

/** What is wrong with one key of a set, by its place. */
export interface KeyFault {
  readonly index: number;
  readonly detail: string;
}

/**
 * The public keys of a key set (RFC 7517), reduced to what they are used by.
 *
 * @returns the keys, or the first that is none: one with a private or symmetric part, of another kind, or too short
 */
export async function readPublicKeys(
  keys: readonly Readonly<Record<string, unknown>>[],
): Promise<{ keys: JWK[] } | KeyFault> {
  const read: JWK[] = [];
  const kids = new Set<unknown>();
  for (const [index, key] of keys.entries()) {
    const detail = await faultOf(key);
    if (detail !== undefined) return { index, detail };
    if (kids.has(key['kid'])) return { index, detail: 'must have a kid that no other key of the set has' };
    kids.add(key['kid']);
    read.push(Object.fromEntries(publicMembers.flatMap((name) => (name in key ? [[name, key[name]]] : []))));
  }
  return { keys: read };
}

async function faultOf(key: Readonly<Record<string, unknown>>): Promise<string | undefined> {
  if (secretMembers.some((name) => Object.hasOwn(key, name)) || key['kty'] === 'oct')
    return 'must hold no private or symmetric key';
  if (key['use'] !== undefined && key['use'] !== 'sig') return 'must be for signatures';
  const { kty, alg } = key;
  const natural = kty === 'RSA' ? 'RS256' : algorithmOfCurve[String(key['crv'])];
  if (natural === undefined) return 'must be an RSA key, or one of the curves P-256, P-384, Ed25519';
  if (alg !== undefined && alg !== natural && !(kty === 'RSA' && alg === 'PS256'))
    return `must be for one of ${signatureAlgorithms.join(', ')}, as its kind is`;
  if (kty === 'RSA' && !isRsaOfUsualSize(key)) return 'must have 2048 to 8192 bits';
  try {
    await importJWK(key as JWK, natural);
    return undefined;
  } catch {
    return 'is no key';
  }
}

function isRsaOfUsualSize({ n, e }: Readonly<Record<string, unknown>>): boolean {
  if (typeof n !== 'string' || typeof e !== 'string' || e.length > MAX_RSA_EXPONENT_LENGTH) return false;
  const { length } = Buffer.from(n, 'base64url');
  return length >= rsaModulus.min && length <= rsaModulus.max;
}
