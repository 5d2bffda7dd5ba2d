import type { Situation } from '../../persistence/situation';
import type { Authority, Refusal } from '../../workflows/messages';
import { secondsOf } from '../decision';
import { refuseLocked } from './failure-budget';

/** OWASP ASVS 5.0 V7.5.1: a change of factors needs a re-authentication shortly before. */
const STEP_UP_SECONDS = 5 * 60;

/**
 * Refuses a change of factors that nothing fresh allows: an assertion of this user that was given at most five
 * minutes ago and that no epoch refuses since, or an operator with a reason. A locked user's own word is not
 * enough.
 */
export function refuseWithoutAuthority(
  situation: Situation,
  authority: Authority | undefined,
): Refusal | undefined {
  if (authority === undefined) return { refused: 'step_up_required' };
  if (authority.by === 'operator') return undefined;
  const locked = refuseLocked(situation);
  if (locked !== undefined) return locked;
  const proof = situation.authentication;
  if (
    proof?.status !== 'approved' ||
    proof.authentication_id !== authority.authenticationId ||
    proof.refused
  ) {
    return { refused: 'step_up_required' };
  }
  const provedAt = Math.max(0, ...proof.proofs.map(({ at }) => at));
  return secondsOf(situation.now) - provedAt > STEP_UP_SECONDS ? { refused: 'step_up_stale' } : undefined;
}

/** How audit names who allowed it. */
export function authorityTrace(authority: Authority | undefined): object {
  if (authority === undefined) return { by: 'first-factor' };
  return authority.by === 'operator'
    ? { by: 'operator', reason: authority.reason }
    : { by: 'step-up', authenticationId: authority.authenticationId };
}
