import { MfaError } from './errors';

/** What a user has left to get wrong: one budget over all factors, challenges, sessions and endpoints. */
export interface FailureBudget {
  /** Failures since the last success. */
  readonly failures: number;
  /** Until then an answer is neither evaluated nor counted; ms since the epoch. */
  readonly waitUntil: number | null;
  /** Until then right and wrong answers are refused alike; ms since the epoch. */
  readonly lockedUntil: number | null;
  /** Time does not open the door any more; an operator does. */
  readonly operatorOnly: boolean;
}

export interface BudgetPolicy {
  /** The failure from which on the user waits. */
  readonly waitFrom: number;
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  /** The failure from which on every failure locks. */
  readonly lockFrom: number;
  readonly firstLockMs: number;
  readonly maxLockMs: number;
  /** The failure from which on only an operator unlocks. NIST SP 800-63B-4 §3.2.2 asks for at most 100. */
  readonly operatorUnlockFrom: number;
}

export type Door =
  | { readonly state: 'open' }
  | { readonly state: 'wait'; readonly retryAfterMs: number }
  | {
      readonly state: 'locked';
      /** null: not before an operator unlocks */ readonly retryAfterMs: number | null;
    };

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

export const defaultBudgetPolicy: BudgetPolicy = {
  waitFrom: 5,
  firstWaitMs: 30 * second,
  maxWaitMs: hour,
  lockFrom: 10,
  firstLockMs: 15 * minute,
  // A day at most, so that someone who keeps failing reaches the operator's door within weeks, not never.
  maxLockMs: 24 * hour,
  operatorUnlockFrom: 100,
};

export const fullBudget: FailureBudget = {
  failures: 0,
  waitUntil: null,
  lockedUntil: null,
  operatorOnly: false,
};

/** Whether an answer may be evaluated at `nowMs` (ms since the epoch). A lock hides a wait. */
export function doorOf(budget: FailureBudget, nowMs: number): Door {
  if (budget.operatorOnly) return { state: 'locked', retryAfterMs: null };
  if (budget.lockedUntil !== null && budget.lockedUntil > nowMs) {
    return { state: 'locked', retryAfterMs: budget.lockedUntil - nowMs };
  }
  if (budget.waitUntil !== null && budget.waitUntil > nowMs) {
    return { state: 'wait', retryAfterMs: budget.waitUntil - nowMs };
  }
  return { state: 'open' };
}

/**
 * The budget after a wrong answer at `nowMs`.
 * Throws `internal` when the door is not open: such an answer must not have been evaluated.
 */
export function afterFailure(
  budget: FailureBudget,
  nowMs: number,
  policy: BudgetPolicy = defaultBudgetPolicy,
): FailureBudget {
  if (doorOf(budget, nowMs).state !== 'open') {
    throw new MfaError('internal', { detail: 'an answer was counted behind a closed door' });
  }
  const failures = budget.failures + 1;
  if (failures >= policy.operatorUnlockFrom) {
    return { failures, waitUntil: null, lockedUntil: null, operatorOnly: true };
  }
  if (failures >= policy.lockFrom) {
    const lockMs = doubled(policy.firstLockMs, failures - policy.lockFrom, policy.maxLockMs);
    return { failures, waitUntil: null, lockedUntil: nowMs + lockMs, operatorOnly: false };
  }
  if (failures >= policy.waitFrom) {
    const waitMs = doubled(policy.firstWaitMs, failures - policy.waitFrom, policy.maxWaitMs);
    return { failures, waitUntil: nowMs + waitMs, lockedUntil: null, operatorOnly: false };
  }
  return { failures, waitUntil: null, lockedUntil: null, operatorOnly: false };
}

/** A success gives the whole budget back. Throws `internal` when only an operator may open the door. */
export function afterSuccess(budget: FailureBudget): FailureBudget {
  if (budget.operatorOnly) {
    throw new MfaError('internal', { detail: 'an answer was accepted behind a closed door' });
  }
  return fullBudget;
}

/** Opens the door. The count stays, so that unlocking buys one attempt, unless `resetCount`. */
export function afterUnlock(budget: FailureBudget, resetCount: boolean): FailureBudget {
  return { ...fullBudget, failures: resetCount ? 0 : budget.failures };
}

/** Closes the door until an operator opens it. The count stays. */
export function afterOperatorLock(budget: FailureBudget): FailureBudget {
  return { ...fullBudget, failures: budget.failures, operatorOnly: true };
}

function doubled(firstMs: number, times: number, maxMs: number): number {
  return Math.min(firstMs * 2 ** times, maxMs);
}
