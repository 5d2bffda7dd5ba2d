import { insertTicket, type TicketPurpose } from '../../../src/persistence/ticket-repository';
import { ticketToken, ticketUrl } from '../../../src/security/ticket';
import { randomBase62, randomId } from '../../../src/security/random-id';
import type { RunningSystem } from '../../running-system';
import type { ApiUser } from '../api-user';

interface Made {
  readonly ticketId: string;
  readonly url: string;
}

/** Makes a ticket of any purpose for a user, as a decision or a delivery does. */
export async function ticketFor(
  { pool, tenantId, foundation, config }: RunningSystem,
  userId: string,
  purpose: TicketPurpose,
  subject: Record<string, string | number>,
  seconds = 600,
): Promise<Made> {
  const ticket = { ticketId: randomId('tic'), salt: randomBase62(32) };
  const client = await pool.connect();
  try {
    await insertTicket(client, { ...ticket, tenantId, userId, purpose, subject, seconds });
  } finally {
    client.release();
  }
  return {
    ticketId: ticket.ticketId,
    url: ticketUrl(config.issuer, ticketToken(foundation.secrets.ticketKey, ticket)),
  };
}

export async function internalIdOf({ pool }: RunningSystem, user: ApiUser): Promise<string> {
  const { rows } = await pool.query<{ user_id: string }>('SELECT user_id FROM users WHERE external_id = $1', [
    user.id,
  ]);
  return rows[0]!.user_id;
}

export interface OpenLogin extends Made {
  readonly authenticationId: string;
  readonly challengeId: string;
  readonly issue: number;
  readonly salt: string;
}

/** A login that waits for the code of a challenge, and the ticket of the mail that was sent for it. */
export async function loginByLink(system: RunningSystem, user: ApiUser): Promise<OpenLogin> {
  const { pool, tenantId } = system;
  const userId = await internalIdOf(system, user);
  const { body } = await user.authenticate();
  const challenge = { challengeId: randomId('cha'), salt: randomBase62(32) };
  const { rows } = await pool.query<{ issue: number }>(
    `INSERT INTO challenges (challenge_id, tenant_id, user_id, factor_id, authentication_id, kind, status, salt, issue,
       issued_at, resend_at, expires_at)
     SELECT $1, $2, $3, $4, $5, 'email', 'open', $6, floor(extract(epoch FROM current_instant()) * 1000),
       current_instant(), current_instant(), current_instant() + interval '10 minutes'
     RETURNING issue::float8 AS issue`,
    [challenge.challengeId, tenantId, userId, user.factorId, body.id, challenge.salt],
  );
  const issue = rows[0]!.issue;
  const authenticationId = body.id as string;
  const subject = { authenticationId, challengeId: challenge.challengeId, issue };
  const ticket = await ticketFor(system, userId, 'login', subject);
  return { ...challenge, ...ticket, authenticationId, issue };
}
