import { MfaError } from '../domain/errors';
import type { AnswerGroundRow } from '../persistence/authentication-repository';
import type { Reply } from './route';

/** Longer than anybody needs; what is longer asks for nothing. */
const MAX_HEADER_LENGTH = 1_000;

/** One preference of a list (RFC 7240 §2): a token, perhaps a value, perhaps parameters. */
const preference =
  /\s*([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[\w!#$%&'*+.^`|~-]*))?\s*(?:;[^",;]*(?:"(?:[^"\\]|\\.)*"[^",;]*)?)*(?:,|$)/y;

/**
 * Whether a `Prefer` header asks for `respond-async` (RFC 7240 §4.1). A header that cannot be read asks for nothing: a
 * preference may always be ignored.
 */
export function prefersAsync(header: string | undefined): boolean {
  if (header === undefined || header.length > MAX_HEADER_LENGTH) return false;
  preference.lastIndex = 0;
  let asked = false;
  while (preference.lastIndex < header.length) {
    const found = preference.exec(header);
    if (found === null) return false;
    const [, name = '', value = ''] = found;
    if (name.toLowerCase() === 'respond-async' && (value === '' || value === '""')) asked = true;
  }
  return asked;
}

/** 202: taken, to be decided. `Location` is where the outcome will be seen. */
export function acceptedReply(location: string, body: unknown): Reply {
  return {
    status: 202,
    headers: { Location: location, 'Preference-Applied': 'respond-async' },
    body,
  };
}

/**
 * Nobody hears of a Signal that is refused, so that what would refuse it for certain is told at once.
 *
 * @returns whether the answer has to be sent; false when this very command was decided before
 * @throws MfaError `idempotency_mismatch`, `authentication_closed`, `user_locked`, `try_later`
 */
export function mustBeSent(ground: AnswerGroundRow, fingerprint: string): boolean {
  if (ground.decidedFor !== null) {
    if (ground.decidedFor !== fingerprint) throw new MfaError('idempotency_mismatch');
    return false;
  }
  if (!ground.isOpen) throw new MfaError('authentication_closed');
  if (!ground.locked && ground.retryAfter === null) return true;
  throw new MfaError(ground.locked ? 'user_locked' : 'try_later', {
    ...(ground.retryAfter === null ? {} : { retryAfterSeconds: ground.retryAfter }),
  });
}
