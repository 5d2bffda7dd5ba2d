import { findOpenTicket, type OpenTicket } from '../../persistence/ticket-repository';
import { isTicketToken, type ReadTicketToken } from '../../security/ticket';
import type { ApiParts } from '../parts';

/** The salt that an unknown ticket is compared under, so that it takes as much work as a forged link to a known one. */
const NO_SALT = '0'.repeat(32);

/** @returns the ticket that a link names and opens now; undefined alike for whatever is wrong with it */
export async function ticketOfLink(
  { pool, secrets }: Pick<ApiParts, 'pool' | 'secrets'>,
  token: ReadTicketToken,
): Promise<OpenTicket | undefined> {
  const { ticketId, mac } = token;
  const ticket = await findOpenTicket(pool, ticketId);
  const genuine = isTicketToken(secrets.ticketKey, { ticketId, salt: ticket?.salt ?? NO_SALT }, mac);
  return genuine ? ticket : undefined;
}
