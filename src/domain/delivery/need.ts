/** What a delivery is for, as far as it says whether it is still worth sending. Instants are ms. */
export interface Purposed {
  readonly now: number;
  readonly deadline: number;
  readonly purpose: 'challenge' | 'notice' | 'ticket';
  readonly issue: number | null;
  readonly challenge: {
    readonly status: 'open' | 'used' | 'closed';
    readonly issue: number;
    readonly expiresAt: number;
  } | null;
  readonly ticket: {
    readonly purpose: string;
    readonly salt: string | null;
    readonly expiresAt: number;
  } | null;
}

/** Why nothing is to be sent any more, or undefined. A late success of anything else cancels what is still to come. */
export function noLongerNeeded(
  delivery: Purposed,
): { readonly status: 'cancelled' | 'expired'; readonly reason: string } | undefined {
  const { now, purpose, challenge, ticket } = delivery;
  if (purpose === 'challenge') {
    if (challenge === null || challenge.status === 'closed') return cancelled('challenge_closed');
    if (challenge.status === 'used') return cancelled('challenge_used');
    if (delivery.issue !== null && challenge.issue !== delivery.issue) return cancelled('code_replaced');
    if (challenge.expiresAt <= now) return { status: 'expired', reason: 'challenge_expired' };
  }
  // The link of a notice may be used up or over: what happened is to be told all the same.
  if (purpose === 'ticket' && (ticket === null || ticket.salt === null)) return cancelled('ticket_closed');
  if (purpose === 'ticket' && ticket !== null && ticket.expiresAt <= now)
    return { status: 'expired', reason: 'ticket_expired' };
  return delivery.deadline <= now ? { status: 'expired', reason: 'deadline' } : undefined;
}

const cancelled = (reason: string) => ({ status: 'cancelled', reason }) as const;
