import type { Channel, OutboundMessage, Submission } from './provider';

/** ITU-T E.164 §6.2.1: at most 15 digits. */
const e164 = /^\+[1-9]\d{5,14}$/;

/**
 * One mailbox: nothing that separates, comments, quotes or ends a header line (RFC 5322 §3.2), so that an address can
 * name neither a second recipient nor a header.
 */
const mailbox = /^[^\s\p{Cc}\p{Cf}\p{Cs}<>(),;:"\\[\]@]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/u;

/** RFC 5321 §4.5.3.1.3 with erratum 1690. */
const MAX_MAILBOX_OCTETS = 254;

/**
 * What forbids to hand a message over, before any provider hears of it. Addresses were validated when they were bound;
 * this is the last look before they leave.
 *
 * @param served the channels of the provider.
 */
export function refusalOf(
  served: readonly Channel[],
  { channel, to, subject }: Pick<OutboundMessage, 'channel' | 'to' | 'subject'>,
): Submission | undefined {
  if (!served.includes(channel)) return refused('provider', 'channel_not_served');
  if (!(channel === 'email' ? isMailbox(to) : e164.test(to))) return refused('address', 'address_malformed');
  if (subject !== undefined && /[\p{Cc}\u2028\u2029]/u.test(subject))
    return refused('provider', 'subject_malformed');
  return undefined;
}

function isMailbox(to: string): boolean {
  return mailbox.test(to) && Buffer.byteLength(to, 'utf8') <= MAX_MAILBOX_OCTETS;
}

function refused(scope: 'address' | 'provider', code: string): Submission {
  return { outcome: 'rejected', scope, code };
}
