import type { AuthenticationRow, Situation } from '../../persistence/situation';
import type { Refusal, RequestContext } from '../../workflows/messages';
import { secondsOf, type DecisionTools } from '../decision';
import { AUTHENTICATION_MS } from './authentication-lifetime';
import type { OpenAuthentication } from './open-authentication';

/**
 * The authentication that a later command is about, as it stands; refused when it is not there, has ended or has
 * run out of time.
 */
export function resumeAuthentication(
  situation: Situation,
  tools: DecisionTools,
): OpenAuthentication | Refusal {
  const row = situation.authentication;
  if (row === null || !isWalked(row)) return { refused: 'not_found' };
  if (row.status !== 'pending') return { refused: 'authentication_closed' };
  if (row.expires_at <= situation.now)
    return { refused: 'authentication_closed', detail: 'it was not answered in time' };
  const id = row.authentication_id;
  return {
    id,
    purpose: row.purpose,
    flowId: row.flow_id,
    walk: {
      position: row.position,
      proofs: row.proofs.filter((proof) => stillCounts(situation, row, proof)),
    },
    challenge: row.challenge,
    request: row.request,
    context: row.context === null ? null : (tools.sealing.open(id, row.context) as unknown as RequestContext),
    sealedContext: row.context,
    expiresAt: row.expires_at,
  };
}

/** What was proved by a factor that was removed since, or within a session and too long ago by now, proves nothing. */
function stillCounts(
  situation: Situation,
  row: AuthenticationRow,
  proof: AuthenticationRow['proofs'][number],
): boolean {
  const { factors, now } = situation;
  if (
    !factors.some(
      (factor) => factor.factor_id === proof.factorId && factor.status === 'active' && !factor.frozen,
    )
  )
    return false;
  const isCarried = proof.at < secondsOf(row.expires_at - AUTHENTICATION_MS);
  return !isCarried || row.request.maxAge === undefined || secondsOf(now) - proof.at <= row.request.maxAge;
}

function isWalked(row: AuthenticationRow): row is AuthenticationRow & { purpose: 'login' | 'step-up' } {
  return row.purpose !== 'enrolment';
}
