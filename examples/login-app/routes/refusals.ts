import { MfaflowProblem } from '../../../client/index';
import { durationOf } from '../pages/blocked-page';

/** How a page asks again: the status of the answer, and what the user is told. */
export interface AskedAgain {
  readonly status: number;
  readonly message: string;
}

/** @param retryAfter seconds, when wrong codes have become many */
export function afterWrongCode(retryAfter?: number): AskedAgain {
  const sentence =
    'That code is not right, or it was used already. An app shows the next one within 30 seconds.';
  return { status: 401, message: retryAfter === undefined ? sentence : `${sentence} ${wait(retryAfter)}` };
}

/**
 * What the user is told when a code was not evaluated: to wait, or that it cannot be one.
 *
 * @throws the error itself when it is about something else
 */
export function afterRefusal(error: unknown): AskedAgain {
  if (error instanceof MfaflowProblem && error.code === 'try_later') {
    return { status: 429, message: wait(error.retryAfter ?? 1) };
  }
  if (error instanceof MfaflowProblem && error.code === 'invalid_request') return afterWrongCode();
  throw error;
}

/** Why no other code was sent. */
export const tooEarly = 'Another code can be sent in a moment. The last one is still good.';

/** @param until ms since the epoch */
export function waitOf(until = 0): string | undefined {
  const left = Math.ceil((until - Date.now()) / 1000);
  return left > 0 ? wait(left) : undefined;
}

function wait(seconds: number): string {
  return `After several wrong codes you have to wait: try again in ${durationOf(seconds)}.`;
}
