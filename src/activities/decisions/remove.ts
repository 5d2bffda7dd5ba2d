import type { FactorResult, RemoveCommand } from '../../workflows/messages';
import type { Decide } from '../decision';
import { authorityTrace, refuseWithoutAuthority } from './authority';
import { noticesOf } from './notice';

/** Removes a factor; an enrolment that was never confirmed protects nothing and needs no step-up to be given up. */
export const remove: Decide<RemoveCommand, FactorResult> = (situation, command, tools) => {
  const factor = situation.factors.find(({ factor_id }) => factor_id === command.factorId);
  if (factor === undefined) return { refused: 'not_found' };
  if (factor.status === 'active') {
    const refusal = refuseWithoutAuthority(situation, command.authority);
    if (refusal !== undefined) return refusal;
  }
  const detail = { factorId: factor.factor_id, kind: factor.kind };
  return {
    result: { factorId: factor.factor_id, kind: factor.kind, status: 'removed' },
    changes: {
      removeFactors: [factor.factor_id],
      deliveries:
        factor.status === 'active'
          ? noticesOf(
              situation,
              'factor-removed',
              factor,
              { gone: factor, authority: command.authority },
              tools,
            )
          : [],
      audit: [
        {
          action: 'factor.remove',
          outcome: 'done',
          detail: { ...detail, ...authorityTrace(command.authority) },
        },
      ],
      events: [{ type: factor.status === 'active' ? 'factor.removed' : 'enrolment.abandoned', data: detail }],
    },
  };
};
