import { MfaError } from '../domain/errors';
import { assertionLifetime, mintAssertion } from '../security/assertion';
import { mintSessionToken } from '../security/session-token';
import type { Grant } from '../workflows/messages';
import type { ApiParts } from './parts';

/** Whose grant it is and what it answers. */
export interface GrantOf {
  readonly authenticationId: string;
  readonly purpose: string;
  readonly tenantName: string;
  readonly externalId: string;
}

/** Whether what a grant allows may still be minted: within the assertion's own life, so that a retry gets the same. */
export function isMintable(grant: Grant, now: number): boolean {
  return now <= grant.issuedAt + assertionLifetime;
}

/** The assertion of a grant: the same, byte for byte, whenever it is asked for. */
export async function assertionOf(
  parts: Pick<ApiParts, 'signingKeys' | 'config'>,
  grant: Grant,
  of: GrantOf,
): Promise<string> {
  return await mintAssertion(await signingKey(parts, grant.kid), {
    iss: parts.config.issuer,
    sub: of.externalId,
    aud: grant.audience ?? of.tenantName,
    ...(grant.nonce === undefined ? {} : { nonce: grant.nonce }),
    jti: of.authenticationId,
    acr: grant.acr,
    amr: grant.amr,
    authTime: grant.authTime ?? grant.issuedAt,
    iat: grant.issuedAt,
    exp: grant.issuedAt + assertionLifetime,
    tenant: of.tenantName,
    txn: of.authenticationId,
    purpose: of.purpose,
  });
}

/** A session's token of one generation: the same whenever it is asked for. */
export async function sessionTokenOf(
  parts: Pick<ApiParts, 'signingKeys'>,
  session: { kid: string; sessionId: string; generation: number; issuedAt: number },
): Promise<string> {
  const { kid, ...token } = session;
  return mintSessionToken(await signingKey(parts, kid), token);
}

async function signingKey(parts: Pick<ApiParts, 'signingKeys'>, kid: string) {
  const key = await parts.signingKeys.byKid(kid);
  if (key === undefined) throw new MfaError('unavailable', { retryAfterSeconds: 1 });
  return key;
}
