import { MfaError } from './errors';
import { defaultBudgetPolicy, type BudgetPolicy } from './failure-budget';

// A longer lock than this is an operator's lock, and sums with instants stay exact.
const yearMs = 365 * 24 * 60 * 60 * 1_000;

const earlierIsTighter = ['waitFrom', 'lockFrom', 'operatorUnlockFrom'] as const;
const longerIsTighter = ['firstWaitMs', 'maxWaitMs', 'firstLockMs', 'maxLockMs'] as const;

/**
 * A tenant's failure-budget policy over the default one. It may only be tightened: act at an earlier failure, for longer.
 * Throws `invalid_request`, naming the field, for anything looser, not an integer, or above a year.
 */
export function tighten(wish: Partial<BudgetPolicy>): BudgetPolicy {
  const policy: BudgetPolicy = { ...defaultBudgetPolicy, ...wish };
  for (const field of earlierIsTighter) {
    refuseUnless(isWithin(policy[field], 1, defaultBudgetPolicy[field]), field);
  }
  for (const field of longerIsTighter) {
    refuseUnless(isWithin(policy[field], defaultBudgetPolicy[field], yearMs), field);
  }
  refuseUnless(policy.firstWaitMs <= policy.maxWaitMs, 'maxWaitMs');
  refuseUnless(policy.firstLockMs <= policy.maxLockMs, 'maxLockMs');
  return policy;
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

function refuseUnless(tightEnough: boolean, field: keyof BudgetPolicy): void {
  if (!tightEnough) {
    throw new MfaError('invalid_request', { detail: `${field} would loosen the failure budget` });
  }
}
