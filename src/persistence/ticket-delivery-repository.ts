import type { PoolClient } from 'pg';

/** A message that brings a ticket's link to one address. */
export interface TicketDelivery {
  readonly deliveryId: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly commandId: string;
  readonly ticketId: string;
  readonly template: 'confirm-address';
  readonly channel: 'sms' | 'email';
  /** Sealed under the user's key as a part of this delivery. */
  readonly address: Buffer;
  /** ISO 3166-1 alpha-2, of a phone number. */
  readonly country: string | null;
}

/** How long the lifecycle has to take a delivery up before a sweep does. */
const TAKEN_UP_WITHIN = "interval '30 s'";
const WINDOW = "interval '10 minutes'";

/** Queues the message inside the caller's transaction. It is worth sending as long as its ticket lives. */
export async function queueTicketDelivery(client: PoolClient, delivery: TicketDelivery): Promise<void> {
  await client.query(
    `INSERT INTO deliveries (delivery_id, tenant_id, user_id, command_id, purpose, template, ticket_id, channel, address,
       country, created_at, due_at, deadline)
     SELECT $1, k.tenant_id, k.user_id, $2, 'ticket', $3, k.ticket_id, $4, $5, $6,
       current_instant(), current_instant() + ${TAKEN_UP_WITHIN}, k.expires_at
     FROM tickets k WHERE k.ticket_id = $7 AND k.tenant_id = $8 AND k.user_id = $9`,
    [
      delivery.deliveryId,
      delivery.commandId,
      delivery.template,
      delivery.channel,
      delivery.address,
      delivery.country,
      delivery.ticketId,
      delivery.tenantId,
      delivery.userId,
    ],
  );
}

/** What a user was sent on request in the last ten minutes, codes and links alike, and what their tenant allows. */
export interface RequestedDeliveries {
  /** Of the tenant. */
  readonly policy: Record<string, unknown>;
  readonly count: number;
  /** Until the oldest of them is out of the window. */
  readonly secondsToNext: number;
}

/** Holds nothing by itself: the caller holds the user's row. */
export async function readRequestedDeliveries(
  client: PoolClient,
  of: { tenantId: string; userId: string },
): Promise<RequestedDeliveries> {
  const { rows } = await client.query<RequestedDeliveries>(
    `SELECT t.policy, count(d.delivery_id)::integer AS count,
       greatest(1, ceil(extract(epoch FROM min(d.created_at) + ${WINDOW} - current_instant())))::integer AS "secondsToNext"
     FROM tenants t LEFT JOIN deliveries d ON d.user_id = $2 AND d.tenant_id = t.tenant_id
       AND d.purpose IN ('challenge', 'ticket') AND d.created_at > current_instant() - ${WINDOW}
       AND d.created_at <= current_instant()
     WHERE t.tenant_id = $1 GROUP BY t.tenant_id, t.policy`,
    [of.tenantId, of.userId],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('the tenant of a user is gone');
  return row;
}
