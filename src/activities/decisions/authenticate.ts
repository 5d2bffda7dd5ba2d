import { authenticationIdOf } from '../../domain/authentication-id';
import { beginWalk } from '../../domain/flow/next-step';
import type { AuthenticationRequest } from '../../persistence/situation';
import type { AuthenticateCommand, AuthenticationResult } from '../../workflows/messages';
import type { Decide } from '../decision';
import { AUTHENTICATION_MS } from './authentication-lifetime';
import { refuseLocked } from './failure-budget';
import { carriedProofs, usableFactors } from './open-authentication';
import { walkAuthentication } from './walk-authentication';

/** Begins an authentication and, with a response, evaluates it at once. */
export const authenticate: Decide<AuthenticateCommand, AuthenticationResult> = (
  situation,
  command,
  tools,
) => {
  const locked = refuseLocked(situation);
  if (locked !== undefined) return locked;
  if (command.sessionId !== undefined && command.purpose !== 'step-up') {
    return { refused: 'invalid_request', detail: 'a login is not made within a session' };
  }
  if (command.sessionId !== undefined && situation.session === null) {
    return { refused: 'not_found', detail: 'the session has ended' };
  }
  const id = authenticationIdOf(command.id, situation.version + 1);
  const proofs =
    command.purpose === 'step-up' ? carriedProofs(situation, command, usableFactors(situation, tools)) : [];
  const context = command.context ?? null;
  const open = {
    id,
    purpose: command.purpose,
    flowId: situation.flowId,
    walk: beginWalk(tools.flow, proofs),
    challenge: null,
    request: requestOf(command),
    context,
    sealedContext: context === null ? null : tools.sealing.seal(id, context),
    expiresAt: situation.now + AUTHENTICATION_MS,
  };
  return walkAuthentication(situation, open, command.response, tools);
};

function requestOf(command: AuthenticateCommand): AuthenticationRequest {
  const request: AuthenticationRequest = {};
  if (command.acr !== undefined) request.acr = command.acr;
  if (command.maxAge !== undefined) request.maxAge = command.maxAge;
  if (command.audience !== undefined) request.audience = command.audience;
  if (command.nonce !== undefined) request.nonce = command.nonce;
  if (command.primary !== undefined) request.primary = command.primary;
  if (command.sessionId !== undefined) request.sessionId = command.sessionId;
  return request;
}
