import { sign, verify } from 'node:crypto';
import { privateKeyOf, type SigningKey } from './signing-key';
import type { SigningKeys } from './signing-keys';

/** What a session token says. Whether that session still lives, the database says. */
export interface SessionToken {
  readonly sessionId: string;
  /** Raised by every refresh, so that an older token of the session can be told. */
  readonly generation: number;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
}

// An assertion starts with `eyJ`: signed by the same key, neither can be taken for the other.
const prefix = 'mfs_';
const shape =
  /^mfs_([A-Za-z0-9_-]{1,64})\.([0-9a-z]{1,11})\.([0-9a-z]{1,11})\.([0-9A-Za-z]{1,32})\.([A-Za-z0-9_-]{86})$/;

/**
 * `mfs_<session>.<generation>.<issued at>.<key id>.<Ed25519 signature>`, numbers in base 36. The same token
 * for the same key and values, so that a retry repeats an answer.
 * @throws SigningKeyRetired
 */
export function mintSessionToken(key: SigningKey, token: SessionToken): string {
  const signed = signedPart(token, key.kid);
  return `${signed}.${sign(null, Buffer.from(signed), privateKeyOf(key)).toString('base64url')}`;
}

/** Reads a session token of ours; undefined for anything malformed, altered or signed by another. */
export async function readSessionToken(
  token: string,
  keys: Pick<SigningKeys, 'byKid'>,
): Promise<(SessionToken & { readonly kid: string }) | undefined> {
  const [, sessionId, generation, issuedAt, kid, signature] = shape.exec(token) ?? [];
  if (sessionId === undefined || generation === undefined || issuedAt === undefined) return undefined;
  if (kid === undefined || signature === undefined) return undefined;
  const read = { sessionId, generation: parseInt(generation, 36), issuedAt: parseInt(issuedAt, 36) };
  // One session, one spelling: no leading zeros, no spare bits at the end of the base64.
  const signed = signedPart(read, kid);
  const bytes = Buffer.from(signature, 'base64url');
  if (`${signed}.${bytes.toString('base64url')}` !== token) return undefined;
  const key = await keys.byKid(kid);
  if (key === undefined || !verify(null, Buffer.from(signed), key.publicKey, bytes)) return undefined;
  return { ...read, kid };
}

function signedPart(token: SessionToken, kid: string): string {
  const { sessionId, generation, issuedAt } = token;
  return `${prefix}${sessionId}.${generation.toString(36)}.${issuedAt.toString(36)}.${kid}`;
}
