import { factorContracts } from '../../factors/catalogue';
import { advance } from '../../domain/flow/next-step';
import type { Situation } from '../../persistence/situation';
import type { ResendCommand, ResendResult } from '../../workflows/messages';
import { secondsOf, type Decide, type Decision, type DecisionTools } from '../decision';
import { optionsOf, pendingRow, trace } from './authentication-record';
import { isDelivered } from './challenge-delivery';
import { refuseLocked } from './failure-budget';
import { reissueChallenge } from './issue-challenge';
import { factsOf, usableFactors } from './open-authentication';
import { resumeAuthentication } from './resume-authentication';
import { deny } from './walk-authentication';

/** Sends another code, for what an authentication asks or for the confirmation of a factor. */
export const resend: Decide<ResendCommand, ResendResult> = (situation, command, tools) => {
  const locked = refuseLocked(situation);
  if (locked !== undefined) return locked;
  if (command.factorId !== undefined) return resendConfirmation(situation, command.factorId, tools);
  return resendChallenge(situation, tools);
};

function resendChallenge(situation: Situation, tools: DecisionTools): Decision<ResendResult> {
  const open = resumeAuthentication(situation, tools);
  if ('refused' in open) return open;
  if (situation.authentication?.refused === true) return deny(open, 'revoked');
  const usable = usableFactors(situation, tools);
  const { walk, step } = advance(tools.flow, open.walk, factsOf(situation, open, usable), factorContracts);
  const offered = step.kind === 'require' ? step.factors : [];
  const factor = usable.find(({ factor_id }) => factor_id === open.challenge?.factorId);
  if (factor === undefined || !isDelivered(factor.kind) || !offered.some(({ id }) => id === factor.factor_id))
    return { refused: 'conflict', detail: 'No code is sent for what is asked here.' };
  const purpose = { authenticationId: open.id, endsAt: open.expiresAt, context: open.context };
  const issued = reissueChallenge(situation, factor, purpose, tools);
  if ('refused' in issued) return issued;
  const asked = { factorId: factor.factor_id, kind: factor.kind };
  const byDefault = open.challenge?.byDefault === true ? { byDefault: true as const } : {};
  const next = { ...open, walk, challenge: { ...asked, ...byDefault } };
  const options = optionsOf(step, usable);
  return {
    result: {
      id: open.id,
      status: 'pending',
      options,
      challenge: issued.challenge,
      expiresAt: secondsOf(open.expiresAt),
    },
    changes: {
      ...issued.changes,
      authentication: pendingRow(next, situation.authentication?.reason ?? null, options),
      audit: [{ action: 'challenge', outcome: 'reissued', detail: { ...trace(next), kind: factor.kind } }],
      events: [],
    },
  };
}

function resendConfirmation(
  situation: Situation,
  factorId: string,
  tools: DecisionTools,
): Decision<ResendResult> {
  const factor = situation.factors.find(({ factor_id }) => factor_id === factorId);
  if (factor === undefined) return { refused: 'not_found' };
  if (factor.status !== 'pending') return { refused: 'factor_not_pending' };
  const endsAt = factor.pending_until ?? 0;
  if (factor.refused || endsAt <= situation.now) return { refused: 'enrolment_expired' };
  if (!isDelivered(factor.kind))
    return { refused: 'conflict', detail: 'No code is sent for what is asked here.' };
  const issued = reissueChallenge(
    situation,
    factor,
    { authenticationId: null, endsAt, context: null },
    tools,
  );
  if ('refused' in issued) return issued;
  return {
    result: { factorId, kind: factor.kind, status: 'pending', challenge: issued.challenge },
    changes: {
      ...issued.changes,
      audit: [{ action: 'challenge', outcome: 'reissued', detail: { factorId, kind: factor.kind } }],
      events: [],
    },
  };
}
