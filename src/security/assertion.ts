import { compactVerify, SignJWT } from 'jose';
import { type AssertionClaims, readAssertionClaims } from './assertion-claims';
import { privateKeyOf, type SigningKey } from './signing-key';
import type { SigningKeys } from './signing-keys';

export type { AssertionClaims };

/** The longest that an assertion may live, in seconds. */
export const assertionLifetime = 120;

/** Not an assertion of this deployment: malformed, altered, signed by another, or meant as something else. */
export class AssertionInvalid extends Error {
  readonly code = 'assertion_invalid';
  override readonly name = 'AssertionInvalid';

  constructor() {
    super('The assertion is not valid.');
  }
}

/**
 * Signs an assertion: a JWT (RFC 7519) with EdDSA. The same claims and key give the same token, byte for byte
 * (Ed25519 is deterministic, RFC 8032; the order of the claims is fixed), so that a retry repeats an answer.
 * @throws RangeError when it would live for longer than `assertionLifetime`
 * @throws SigningKeyRetired
 */
export async function mintAssertion(key: SigningKey, claims: AssertionClaims): Promise<string> {
  if (claims.exp > claims.iat + assertionLifetime) {
    throw new RangeError(`An assertion lives for at most ${assertionLifetime} seconds.`);
  }
  const payload = {
    iss: claims.iss,
    sub: claims.sub,
    aud: claims.aud,
    ...(claims.nonce === undefined ? {} : { nonce: claims.nonce }),
    jti: claims.jti,
    acr: claims.acr,
    amr: [...claims.amr],
    auth_time: claims.authTime,
    iat: claims.iat,
    exp: claims.exp,
    tenant: claims.tenant,
    txn: claims.txn,
    purpose: claims.purpose,
  };
  return await new SignJWT(payload)
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'JWT' })
    .sign(privateKeyOf(key));
}

/**
 * Reads an assertion of ours: signature, key, issuer and the shape of every claim. It does not look at the
 * clock: what is fresh enough is the caller's to say, by `exp` or `authTime`.
 * @throws AssertionInvalid, the same whatever is wrong
 */
export async function verifyAssertion(
  token: string,
  keys: Pick<SigningKeys, 'byKid'>,
  expected: { issuer: string },
): Promise<AssertionClaims> {
  const { payload } = await compactVerify(
    token,
    async ({ kid }) => {
      const key = kid === undefined ? undefined : await keys.byKid(kid);
      if (key === undefined) throw new AssertionInvalid();
      return key.publicKey;
    },
    { algorithms: ['EdDSA'] },
  ).catch(() => {
    throw new AssertionInvalid();
  });
  const claims = readAssertionClaims(payload);
  if (claims?.iss !== expected.issuer) throw new AssertionInvalid();
  return claims;
}
