import { advance } from '../../domain/flow/next-step';
import { factorContracts } from '../../factors/catalogue';
import type { AuthenticationResult, ChooseCommand } from '../../workflows/messages';
import { secondsOf, type Decide } from '../decision';
import { optionsOf, pendingRow, trace } from './authentication-record';
import { refuseLocked } from './failure-budget';
import { deliverChallenge } from './issue-challenge';
import { factsOf, usableFactors } from './open-authentication';
import { resumeAuthentication } from './resume-authentication';
import { deny } from './walk-authentication';

/** Chooses which of the offered factors will be answered; a factor that needs a delivery is delivered. */
export const choose: Decide<ChooseCommand, AuthenticationResult> = (situation, command, tools) => {
  const open = resumeAuthentication(situation, tools);
  if ('refused' in open) return open;
  if (situation.authentication?.refused === true) return deny(open, 'revoked');
  const locked = refuseLocked(situation);
  if (locked !== undefined) return locked;
  const usable = usableFactors(situation, tools);
  const { walk, step } = advance(tools.flow, open.walk, factsOf(situation, open, usable), factorContracts);
  const chosen = step.kind === 'require' ? step.factors.find(({ id }) => id === command.factorId) : undefined;
  if (chosen === undefined) return { refused: 'not_acceptable_factor' };
  const asked = { ...open, walk, challenge: { factorId: chosen.id, kind: chosen.kind } };
  const options = optionsOf(step, usable);
  const {
    open: next,
    challenge = asked.challenge,
    changes,
  } = deliverChallenge(situation, asked, usable, tools);
  return {
    result: {
      id: open.id,
      status: 'pending',
      options,
      challenge,
      expiresAt: secondsOf(open.expiresAt),
    },
    changes: {
      ...changes,
      authentication: pendingRow(next, situation.authentication?.reason ?? null, options),
      audit: [{ action: 'challenge', outcome: 'issued', detail: { ...trace(next), kind: chosen.kind } }],
      events: [],
    },
  };
};
