import { everyProofStands, isStrongEnough } from '../../factors/step-up-strength';
import type { Situation } from '../../persistence/situation';
import type { Authority, Refusal } from '../../workflows/messages';
import { secondsOf } from '../decision';
import { refuseLocked } from './failure-budget';

/** OWASP ASVS 5.0 V7.5.1: a change of factors needs a re-authentication shortly before. */
const STEP_UP_SECONDS = 5 * 60;

/**
 * Refuses a change of factors that nothing fresh allows: an assertion of this user that was given at most five
 * minutes ago, by factors that reach what the user's others do, and that neither an epoch nor the user refuses since; or
 * an operator with a reason. A locked user's own word is not enough.
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
    proof.refused ||
    !everyProofStands(proof.proofs, situation.factors)
  ) {
    return { refused: 'step_up_required' };
  }
  const fresh = proof.proofs.filter(({ at }) => secondsOf(situation.now) - at <= STEP_UP_SECONDS);
  if (fresh.length === 0) return { refused: 'step_up_stale' };
  return isStrongEnough(fresh, situation.factors)
    ? undefined
    : { refused: 'step_up_required', detail: 'A stronger factor of the user is needed.' };
}

/** How audit names who allowed it. */
export function authorityTrace(authority: Authority | undefined): object {
  if (authority === undefined) return { by: 'first-factor' };
  return authority.by === 'operator'
    ? { by: 'operator', reason: authority.reason }
    : { by: 'step-up', authenticationId: authority.authenticationId };
}
