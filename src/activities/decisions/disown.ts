import type { Changes } from '../../persistence/decision-changes';
import type { FactorRow, Situation } from '../../persistence/situation';
import type { DisownCommand, DisownResult } from '../../workflows/messages';
import type { Decide } from '../decision';
import { isoOf } from '../decision';

/**
 * "This wasn't me": puts an end to what the link names and to what came of it. A factor proves nothing until it is removed
 * or an operator decides, nor does what it has proved; a pending authentication ends denied, and an approved one counts
 * no more. Sessions that came of either are revoked, and enrolments that a step-up has allowed and nobody has confirmed are
 * given up.
 */
export const disown: Decide<DisownCommand, DisownResult> = (situation, command) => {
  const { ticket } = situation;
  if (ticket?.purpose !== 'not-me' || !ticket.open) return { refused: 'not_found' };
  const changes: Changes = {
    redeemTicket: command.ticketId,
    ...frozenFactor(situation, ticket.subject.factorId),
    ...endedAuthentication(situation),
    ...(ticket.sessions.length === 0
      ? {}
      : { revokeSessions: { session_ids: ticket.sessions, reason: 'disowned' } }),
    audit: [],
    events: [],
  };
  const abandoned =
    changes.freeze === undefined && changes.disown === undefined ? [] : allowedEnrolments(situation);
  if (abandoned.length > 0) changes.removeFactors = abandoned.map(({ factor_id }) => factor_id);
  const frozen = whatOf(changes);
  const detail = {
    frozen,
    ...(ticket.subject.factorId === undefined ? {} : { factorId: ticket.subject.factorId }),
    ...(ticket.subject.authenticationId === undefined
      ? {}
      : { authenticationId: ticket.subject.authenticationId }),
  };
  changes.audit = [{ action: 'user.disown', outcome: 'done', detail }];
  changes.events = [
    { type: 'user.disowned', data: detail },
    ...ticket.sessions.map((sessionId) => ({
      type: 'session.revoked' as const,
      data: { sessionId, reason: 'disowned' },
    })),
    ...abandoned.map(({ factor_id: factorId, kind }) => ({
      type: 'enrolment.abandoned' as const,
      data: { factorId, kind },
    })),
  ];
  return { result: { frozen }, changes };
};

function frozenFactor(situation: Situation, factorId: string | undefined): Pick<Changes, 'freeze'> {
  const factor = situation.factors.find(({ factor_id }) => factor_id === factorId);
  return factor === undefined ? {} : { freeze: [factor.factor_id] };
}

/** By whom they were allowed is not told apart: to begin one again costs its owner a minute. */
function allowedEnrolments({ factors }: Situation): FactorRow[] {
  return factors.filter(({ status, authorised_by: by }) => status === 'pending' && by !== null);
}

function endedAuthentication({ authentication, now }: Situation): Pick<Changes, 'authentication' | 'disown'> {
  if (authentication === null) return {};
  const { authentication_id: id, request } = authentication;
  if (authentication.status === 'approved') return { disown: id };
  if (authentication.status !== 'pending' || authentication.expires_at <= now) return {};
  return {
    authentication: {
      authentication_id: id,
      purpose: authentication.purpose,
      status: 'denied',
      reason: 'disowned',
      flow_id: authentication.flow_id,
      position: authentication.position,
      proofs: authentication.proofs,
      challenge: authentication.challenge,
      request,
      context: authentication.context,
      outcome: null,
      session_id: null,
      expires_at: isoOf(authentication.expires_at),
    },
  };
}

function whatOf({
  freeze,
  authentication,
  disown: disowned,
  revokeSessions,
}: Changes): DisownResult['frozen'] {
  return [
    ...(freeze === undefined ? [] : ['factor' as const]),
    ...(authentication === undefined ? [] : ['authentication' as const]),
    ...(disowned === undefined || revokeSessions !== undefined ? [] : ['proof' as const]),
    ...(revokeSessions === undefined ? [] : ['session' as const]),
  ];
}
