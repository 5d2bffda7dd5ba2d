import type { FactorResult, RenameCommand } from '../../workflows/messages';
import type { Decide } from '../decision';

/** Gives a factor another name. */
export const rename: Decide<RenameCommand, FactorResult> = (situation, command) => {
  const factor = situation.factors.find(({ factor_id }) => factor_id === command.factorId);
  if (factor === undefined) return { refused: 'not_found' };
  return {
    result: { factorId: factor.factor_id, kind: factor.kind, status: factor.status },
    changes: {
      rename: { factor_id: factor.factor_id, name: command.name },
      audit: [{ action: 'factor.rename', outcome: 'done', detail: { factorId: factor.factor_id } }],
      events: [],
    },
  };
};
