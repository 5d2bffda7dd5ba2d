import type { Changes } from '../../persistence/decision-changes';
import type { ChallengeRow, FactorRow, Situation } from '../../persistence/situation';
import type { ChallengeResult, RequestContext } from '../../workflows/messages';
import { isoOf, type DecisionTools } from '../decision';
import {
  deliveryResult,
  endOfCode,
  heldUntil,
  isDelivered,
  messageOf,
  newSalt,
  resendWaitMs,
} from './challenge-delivery';
import type { OpenAuthentication } from './open-authentication';

/** Every code of a challenge, the first one included. */
const MOST_ISSUES = 6;

type IssueChanges = Pick<Changes, 'newChallenge' | 'reissue' | 'deliveries' | 'tickets'>;

/** What a code is for. */
export interface CodePurpose {
  /** Null for the confirmation of an enrolment. */
  readonly authenticationId: string | null;
  /** Ms since the epoch. */
  readonly endsAt: number;
  readonly context: RequestContext | null;
}

/** A code that is on its way, or why none is. */
export interface Issued {
  readonly challenge: ChallengeResult;
  readonly changes: IssueChanges;
}

/** The open challenge of a factor within an authentication, or within its enrolment. */
export function challengeOf(
  situation: Situation,
  factorId: string,
  authenticationId: string | null,
): ChallengeRow | undefined {
  return situation.challenges.find(
    (one) => one.factor_id === factorId && one.authentication_id === authenticationId,
  );
}

/**
 * Sends the first code of a challenge; one that is on its way already is not sent twice. It is held back from a user who
 * was sent too many.
 */
export function issueChallenge(
  situation: Situation,
  factor: Pick<FactorRow, 'factor_id' | 'kind' | 'material' | 'counter'>,
  purpose: CodePurpose,
  tools: DecisionTools,
): Issued {
  const there = challengeOf(situation, factor.factor_id, purpose.authenticationId);
  if (there !== undefined && there.expires_at > situation.now)
    return { challenge: deliveryResult(factor, { resendAt: there.resend_at }), changes: {} };
  const held = heldUntil(situation);
  if (held !== undefined) return { challenge: deliveryResult(factor, { heldUntil: held }), changes: {} };
  const challengeId = tools.newId('chl');
  const issue = Math.max(situation.now, factor.counter + 1, (there?.issue ?? 0) + 1);
  const expiresAt = endOfCode(situation, purpose.endsAt);
  const resendAt = situation.now + resendWaitMs(situation, 1);
  const code = { challengeId, authenticationId: purpose.authenticationId, issue, expiresAt };
  return {
    challenge: deliveryResult(factor, { resendAt }),
    changes: {
      newChallenge: {
        challenge_id: challengeId,
        factor_id: factor.factor_id,
        authentication_id: purpose.authenticationId,
        kind: factor.kind,
        salt: newSalt(tools),
        issue,
        resend_at: isoOf(resendAt),
        expires_at: isoOf(expiresAt),
      },
      ...messageOf(situation, factor, code, purpose.context, tools),
    },
  };
}

/**
 * Sends another code in place of the newest one, which is wrong from then on. The failure budget stays as it is.
 *
 * @returns a refusal before its time, and when there were too many.
 */
export function reissueChallenge(
  situation: Situation,
  factor: Pick<FactorRow, 'factor_id' | 'kind' | 'material' | 'counter'>,
  purpose: CodePurpose,
  tools: DecisionTools,
): Issued | { refused: string; detail?: string; retryAfter?: number } {
  const there = challengeOf(situation, factor.factor_id, purpose.authenticationId);
  const held = heldUntil(situation);
  if (held !== undefined) return { refused: 'try_later', retryAfter: secondsUntil(held, situation.now) };
  if (there === undefined) return issueChallenge(situation, factor, purpose, tools);
  if (there.resend_at > situation.now)
    return { refused: 'try_later', retryAfter: secondsUntil(there.resend_at, situation.now) };
  if (there.issues >= MOST_ISSUES)
    return { refused: 'conflict', detail: 'As many codes were sent for this as are allowed: begin anew.' };
  const issue = Math.max(situation.now, factor.counter + 1, there.issue + 1);
  const expiresAt = endOfCode(situation, purpose.endsAt);
  const resendAt = situation.now + resendWaitMs(situation, there.issues + 1);
  const code = {
    challengeId: there.challenge_id,
    authenticationId: there.authentication_id,
    issue,
    expiresAt,
  };
  return {
    challenge: deliveryResult(factor, { resendAt }),
    changes: {
      reissue: {
        challenge_id: there.challenge_id,
        issue,
        resend_at: isoOf(resendAt),
        expires_at: isoOf(expiresAt),
      },
      ...messageOf(situation, factor, code, purpose.context, tools),
    },
  };
}

/** Sends the code of the challenge that an authentication stands at, if its kind's codes travel. */
export function deliverChallenge(
  situation: Situation,
  open: OpenAuthentication,
  usable: readonly FactorRow[],
  tools: DecisionTools,
): { open: OpenAuthentication; challenge?: ChallengeResult; changes: IssueChanges } {
  const { challenge } = open;
  if (challenge === null) return { open, changes: {} };
  const { factorId, kind, byDefault } = challenge;
  const factor = usable.find(({ factor_id }) => factor_id === factorId);
  if (!isDelivered(kind) || factor === undefined) return { open, challenge: { factorId, kind }, changes: {} };
  const purpose = { authenticationId: open.id, endsAt: open.expiresAt, context: open.context };
  const issued = issueChallenge(situation, factor, purpose, tools);
  const asked = { factorId, kind, ...(byDefault === true && { byDefault }) };
  const held = issued.challenge.delivery === 'held' ? heldUntil(situation) : undefined;
  return {
    open: { ...open, challenge: { ...asked, ...(held === undefined ? {} : { heldUntil: held }) } },
    ...issued,
  };
}

/** The challenge that an authentication stands at, as it is: without one that would have to be sent first. */
export function standingChallenge(
  situation: Situation,
  open: OpenAuthentication,
): { open: OpenAuthentication; challenge?: ChallengeResult } {
  const { challenge } = open;
  if (challenge === null) return { open };
  const { factorId, kind } = challenge;
  if (!isDelivered(kind)) return { open, challenge: { factorId, kind } };
  const there = challengeOf(situation, factorId, open.id);
  if (there === undefined) return { open: { ...open, challenge: null } };
  const { resend_at: resendAt } = there;
  return { open, challenge: deliveryResult({ factor_id: factorId, kind }, { resendAt }) };
}

function secondsUntil(instant: number, now: number): number {
  return Math.max(1, Math.ceil((instant - now) / 1_000));
}
