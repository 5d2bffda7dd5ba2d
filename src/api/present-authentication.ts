import type { AuthenticationResult } from '../workflows/messages';
import { viewChallengeState, type ChallengeState } from './challenge-state';
import type { ApiParts } from './parts';
import { assertionOf, isMintable, sessionTokenOf } from './present-grant';
import type { AuthenticationView } from './schemas/authentications';

/** Who asks, when, and whether an epoch raised since refuses what was decided. */
export interface PresentedTo {
  readonly tenantName: string;
  readonly externalId: string;
  readonly purpose: string;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly stale: boolean;
}

/** What was decided, or what stands in Postgres: there the ledger tells how a code fares. */
export type PresentedAuthentication = Omit<AuthenticationResult, 'challenge'> & {
  challenge?: { factorId: string; kind: string } & ChallengeState;
};

/**
 * The answer to a caller: assertion and session token are minted here, from the decision. Under a raised epoch, and
 * after the assertion's time, there are none any more.
 */
export async function presentAuthentication(
  parts: Pick<ApiParts, 'signingKeys' | 'config'>,
  result: PresentedAuthentication,
  to: PresentedTo,
): Promise<AuthenticationView> {
  const { id, status, grant } = result;
  if (to.stale && status !== 'denied') return { id, status: 'denied', reason: 'revoked', options: [] };
  const view: AuthenticationView = {
    id,
    status,
    options: status === 'pending' ? (result.options ?? []) : [],
    ...(result.reason === undefined ? {} : { reason: result.reason }),
    ...(result.challenge === undefined ? {} : { challenge: viewChallenge(result.challenge) }),
    ...(result.retryAfter === undefined ? {} : { retryAfter: result.retryAfter }),
    ...(result.expiresAt === undefined ? {} : { expiresAt: instantOf(result.expiresAt) }),
    ...(result.recoveryCodesLeft === undefined ? {} : { recoveryCodesLeft: result.recoveryCodesLeft }),
  };
  if (status !== 'approved' || grant === undefined) return view;
  const mintable = isMintable(grant, to.now);
  if (mintable) view.assertion = await assertionOf(parts, grant, { authenticationId: id, ...to });
  const { kid, issuedAt, sessionId, sessionExpiresIn } = grant;
  if (sessionId === undefined || sessionExpiresIn === undefined) return view;
  const token = mintable
    ? await sessionTokenOf(parts, { kid, sessionId, generation: 0, issuedAt })
    : undefined;
  view.session = {
    id: sessionId,
    ...(token === undefined ? {} : { token }),
    expiresAt: instantOf(issuedAt + sessionExpiresIn),
  };
  return view;
}

function viewChallenge({ factorId, kind, ...state }: NonNullable<PresentedAuthentication['challenge']>) {
  return { factorId, kind, ...viewChallengeState(state) };
}

/** @param seconds since the epoch */
export function instantOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
