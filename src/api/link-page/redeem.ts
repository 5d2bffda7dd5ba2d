import type { PoolClient } from 'pg';
import { MfaError } from '../../domain/errors';
import { issuedCode } from '../../factors/issued-code';
import { setContactVerified } from '../../persistence/contact-repository';
import type { AuditEntry, OutboxEvent } from '../../persistence/decision-changes';
import { writeOnce } from '../../persistence/direct-write';
import { type OpenTicket, redeemTicket } from '../../persistence/ticket-repository';
import { holdUser } from '../../persistence/user-repository';
import { keyedHash } from '../../security/keyed-hash';
import { randomBase62 } from '../../security/random-id';
import type { ApiParts } from '../parts';

/** Who acts where nobody showed a key: whoever had the link. */
export const TICKET_ACTOR = 'ticket';

/** What redeeming a login ticket gives: a code that is answered through the API, and for how long it is good. */
export interface RedeemedLogin {
  readonly authenticationId: string;
  readonly code: string;
  /** Ms since the epoch. */
  readonly until: number;
}

/**
 * Marks the ticket's address as verified; one verified earlier keeps its instant.
 *
 * @throws MfaError `not_found` when the ticket is not good any more
 */
export async function redeemConfirmation(parts: Pick<ApiParts, 'pool'>, ticket: OpenTicket): Promise<void> {
  await redeem(parts, ticket, async (client, { contact }) => {
    if (contact === null) throw new MfaError('not_found');
    const name = { tenantId: ticket.tenant_id, userId: ticket.user_id, contactId: contact.id };
    const verified = await setContactVerified(client, name, true);
    if (verified === undefined) throw new MfaError('not_found');
    const said = { contactId: contact.id, kind: contact.kind, ticketId: ticket.ticket_id };
    return {
      audit: { action: 'contact.verify', outcome: 'done', detail: said },
      events: verified.changed ? [{ type: 'contact.verified', data: said }] : [],
    };
  });
}

/**
 * Gives the code that a login ticket stands for. It approves nothing by itself: the application that began the login
 * answers with it.
 *
 * @throws MfaError `not_found` when the ticket is not good any more, or its code is not the newest of an open challenge
 */
export async function redeemLogin(
  parts: Pick<ApiParts, 'pool' | 'secrets'>,
  ticket: OpenTicket,
): Promise<RedeemedLogin> {
  let redeemed: RedeemedLogin | undefined;
  await redeem(parts, ticket, (_client, { challenge }) => {
    if (challenge === null) throw new MfaError('not_found');
    redeemed = {
      authenticationId: challenge.authenticationId,
      code: issuedCode(keyedHash(parts.secrets.pepper), challenge),
      until: challenge.expiresAt,
    };
    const said = {
      authenticationId: challenge.authenticationId,
      challengeId: challenge.id,
      ticketId: ticket.ticket_id,
    };
    return Promise.resolve({
      audit: { action: 'ticket.redeem', outcome: 'done', detail: { purpose: ticket.purpose, ...said } },
      events: [{ type: 'ticket.redeemed', data: { purpose: ticket.purpose, ...said } }],
    });
  });
  if (redeemed === undefined) throw new MfaError('not_found');
  return redeemed;
}

/** Redeems a ticket and does what it is for, in one transaction; of several at once one is first. */
async function redeem(
  { pool }: Pick<ApiParts, 'pool'>,
  { ticket_id: ticketId, tenant_id: tenantId, user_id: userId }: OpenTicket,
  act: (
    client: PoolClient,
    redeemed: OpenTicket,
  ) => Promise<{ audit: AuditEntry; events: readonly OutboxEvent[] }>,
): Promise<void> {
  // No retry comes under this id: what makes redeeming happen once is the ticket's row.
  const command = { tenantId, id: randomBase62(16), fingerprint: '', actor: TICKET_ACTOR };
  await writeOnce(pool, command, async (client) => {
    if (!(await holdUser(client, userId))) throw new MfaError('not_found');
    const redeemed = await redeemTicket(client, ticketId);
    if (redeemed === undefined) throw new MfaError('not_found');
    const { audit, events } = await act(client, redeemed);
    return { result: { ticketId }, userId, audit: [audit], events };
  });
}
