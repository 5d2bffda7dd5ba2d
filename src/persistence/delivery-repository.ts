import type { Pool } from 'pg';
import type { Channel } from '../delivery/provider';
import type { PastSend } from '../domain/delivery/ladder';
import { eventLiteral } from './event-literal';

export type DeliveryStatus =
  | 'queued'
  | 'expanded'
  | 'accepted'
  | 'sent'
  | 'delivered'
  | 'undelivered'
  | 'refused'
  | 'failed'
  | 'cancelled'
  | 'expired';

/** Everything that one step of a delivery is decided from. Instants are ms. */
export interface DeliverySituation {
  readonly now: number;
  readonly tenantName: string;
  readonly policy: Record<string, unknown>;
  readonly locale: string | null;
  readonly epoch: string;
  readonly purpose: 'challenge' | 'notice' | 'ticket';
  readonly template: string;
  readonly channel: Channel | null;
  readonly address: Buffer | null;
  readonly facts: Buffer | null;
  readonly country: string | null;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly createdAt: number;
  readonly deadline: number;
  readonly issue: number | null;
  readonly parentId: string | null;
  readonly challenge: {
    readonly id: string;
    readonly status: 'open' | 'used' | 'closed';
    readonly salt: string | null;
    readonly issue: number;
    readonly expiresAt: number;
    readonly factorId: string;
    readonly authenticationId: string | null;
  } | null;
  readonly ticket: {
    readonly id: string;
    readonly purpose: string;
    readonly salt: string | null;
    readonly expiresAt: number;
  } | null;
  readonly sends: readonly PastSend[];
  /** Of the channel, for this country and for every country (`*`). */
  readonly health: readonly {
    readonly provider: string;
    readonly country: string;
    readonly probeDue: boolean;
    readonly reason: string | null;
  }[];
}

const ms = (instant: string): string => `(extract(epoch FROM ${instant}) * 1000)::float8`;

const READ = `
  SELECT ${ms('current_instant()')} AS now, t.name AS "tenantName", t.policy, u.locale, t.epoch::text AS epoch,
    d.purpose, d.template, d.channel, d.address, d.facts, d.country, d.status, d.attempts, d.parent_id AS "parentId",
    ${ms('d.created_at')} AS "createdAt", ${ms('d.deadline')} AS deadline, d.issue::float8 AS issue,
    CASE WHEN c.challenge_id IS NULL THEN NULL ELSE jsonb_build_object('id', c.challenge_id, 'status', c.status,
      'salt', c.salt, 'issue', c.issue, 'expiresAt', ${ms('c.expires_at')}, 'factorId', c.factor_id,
      'authenticationId', c.authentication_id) END AS challenge,
    CASE WHEN k.ticket_id IS NULL THEN NULL ELSE jsonb_build_object('id', k.ticket_id, 'purpose', k.purpose,
      'salt', k.salt, 'expiresAt', ${ms('k.expires_at')}) END AS ticket,
    coalesce((SELECT jsonb_agg(jsonb_build_object('provider', s.provider, 'status', s.status,
        'submittedAt', ${ms('s.submitted_at')}) || CASE WHEN s.history->-1 ? 'retryAt'
          THEN jsonb_build_object('retryAt', s.history->-1->'retryAt') ELSE '{}' END
        ORDER BY s.submitted_at, s.send_id)
      FROM sends s WHERE s.delivery_id = d.delivery_id), '[]') AS sends,
    coalesce((SELECT jsonb_agg(jsonb_build_object('provider', h.provider, 'country', h.country,
        'reason', h.reason, 'probeDue', coalesce(h.probe_at <= current_instant(), false)))
      FROM provider_health h
      WHERE h.channel = d.channel AND h.state <> 'healthy'
        AND h.country IN ('*', coalesce(d.country, '-'))), '[]') AS health
  FROM deliveries d
  JOIN users u ON u.user_id = d.user_id AND u.tenant_id = d.tenant_id AND NOT u.erased
  JOIN tenants t ON t.tenant_id = d.tenant_id
  LEFT JOIN challenges c ON c.challenge_id = d.challenge_id
  LEFT JOIN tickets k ON k.ticket_id = d.ticket_id
  WHERE d.delivery_id = $3 AND d.tenant_id = $1 AND d.user_id = $2`;

