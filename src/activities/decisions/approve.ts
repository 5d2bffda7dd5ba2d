import { assuranceOf } from '../../domain/assurance';
import { sessionIdOf } from '../../domain/authentication-id';
import { afterSuccess } from '../../domain/failure-budget';
import { factorContracts } from '../../factors/catalogue';
import type { Burn, Changes } from '../../persistence/decision-changes';
import type { Situation } from '../../persistence/situation';
import type { AuthenticationResult, Grant } from '../../workflows/messages';
import { isoOf, secondsOf, type Decision } from '../decision';
import { row, trace } from './authentication-record';
import { budgetOf, userChange } from './failure-budget';
import type { OpenAuthentication } from './open-authentication';
import { raiseSession } from './raise-session';

/** A session ends after 12 hours without a refresh and after 30 days in any case (NIST SP 800-63B-4 §2.2.3). */
const SESSION_IDLE_SECONDS = 12 * 3_600;
const SESSION_ABSOLUTE_MS = 30 * 24 * 3_600_000;

/** Ends an authentication with a grant: what the API mints assertion and session token from. */
export function approve(
  situation: Situation,
  open: OpenAuthentication,
  burn?: Burn,
): Decision<AuthenticationResult> {
  if (situation.kid === null) return { refused: 'unavailable', detail: 'no signing key is active' };
  const { acr, amr } = assuranceOf(open.walk.proofs, factorContracts, open.request.primary);
  const issuedAt = secondsOf(situation.now);
  // A step-up within a session is as old as the newest proof; what was carried over keeps its own time.
  const authTime = Math.max(...open.walk.proofs.map((proof) => proof.at));
  const { audience, nonce } = open.request;
  const grant: Grant = { kid: situation.kid, acr, amr: [...amr], issuedAt };
  if (authTime !== issuedAt) grant.authTime = authTime;
  if (audience !== undefined) grant.audience = audience;
  if (nonce !== undefined) grant.nonce = nonce;
  const changes: Changes = {
    audit: [
      {
        action: 'authentication',
        outcome: 'approved',
        detail: { ...trace(open), acr },
        personal: open.sealedContext,
      },
    ],
    events: [{ type: 'authentication.succeeded', data: { ...trace(open), acr } }],
  };
  if (burn !== undefined) {
    changes.burns = [burn];
    changes.user = userChange(afterSuccess(budgetOf(situation)), null);
  }
  if (open.purpose === 'login') {
    grant.sessionId = sessionIdOf(open.id);
    grant.sessionExpiresIn = idleSecondsOf(situation);
    changes.newSession = {
      session_id: grant.sessionId,
      authentication_id: open.id,
      acr,
      amr: [...amr],
      kinds: ['session', ...open.walk.proofs.map((proof) => proof.kind)],
      proofs: [...open.walk.proofs],
      auth_time: isoOf(authTime * 1_000),
      issued_at: isoOf(issuedAt * 1_000),
      kid: situation.kid,
      expires_at: isoOf((issuedAt + grant.sessionExpiresIn) * 1_000),
      absolute_until: isoOf(situation.now + SESSION_ABSOLUTE_MS),
      context: open.sealedContext,
    };
    changes.events.push({ type: 'session.started', data: { sessionId: grant.sessionId } });
  } else if (open.request.sessionId !== undefined && situation.session !== null) {
    changes.raisedSession = raiseSession(situation.session, situation.factors, open.request.sessionId, open);
  }
  changes.authentication = {
    ...row(open, 'approved', null),
    outcome: grant,
    session_id: grant.sessionId ?? null,
  };
  return { result: { id: open.id, status: 'approved', grant }, changes };
}

/** The tenant's policy `session.idleSeconds`, else twelve hours. */
function idleSecondsOf(situation: Situation): number {
  const session = situation.policy['session'];
  const wished: unknown =
    typeof session === 'object' && session !== null ? Reflect.get(session, 'idleSeconds') : null;
  return typeof wished === 'number' && wished > 0 ? Math.floor(wished) : SESSION_IDLE_SECONDS;
}
