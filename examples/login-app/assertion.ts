import { createRemoteJWKSet, jwtVerify } from 'jose';
import { assuranceOf } from './mfaflow';

/** What the application expects of the assertion that ends an authentication it began. */
export interface Expected {
  readonly userId: string;
  readonly nonce: string;
  readonly purpose: 'login' | 'step-up';
}

/** @throws for an assertion that is not for this application, this user and this very authentication */
export type VerifyAssertion = (assertion: string, expected: Expected) => Promise<void>;

/** Verifies by the published keys, which are fetched once and again when an unknown one turns up. */
export function createAssertionVerifier(of: {
  mfaflowUrl: string;
  issuer: string;
  audience: string;
}): VerifyAssertion {
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', of.mfaflowUrl));
  return async (assertion, { userId, nonce, purpose }) => {
    const { payload } = await jwtVerify(assertion, keys, {
      algorithms: ['EdDSA'],
      issuer: of.issuer,
      audience: of.audience,
      subject: userId,
      requiredClaims: ['exp', 'jti'],
    });
    if (payload['nonce'] !== nonce) throw new Error('the assertion answers another request');
    if (payload['purpose'] !== purpose) throw new Error('the assertion is for another purpose');
    const isEnough = payload['acr'] === 'aal2' || payload['acr'] === assuranceOf[purpose];
    if (!isEnough) throw new Error('the assertion says less than what was asked for');
  };
}