export interface DeliverySubject {
  readonly tenantId: string;
  readonly userId: string;
}

/** @returns undefined for a delivery that is not this user's. */
export async function readDelivery(
  pool: Pool,
  of: DeliverySubject,
  deliveryId: string,
): Promise<DeliverySituation | undefined> {
  const { rows } = await pool.query<DeliverySituation>({
    name: 'read-delivery',
    text: READ,
    values: [of.tenantId, of.userId, deliveryId],
  });
  return rows[0];
}

/** How a delivery ended that no provider is asked for any more. */
export interface DeliveryEnd {
  readonly status: 'undelivered' | 'refused' | 'failed' | 'cancelled' | 'expired';
  readonly reason: string;
}

/**
 * Ends a delivery that is queued still, with its audit entry and, where somebody should know, the event
 * `delivery.failed`. A cancelled one is not worth an event: it was not needed any more.
 *
 * @returns whether it was queued.
 */
export async function endDelivery(pool: Pool, deliveryId: string, end: DeliveryEnd): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'end-delivery',
    text: `WITH ended AS (
        UPDATE deliveries d SET status = $2, reason = $3, ended_at = current_instant()
        WHERE d.delivery_id = $1 AND d.status = 'queued' RETURNING d.*
      ), ${announcements('ended')}
      SELECT 1 FROM ended`,
    values: [deliveryId, end.status, end.reason],
  });
  return rowCount === 1;
}

/** Audit entries and events of deliveries that ended without success; `ended` names the rows. */
export const announcements = (ended: string): string => `
  audited AS (
    INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch, command_id)
    SELECT e.tenant_id, e.user_id, current_instant(), 'delivery', 'delivery',
      CASE e.status WHEN 'refused' THEN 'refused' WHEN 'cancelled' THEN 'cancelled' ELSE 'failed' END,
      jsonb_build_object('deliveryId', e.delivery_id, 'channel', e.channel, 'reason', e.reason), t.epoch, e.command_id
    FROM ${ended} e JOIN tenants t USING (tenant_id)
  ), announced AS (
    INSERT INTO outbox (tenant_id, user_id, type, data, at, epoch, command_id)
    SELECT e.tenant_id, e.user_id, ${eventLiteral('delivery.failed')}, jsonb_strip_nulls(jsonb_build_object(
      'deliveryId', e.delivery_id, 'channel', e.channel, 'purpose', e.purpose, 'template', e.template,
      'challengeId', e.challenge_id, 'status', e.status, 'reason', e.reason)), current_instant(), t.epoch, e.command_id
    FROM ${ended} e JOIN tenants t USING (tenant_id) WHERE e.status <> 'cancelled'
  )`;

/** Puts off when the sweep looks after a delivery that waits on purpose; `reason` is the limit that it waits for. */
export async function putOffDelivery(
  pool: Pool,
  deliveryId: string,
  { waitMs, reason }: { readonly waitMs: number; readonly reason?: string },
): Promise<void> {
  await pool.query({
    name: 'put-off-delivery',
    text: `UPDATE deliveries SET due_at = current_instant() + make_interval(secs => $2), reason = $3
      WHERE delivery_id = $1 AND status = 'queued'`,
    values: [deliveryId, waitMs / 1_000, reason ?? null],
  });
}

/** Says of a delivery that is queued still what a provider has said of it already. */
export async function advanceDelivery(
  pool: Pool,
  deliveryId: string,
  status: 'accepted' | 'sent' | 'delivered',
): Promise<void> {
  await pool.query(
    `UPDATE deliveries SET status = $2, ended_at = CASE WHEN $2 = 'delivered' THEN current_instant() END
     WHERE delivery_id = $1 AND status = 'queued'`,
    [deliveryId, status],
  );
}

/** Names the country of a delivery by phone, where whoever wrote it did not. */
export async function setCountry(pool: Pool, deliveryId: string, country: string): Promise<void> {
  await pool.query('UPDATE deliveries SET country = $2 WHERE delivery_id = $1 AND country IS NULL', [
    deliveryId,
    country,
  ]);
}
