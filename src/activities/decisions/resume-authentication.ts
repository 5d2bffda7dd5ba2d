import type { AuthenticationRow, Situation } from '../../persistence/situation';
import type { Refusal, RequestContext } from '../../workflows/messages';
import type { DecisionTools } from '../decision';
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
      proofs: row.proofs.filter(({ factorId }) => stillHas(situation, factorId)),
    },
    challenge: row.challenge,
    request: row.request,
    context: row.context === null ? null : (tools.sealing.open(id, row.context) as unknown as RequestContext),
    sealedContext: row.context,
    expiresAt: row.expires_at,
  };
}

/** What was proved by a factor that was removed since proves nothing any more. */
function stillHas(situation: Situation, factorId: string): boolean {
  return situation.factors.some((factor) => factor.factor_id === factorId && factor.status === 'active');
}

function isWalked(row: AuthenticationRow): row is AuthenticationRow & { purpose: 'login' | 'step-up' } {
  return row.purpose !== 'enrolment';
}
