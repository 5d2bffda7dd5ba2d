import type { Pool } from 'pg';
import type { Channel } from '../delivery/provider';
import type { DeliverySubject } from './delivery-repository';
import { inTransaction } from './in-transaction';

/** Where a user can be told something. What is sealed is sealed under the user's key. */
export interface Recipients {
  readonly contacts: readonly {
    readonly contactId: string;
    readonly kind: 'email' | 'phone';
    readonly address: Buffer;
  }[];
  readonly factors: readonly {
    readonly factorId: string;
    readonly kind: string;
    readonly material: Buffer;
  }[];
}

/** Every contact, and every active factor of the given kinds that was not frozen: nobody knows whose that one is. */
export async function readRecipients(
  pool: Pool,
  of: DeliverySubject,
  kinds: readonly string[],
): Promise<Recipients> {
  const [contacts, factors] = await Promise.all([
    pool.query<Recipients['contacts'][number]>(
      `SELECT contact_id AS "contactId", kind, address FROM contacts
       WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at, contact_id`,
      [of.tenantId, of.userId],
    ),
    pool.query<Recipients['factors'][number]>(
      `SELECT factor_id AS "factorId", kind, material FROM factors
       WHERE tenant_id = $1 AND user_id = $2 AND status = 'active' AND frozen_at IS NULL AND kind = ANY ($3)
       ORDER BY created_at, factor_id`,
      [of.tenantId, of.userId, kinds],
    ),
  ]);
  return { contacts: contacts.rows, factors: factors.rows };
}

/** One address that a notice goes to, with the link by which its owner says "this wasn't me". Sealed parts: base64. */
export interface NoticeChild {
  readonly delivery_id: string;
  readonly channel: Channel;
  readonly address: string;
  readonly facts: string;
  readonly country: string | null;
  readonly ticket_id: string;
  readonly salt: string;
  readonly subject: object;
}

/** How long the owner of an address may say "this wasn't me": people read their mail after a weekend. */
const NOT_ME_DAYS = 7;

const EXPAND = `
  WITH expanded AS (
    UPDATE deliveries d SET status = 'expanded', ended_at = current_instant()
    WHERE d.delivery_id = $1 AND d.status = 'queued' RETURNING d.*
  ), links AS (
    INSERT INTO tickets (ticket_id, tenant_id, user_id, purpose, subject, salt, epoch, created_at, expires_at)
    SELECT c.ticket_id, e.tenant_id, e.user_id, 'not-me', c.subject, c.salt, t.epoch, current_instant(),
      current_instant() + interval '${NOT_ME_DAYS} days'
    FROM jsonb_to_recordset($2::jsonb) AS c (ticket_id text, salt text, subject jsonb), expanded e
      JOIN tenants t USING (tenant_id)
  )
  INSERT INTO deliveries (delivery_id, tenant_id, user_id, command_id, purpose, template, ticket_id, parent_id, channel,
    address, facts, country, created_at, due_at, deadline)
  SELECT c.delivery_id, e.tenant_id, e.user_id, e.command_id, 'notice', e.template, c.ticket_id, e.delivery_id, c.channel,
    decode(c.address, 'base64'), decode(c.facts, 'base64'), c.country, e.created_at,
    current_instant() + interval '30 seconds', e.deadline
  FROM jsonb_to_recordset($2::jsonb) AS c (delivery_id text, channel text, address text, facts text, country text,
    ticket_id text), expanded e`;

/** Makes one delivery for each address out of a notice that has none; once, whoever comes first. */
export async function expandNotice(
  pool: Pool,
  deliveryId: string,
  children: readonly NoticeChild[],
): Promise<void> {
  await inTransaction(pool, async (client) => {
    // Its row is held, so that an erasure under way deletes the children too or leaves nobody to write for.
    const { rowCount } = await client.query(
      `SELECT FROM users WHERE user_id = (SELECT user_id FROM deliveries WHERE delivery_id = $1)
       AND NOT erased FOR KEY SHARE`,
      [deliveryId],
    );
    if (rowCount !== 1) return { keep: false, value: undefined };
    await client.query(EXPAND, [deliveryId, JSON.stringify(children)]);
    return { keep: true, value: undefined };
  });
}

/** Those of an expanded notice that are still to be handed over. */
export async function queuedChildren(pool: Pool, of: DeliverySubject, parentId: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT delivery_id AS id FROM deliveries
     WHERE parent_id = $3 AND tenant_id = $1 AND user_id = $2 AND status = 'queued' ORDER BY delivery_id`,
    [of.tenantId, of.userId, parentId],
  );
  return rows.map(({ id }) => id);
}
