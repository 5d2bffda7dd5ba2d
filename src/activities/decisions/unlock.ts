import { afterUnlock } from '../../domain/failure-budget';
import type { UnlockCommand, UserResult } from '../../workflows/messages';
import type { Decide } from '../decision';
import { budgetOf, userChange } from './failure-budget';

/** Opens the door; the count of failures stays unless the operator resets it. */
export const unlock: Decide<UnlockCommand, UserResult> = (situation, command) => {
  const reset = command.resetFailures === true;
  const budget = afterUnlock(budgetOf(situation), reset);
  return {
    result: { failures: budget.failures },
    changes: {
      user: userChange(budget, null),
      audit: [
        { action: 'user.unlock', outcome: 'done', detail: { reason: command.reason, resetFailures: reset } },
      ],
      events: [{ type: 'user.unlocked', data: { resetFailures: reset } }],
    },
  };
};
