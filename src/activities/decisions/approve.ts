import { assuranceOf } from '../../domain/assurance';
import { afterSuccess } from '../../domain/failure-budget';
import { factorContracts } from '../../factors/catalogue';
import type { Burn, Changes } from '../../persistence/decision-changes';
import type { Situation } from '../../persistence/situation';
import type { AuthenticationResult, Grant } from '../../workflows/messages';
import { isoOf, secondsOf, type Decision, type DecisionTools } from '../decision';
import { row, trace } from './authentication-record';
import { budgetOf, userChange } from './failure-budget';
import type { OpenAuthentication } from './open-authentication';

const HOUR = 3_600_000;

/** A session ends after 12 hours without a refresh and after 30 days in any case (NIST SP 800-63B-4 §2.2.3). */
const SESSION_IDLE_MS = 12 * HOUR;
const SESSION_ABSOLUTE_MS = 30 * 24 * HOUR;

/** Ends an authentication with a grant: what the API mints assertion and session token from. */
export function approve(
  situation: Situation,
  open: OpenAuthentication,
  tools: DecisionTools,
  burn?: Burn,
): Decision<AuthenticationResult> {
  if (situation.kid === null) return { refused: 'unavailable', detail: 'no signing key is active' };
  const { acr, amr } = assuranceOf(open.walk.proofs, factorContracts, open.request.primary);
  const issuedAt = secondsOf(situation.now);
  // A step-up within a session is as old as the newest proof; what was carried over keeps its own time.
  const authTime = Math.max(...open.walk.proofs.map((proof) => proof.at));
  const { audience, nonce } = open.request;
  const grant: Grant = { kid: situation.kid, acr, amr: [...amr], authTime, issuedAt };
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
  const kinds = ['session', ...open.walk.proofs.map((proof) => proof.kind)];
  if (open.purpose === 'login') {
    grant.sessionId = tools.newId('ses');
    grant.sessionExpiresAt = secondsOf(situation.now + SESSION_IDLE_MS);
    changes.newSession = {
      session_id: grant.sessionId,
      authentication_id: open.id,
      acr,
      amr: [...amr],
      kinds,
      proofs: [...open.walk.proofs],
      auth_time: isoOf(issuedAt * 1_000),
      kid: situation.kid,
      expires_at: isoOf(grant.sessionExpiresAt * 1_000),
      absolute_until: isoOf(situation.now + SESSION_ABSOLUTE_MS),
      context: open.sealedContext,
    };
    changes.events.push({ type: 'session.started', data: { sessionId: grant.sessionId } });
  } else if (open.request.sessionId !== undefined) {
    changes.raisedSession = {
      session_id: open.request.sessionId,
      acr,
      amr: [...amr],
      kinds,
      proofs: [...open.walk.proofs],
      auth_time: isoOf(authTime * 1_000),
    };
  }
  changes.authentication = {
    ...row(open, 'approved', null),
    outcome: grant,
    session_id: grant.sessionId ?? null,
  };
  return { result: { id: open.id, status: 'approved', grant }, changes };
}
