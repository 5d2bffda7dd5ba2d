import type { Pool, PoolClient } from 'pg';

export type TicketPurpose = 'confirm-address' | 'login' | 'not-me';

export interface NewTicket {
  readonly ticketId: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly purpose: TicketPurpose;
  /** Ids of what it is about. */
  readonly subject: Readonly<Record<string, string | number>>;
  readonly salt: string;
  readonly seconds: number;
}

/** Writes a ticket under the epoch of this moment, inside the caller's transaction. */
export async function insertTicket(client: PoolClient, ticket: NewTicket): Promise<{ expiresAt: Date }> {
  const { rows } = await client.query<{ expires_at: Date }>(
    `INSERT INTO tickets (ticket_id, tenant_id, user_id, purpose, subject, salt, epoch, created_at, expires_at)
     SELECT $1, t.tenant_id, $3, $4, $5, $6, t.epoch, current_instant(), current_instant() + make_interval(secs => $7)
     FROM tenants t WHERE t.tenant_id = $2
     RETURNING expires_at`,
    [
      ticket.ticketId,
      ticket.tenantId,
      ticket.userId,
      ticket.purpose,
      JSON.stringify(ticket.subject),
      ticket.salt,
      ticket.seconds,
    ],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('INSERT … RETURNING gave no row');
  return { expiresAt: row.expires_at };
}

/** A ticket as whoever made it may see it: what became of it, and nothing that redeems it. */
export interface TicketState {
  readonly ticket_id: string;
  readonly external_id: string;
  readonly purpose: TicketPurpose;
  readonly status: 'open' | 'redeemed' | 'expired' | 'refused';
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly redeemed_at: Date | null;
}

// A login ticket falls with what an epoch refuses of the login that it belongs to.
const REFUSED = `epoch_refuses(k.tenant_id, k.user_id, u.groups,
  CASE k.purpose WHEN 'login' THEN ARRAY['authentication', 'email'] ELSE ARRAY[]::text[] END, k.epoch)`;

/** @returns undefined when the tenant has no such ticket */
export async function readTicketState(
  pool: Pool,
  tenantId: string,
  ticketId: string,
): Promise<TicketState | undefined> {
  const { rows } = await pool.query<TicketState>(
    `SELECT k.ticket_id, u.external_id, k.purpose, k.created_at, k.expires_at, k.redeemed_at,
       CASE WHEN k.redeemed_at IS NOT NULL THEN 'redeemed' WHEN k.expires_at <= current_instant() THEN 'expired'
            WHEN ${REFUSED} THEN 'refused' ELSE 'open' END AS status
     FROM tickets k JOIN users u USING (user_id)
     WHERE k.tenant_id = $1 AND k.ticket_id = $2 AND NOT u.erased`,
    [tenantId, ticketId],
  );
  return rows[0];
}

/** What a ticket's link is made of again. */
export interface TicketLink {
  readonly expires_at: Date;
  /** Null once it is redeemed. */
  readonly salt: string | null;
}

/** @returns undefined when the ticket is forgotten */
export async function readTicketLink(pool: Pool, ticketId: string): Promise<TicketLink | undefined> {
  const { rows } = await pool.query<TicketLink>('SELECT expires_at, salt FROM tickets WHERE ticket_id = $1', [
    ticketId,
  ]);
  return rows[0];
}

/** A ticket that is good now, with what it is about. */
export interface OpenTicket {
  readonly ticket_id: string;
  readonly tenant_id: string;
  readonly user_id: string;
  readonly purpose: TicketPurpose;
  readonly salt: string;
  readonly expires_at: Date;
  readonly tenant_name: string;
  readonly policy: Record<string, unknown>;
  readonly locale: string | null;
  /** Of a ticket that confirms an address; sealed under the user's key. */
  readonly contact: {
    readonly id: string;
    readonly kind: 'email' | 'phone';
    readonly address: Buffer;
  } | null;
  /** Of a login ticket: the challenge whose newest code is the ticket's. Instants are ms. */
  readonly challenge: {
    readonly id: string;
    readonly authenticationId: string;
    readonly salt: string;
    readonly issue: number;
    readonly expiresAt: number;
  } | null;
  /** Of a "this wasn't me": the factor that it is about, as long as the user has it. */
  readonly factor: { readonly kind: string; readonly name: string | null } | null;
  /** Of a "this wasn't me": the message that told of it, and what it says, sealed under the user's key. */
  readonly message: {
    readonly deliveryId: string;
    readonly template: string;
    readonly facts: Buffer | null;
  } | null;
}

const OPEN = `
  SELECT k.ticket_id, k.tenant_id, k.user_id, k.purpose, k.salt, k.expires_at,
    t.name AS tenant_name, t.policy, u.locale,
    con.contact_id, con.kind AS contact_kind, con.address,
    CASE WHEN c.challenge_id IS NOT NULL THEN jsonb_build_object('id', c.challenge_id,
      'authenticationId', c.authentication_id, 'salt', c.salt, 'issue', c.issue,
      'expiresAt', floor(extract(epoch FROM c.expires_at) * 1000)) END AS challenge,
    CASE WHEN f.factor_id IS NOT NULL THEN jsonb_build_object('kind', f.kind, 'name', f.name) END AS factor,
    d.delivery_id, d.template, d.facts
  FROM tickets k
  JOIN users u ON u.user_id = k.user_id AND u.tenant_id = k.tenant_id AND NOT u.erased
  JOIN tenants t ON t.tenant_id = k.tenant_id AND t.disabled_at IS NULL
  LEFT JOIN contacts con ON k.purpose = 'confirm-address'
    AND con.contact_id = k.subject->>'contactId' AND con.user_id = k.user_id
  LEFT JOIN challenges c ON k.purpose = 'login'
    AND c.challenge_id = k.subject->>'challengeId' AND c.user_id = k.user_id
    AND c.authentication_id = k.subject->>'authenticationId'
    AND c.status = 'open' AND c.expires_at > current_instant() AND c.issue = (k.subject->>'issue')::bigint
    AND EXISTS (SELECT FROM authentications a
      WHERE a.authentication_id = c.authentication_id AND a.status = 'pending' AND a.expires_at > current_instant())
    AND EXISTS (SELECT FROM factors own
      WHERE own.factor_id = c.factor_id AND own.status = 'active' AND own.frozen_at IS NULL)
  LEFT JOIN factors f ON k.purpose = 'not-me'
    AND f.factor_id = k.subject->>'factorId' AND f.user_id = k.user_id
  LEFT JOIN deliveries d ON k.purpose = 'not-me'
    AND d.delivery_id = k.subject->>'deliveryId' AND d.user_id = k.user_id
  WHERE k.ticket_id = $1 AND k.redeemed_at IS NULL AND k.salt IS NOT NULL AND k.expires_at > current_instant()
    AND NOT ${REFUSED}
    AND (k.purpose <> 'confirm-address' OR con.contact_id IS NOT NULL)
    AND (k.purpose <> 'login' OR c.challenge_id IS NOT NULL)`;

interface OpenTicketRow extends Omit<OpenTicket, 'contact' | 'message'> {
  readonly contact_id: string | null;
  readonly contact_kind: 'email' | 'phone' | null;
  readonly address: Buffer | null;
  readonly delivery_id: string | null;
  readonly template: string | null;
  readonly facts: Buffer | null;
}

/**
 * The ticket of an id, if redeeming it would do something now: not redeemed, not expired, refused by no epoch, its user
 * and its subject still there; of a login, the newest code of a challenge that is still open.
 */
export async function findOpenTicket(pool: Pool, ticketId: string): Promise<OpenTicket | undefined> {
  const { rows } = await pool.query<OpenTicketRow>({
    name: 'find-open-ticket',
    text: OPEN,
    values: [ticketId],
  });
  return rows[0] && ticketOf(rows[0]);
}

/**
 * Redeems a ticket inside the caller's transaction, which holds the user's row; a message that was still to bring its link
 * is not sent any more. Of several at once one is first.
 *
 * @returns what was redeemed; undefined when it is not good any more, and then nothing was changed
 */
export async function redeemTicket(client: PoolClient, ticketId: string): Promise<OpenTicket | undefined> {
  const { rows } = await client.query<OpenTicketRow>(`${OPEN} FOR UPDATE OF k`, [ticketId]);
  const [row] = rows;
  if (row === undefined) return undefined;
  await client.query(
    `WITH cancelled AS (
       UPDATE deliveries SET status = 'cancelled', reason = 'redeemed', ended_at = current_instant()
       WHERE ticket_id = $1 AND user_id = $2 AND status = 'queued')
     UPDATE tickets SET redeemed_at = current_instant(), salt = NULL WHERE ticket_id = $1`,
    [ticketId, row.user_id],
  );
  return ticketOf(row);
}

function ticketOf(row: OpenTicketRow): OpenTicket {
  const { contact_id, contact_kind, address, delivery_id, template, facts, ...ticket } = row;
  return {
    ...ticket,
    contact:
      contact_id === null || contact_kind === null || address === null
        ? null
        : { id: contact_id, kind: contact_kind, address },
    message: delivery_id === null || template === null ? null : { deliveryId: delivery_id, template, facts },
  };
}
