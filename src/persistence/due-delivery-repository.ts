import type { Pool } from 'pg';
import { SUBMISSION_ENDS_MS } from '../domain/delivery/ladder';
import { announcements } from './delivery-repository';

export interface DueDelivery {
  readonly tenantId: string;
  readonly userId: string;
  readonly deliveryId: string;
}

/** Deliveries that should be under way, and that nobody has taken up or gone on with. */
export async function deliveriesToStart(pool: Pool, limit: number): Promise<DueDelivery[]> {
  const { rows } = await pool.query<DueDelivery>(
    `SELECT tenant_id AS "tenantId", user_id AS "userId", delivery_id AS "deliveryId" FROM deliveries
     WHERE status = 'queued' AND due_at <= current_instant() ORDER BY due_at LIMIT $1`,
    [limit],
  );
  return rows;
}

/** A lifecycle was asked to deliver them: they are due again only when it did not. */
export async function noteAsked(pool: Pool, deliveries: readonly DueDelivery[]): Promise<void> {
  await pool.query(
    `UPDATE deliveries SET due_at = current_instant() + interval '60 seconds'
     WHERE delivery_id = ANY ($1) AND status = 'queued' AND due_at <= current_instant()`,
    [deliveries.map(({ deliveryId }) => deliveryId)],
  );
}

/**
 * Ends deliveries that are not worth sending any more, with audit entry and event. What was under way with them may have
 * been taken by its provider: that is not known.
 *
 * @returns how many ended.
 */
export async function expireDeliveries(pool: Pool, limit: number): Promise<number> {
  const { rowCount } = await pool.query(
    `WITH ended AS (
       UPDATE deliveries d SET status = 'expired', reason = 'deadline', ended_at = current_instant(),
         uncertain = d.uncertain OR EXISTS (
           SELECT 1 FROM sends s WHERE s.delivery_id = d.delivery_id AND s.status = 'submitting')
       WHERE d.delivery_id = ANY (ARRAY(
         SELECT delivery_id FROM deliveries
         WHERE status = 'queued' AND due_at <= current_instant() AND deadline <= current_instant()
         ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED))
       RETURNING d.*
     ), unknown AS (
       UPDATE sends s SET status = 'uncertain', code = 'abandoned', history = s.history ||
         jsonb_build_object('at', current_instant(), 'status', 'uncertain', 'code', 'abandoned')
       FROM ended e
       WHERE s.delivery_id = e.delivery_id AND s.status = 'submitting'
         AND s.submitted_at <= current_instant() - make_interval(secs => $2)
     ), ${announcements('ended')}
     SELECT 1 FROM ended`,
    [limit, SUBMISSION_ENDS_MS / 1_000],
  );
  return rowCount ?? 0;
}
