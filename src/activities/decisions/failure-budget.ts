import { afterFailure, doorOf, type FailureBudget } from '../../domain/failure-budget';
import type { UserChange } from '../../persistence/decision-changes';
import type { Situation } from '../../persistence/situation';
import type { Refusal } from '../../workflows/messages';
import { isoOf, type DecisionTools } from '../decision';

export function budgetOf(situation: Situation): FailureBudget {
  const { failures, waitUntil, lockedUntil, operatorOnly } = situation;
  return { failures, waitUntil, lockedUntil, operatorOnly };
}

const inSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

/** A locked user is refused whatever was asked; right and wrong answers read alike. */
export function refuseLocked(situation: Situation): Refusal | undefined {
  const door = doorOf(budgetOf(situation), situation.now);
  if (door.state !== 'locked') return undefined;
  return {
    refused: 'user_locked',
    ...(door.retryAfterMs !== null && { retryAfter: inSeconds(door.retryAfterMs) }),
  };
}

/** While the door is shut no answer is evaluated or counted. */
export function refuseBehindDoor(situation: Situation): Refusal | undefined {
  const door = doorOf(budgetOf(situation), situation.now);
  if (door.state === 'wait') return { refused: 'try_later', retryAfter: inSeconds(door.retryAfterMs) };
  return refuseLocked(situation);
}

/** Seconds until an answer would be evaluated; undefined when it would be now. */
export function waitOf(budget: FailureBudget, now: number): number | undefined {
  const door = doorOf(budget, now);
  if (door.state === 'open' || door.retryAfterMs === null) return undefined;
  return inSeconds(door.retryAfterMs);
}

export function userChange(budget: FailureBudget, lockReason: string | null): UserChange {
  return {
    failures: budget.failures,
    wait_until: budget.waitUntil === null ? null : isoOf(budget.waitUntil),
    locked_until: budget.lockedUntil === null ? null : isoOf(budget.lockedUntil),
    operator_only: budget.operatorOnly,
    lock_reason: lockReason,
  };
}

/** Counts one failure; tells whether it locked the user. */
export function countFailure(situation: Situation, tools: DecisionTools) {
  const budget = afterFailure(budgetOf(situation), situation.now, tools.budgetPolicy);
  const locked = doorOf(budget, situation.now).state === 'locked';
  return { budget, locked, change: userChange(budget, locked ? 'failures' : situation.lockReason) };
}
