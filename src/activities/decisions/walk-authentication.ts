import { advance, beginWalk } from '../../domain/flow/next-step';
import { prove, type Step, type Walk } from '../../domain/flow/walk';
import { factorContracts } from '../../factors/catalogue';
import type { Burn, Changes } from '../../persistence/decision-changes';
import type { FactorRow, Situation } from '../../persistence/situation';
import type {
  AuthenticationResult,
  ChallengeResult,
  Refusal,
  SealedResponse,
} from '../../workflows/messages';
import { secondsOf, type Decision, type DecisionTools } from '../decision';
import { approve } from './approve';
import { optionsOf, pendingRow, row, trace } from './authentication-record';
import { budgetOf, countFailure, refuseBehindDoor, waitOf } from './failure-budget';
import { deliverChallenge, standingChallenge } from './issue-challenge';
import { factsOf, usableFactors, withDefaultChallenge, type OpenAuthentication } from './open-authentication';
import { verifyCode } from './verify-code';

/**
 * Walks the flow as far as it goes without the user, evaluates at most one answer, and walks on. Ends approved,
 * denied, or pending with what may be done next.
 */
export function walkAuthentication(
  situation: Situation,
  open: OpenAuthentication,
  response: SealedResponse | undefined,
  tools: DecisionTools,
): Decision<AuthenticationResult> {
  if (open.request.sessionId !== undefined && situation.session === null) return deny(open, 'session_ended');
  const usable = usableFactors(situation, tools);
  const facts = factsOf(situation, open, usable);
  const go = (walk: Walk) => advance(tools.flow, walk, facts, factorContracts);
  const before = go(open.walk);
  // A code that was sent is evaluated, also where what the session proved before would do without it.
  if (response !== undefined && before.step.kind === 'allow' && open.walk.proofs.length > 0) {
    return walkAuthentication(situation, { ...open, walk: beginWalk(tools.flow, []) }, response, tools);
  }
  if (response === undefined || before.step.kind !== 'require') {
    return conclude(situation, { ...open, walk: before.walk }, before.step, usable, tools);
  }
  const shut = refuseBehindDoor(situation);
  if (shut !== undefined) return shut;
  const candidates = candidatesFor(response, open, before.step.factors, usable);
  if ('refused' in candidates) return candidates;
  const verified = verifyCode(candidates, response.sealedCode, situation, open.id, tools);
  if (verified === undefined)
    return fail(situation, { ...open, walk: before.walk }, before.step, usable, tools);
  const { factor, burn, left, usedChallenge } = verified;
  const proved = prove(before.walk, {
    factorId: factor.factor_id,
    kind: factor.kind,
    at: secondsOf(situation.now),
  });
  const after = go(proved);
  const next = { ...open, walk: after.walk, challenge: null };
  const decision = conclude(situation, next, after.step, usable, tools, burn);
  if ('refused' in decision) return decision;
  if (left !== undefined && factorContracts.get(factor.kind)?.savedRecoveryCode === true)
    decision.result.recoveryCodesLeft = left;
  if (usedChallenge !== undefined) decision.changes.usedChallenge = usedChallenge;
  return decision;
}

function candidatesFor(
  response: SealedResponse,
  open: OpenAuthentication,
  offered: readonly { id: string; kind: string }[],
  usable: readonly FactorRow[],
): FactorRow[] | Refusal {
  const chosen = open.challenge?.byDefault === true ? undefined : open.challenge?.factorId;
  const factorId = response.factorId ?? (response.kind === undefined ? chosen : undefined);
  const candidates = usable.filter(
    (factor) =>
      offered.some((offer) => offer.id === factor.factor_id) &&
      (factorId === undefined || factor.factor_id === factorId) &&
      (response.kind === undefined || factor.kind === response.kind),
  );
  return candidates.length > 0 ? candidates : { refused: 'not_acceptable_factor' };
}

function conclude(
  situation: Situation,
  walked: OpenAuthentication,
  step: Step,
  usable: readonly FactorRow[],
  tools: DecisionTools,
  burn?: Burn,
): Decision<AuthenticationResult> {
  if (step.kind === 'allow') return approve(situation, walked, burn);
  if (step.kind === 'deny') return deny(walked, step.reason, burn);
  const asked = withDefaultChallenge(situation, walked, step);
  const { open, challenge, changes: sent } = deliverChallenge(situation, asked, usable, tools);
  const retryAfter = waitOf(budgetOf(situation), situation.now);
  const result: AuthenticationResult = {
    ...pending(open, step, usable, challenge),
    ...(retryAfter !== undefined && { retryAfter }),
  };
  const changes: Changes = {
    ...sent,
    authentication: pendingRow(open, null, optionsOf(step, usable)),
    audit: [
      {
        action: 'authentication',
        outcome: burn === undefined ? 'pending' : 'factor_proved',
        detail: trace(open),
        personal: open.sealedContext,
      },
    ],
    events: [{ type: 'authentication.requested', data: trace(open) }],
  };
  if (burn !== undefined) {
    changes.burns = [burn];
    changes.events = [];
  }
  return { result, changes };
}

function fail(
  situation: Situation,
  walked: OpenAuthentication,
  step: Step,
  usable: readonly FactorRow[],
  tools: DecisionTools,
): Decision<AuthenticationResult> {
  const asked = withDefaultChallenge(situation, walked, step);
  const { budget, locked, change } = countFailure(situation, tools);
  // Whoever types wrong codes into a new login causes no message: one is sent when it is asked for.
  const { open, challenge } = locked ? { open: asked } : standingChallenge(situation, asked);
  const retryAfter = waitOf(budget, situation.now);
  const result: AuthenticationResult = locked
    ? { id: open.id, status: 'denied', reason: 'locked' }
    : { ...pending(open, step, usable, challenge), reason: 'wrong_code' };
  if (retryAfter !== undefined) result.retryAfter = retryAfter;
  const changes: Changes = {
    user: change,
    authentication: locked
      ? row(open, 'denied', 'locked')
      : pendingRow(open, 'wrong_code', optionsOf(step, usable)),
    audit: [
      {
        action: 'authentication',
        outcome: 'wrong_code',
        detail: { ...trace(open), failures: budget.failures },
        personal: open.sealedContext,
      },
    ],
    events: [{ type: 'authentication.failed', data: { ...trace(open), failures: budget.failures } }],
  };
  if (locked)
    changes.events.push({ type: 'user.locked', data: { reason: 'failures', failures: budget.failures } });
  return { result, changes };
}

/** Ends an authentication without a grant. */
export function deny(open: OpenAuthentication, reason: string, burn?: Burn): Decision<AuthenticationResult> {
  const changes: Changes = {
    authentication: row(open, 'denied', reason),
    audit: [
      {
        action: 'authentication',
        outcome: 'denied',
        detail: { ...trace(open), reason },
        personal: open.sealedContext,
      },
    ],
    events: [{ type: 'authentication.denied', data: { ...trace(open), reason } }],
  };
  if (burn !== undefined) changes.burns = [burn];
  return { result: { id: open.id, status: 'denied', reason }, changes };
}

function pending(
  open: OpenAuthentication,
  step: Step,
  usable: readonly FactorRow[],
  challenge: ChallengeResult | undefined,
): AuthenticationResult {
  return {
    id: open.id,
    status: 'pending',
    options: optionsOf(step, usable),
    ...(challenge !== undefined && { challenge }),
    expiresAt: secondsOf(open.expiresAt),
  };
}
