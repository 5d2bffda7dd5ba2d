import type { RevokeCommand, UserResult } from '../../workflows/messages';
import type { Decide } from '../decision';

/** Revokes one session of the user, or all of them. */
export const revoke: Decide<RevokeCommand, UserResult> = (situation, command) => {
  const sessionId = command.sessionId ?? null;
  const detail = { sessionId: sessionId ?? 'all', reason: command.reason };
  return {
    result: { failures: situation.failures },
    changes: {
      revokeSessions: { session_ids: sessionId === null ? null : [sessionId], reason: command.reason },
      audit: [{ action: 'session.revoke', outcome: 'done', detail }],
      events: [{ type: 'session.revoked', data: detail }],
    },
  };
};
