import type { AnswerCommand, AuthenticationResult } from '../../workflows/messages';
import type { Decide } from '../decision';
import { refuseBehindDoor } from './failure-budget';
import { resumeAuthentication } from './resume-authentication';
import { deny, walkAuthentication } from './walk-authentication';

/** Evaluates a code for a pending authentication. */
export const answer: Decide<AnswerCommand, AuthenticationResult> = (situation, command, tools) => {
  const open = resumeAuthentication(situation, tools);
  if ('refused' in open) return open;
  if (situation.authentication?.refused === true) return deny(open, 'revoked');
  const shut = refuseBehindDoor(situation);
  if (shut !== undefined) return shut;
  return walkAuthentication(situation, open, command, tools);
};
