import type { OpenTicket } from '../../persistence/ticket-repository';
import { randomBase62 } from '../../security/random-id';
import type { DisownResult } from '../../workflows/messages';
import { lifecycleOf } from '../lifecycle-commands';
import type { ApiParts } from '../parts';
import { TICKET_ACTOR } from './redeem';

/**
 * Says "this wasn't me" to the user's lifecycle, which redeems the ticket, freezes what it names and records it, all in
 * one decision.
 *
 * @returns what was put an end to
 * @throws MfaError the decision's refusal, `overloaded`, `unavailable`
 */
export async function disown(
  parts: Pick<ApiParts, 'inFlight' | 'lifecycle' | 'metrics'>,
  { ticket_id: ticketId, tenant_id: tenantId, user_id: userId }: OpenTicket,
): Promise<DisownResult['frozen']> {
  const command = { id: randomBase62(16), fingerprint: '', actor: TICKET_ACTOR };
  const { result } = await lifecycleOf(parts, { tenantId, userId }, command)('disown', { ticketId });
  return result.frozen;
}
