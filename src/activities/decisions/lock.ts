import { afterOperatorLock } from '../../domain/failure-budget';
import type { LockCommand, UserResult } from '../../workflows/messages';
import type { Decide } from '../decision';
import { budgetOf, userChange } from './failure-budget';

/** Locks the user until an operator unlocks. */
export const lock: Decide<LockCommand, UserResult> = (situation, command) => {
  const budget = afterOperatorLock(budgetOf(situation));
  return {
    result: { failures: budget.failures, operatorOnly: true },
    changes: {
      user: userChange(budget, command.reason),
      audit: [{ action: 'user.lock', outcome: 'done', detail: { reason: command.reason } }],
      events: [{ type: 'user.locked', data: { reason: 'operator' } }],
    },
  };
};
