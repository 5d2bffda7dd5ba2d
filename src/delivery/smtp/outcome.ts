import type { Submission } from '../provider';
import { membersOf } from '../provider-words';

/** How far a mail had come. Only what had begun to leave can have been taken. */
export type Stage = 'before-data' | 'data';

/** Replies that ask to come back later: busy, greylisting, no room (RFC 5321 §4.2.3). */
const later: readonly number[] = [421, 450, 452];
const LATER_MS = 60_000;

/** The server closes the connection, whatever it was asked (RFC 5321 §3.8): this is about the server itself. */
const CLOSING = 421;
/** Commands that are about one mail: what they are answered says nothing of the mails to others. */
const ofOneMail: readonly unknown[] = ['RCPT TO', 'DATA'];

/** Replies about the mailbox (RFC 5321 §4.2.3), and Null MX (RFC 7505 §4.2). */
const aboutMailbox: readonly number[] = [550, 551, 552, 553, 556];

/**
 * Reads what nodemailer says of a mail that was not accepted: `responseCode` and `command` where the server replied,
 * and a `code` of its own where it did not.
 */
export function outcomeOfFault(error: unknown, stage: Stage): Submission {
  const { responseCode, response, command, code: fault } = membersOf(error);
  if (typeof responseCode !== 'number' || responseCode < 400) {
    const code =
      typeof fault === 'string' && /^E[A-Z0-9]{2,20}$/.test(fault)
        ? `smtp_${fault.toLowerCase()}`
        : 'smtp_broke';
    if (fault === 'ENOAUTH') return { outcome: 'rejected', scope: 'provider', code };
    return { outcome: stage === 'data' ? 'uncertain' : 'failed', code };
  }
  const enhanced = typeof response === 'string' ? enhancedCodeOf(response) : undefined;
  const code =
    enhanced === undefined ? `smtp_${String(responseCode)}` : `smtp_${String(responseCode)}_${enhanced}`;
  if (responseCode < 500) {
    if (!later.includes(responseCode)) return { outcome: 'failed', code };
    const isOfOneMail = responseCode !== CLOSING && ofOneMail.includes(command);
    return {
      outcome: 'slow-down',
      ...(isOfOneMail ? ({ scope: 'address' } as const) : {}),
      retryAfterMs: LATER_MS,
      code,
    };
  }
  const address = command === 'RCPT TO' && aboutMailbox.includes(responseCode) && !isPolicy(enhanced);
  return { outcome: 'rejected', scope: address ? 'address' : 'provider', code };
}

/** RFC 3463 §3.8: X.7.X is about security or policy, such as relaying, and says nothing of the mailbox. */
function isPolicy(enhanced: string | undefined): boolean {
  return enhanced?.split('.')[1] === '7';
}

function enhancedCodeOf(response: string): string | undefined {
  return /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
}
