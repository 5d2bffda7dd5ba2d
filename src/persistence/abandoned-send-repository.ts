import type { Pool } from 'pg';
import { SUBMISSION_ENDS_MS } from '../domain/delivery/ladder';
import { againAfterDeadlock } from './deadlock';

// The rows of the deliveries come first, as with everybody who writes sends; the sweep waits for none of them.
const settling = (deliveries: string): string => `
  WITH held AS (
    ${deliveries}
  ), settled AS (
    UPDATE sends s SET status = 'uncertain', code = 'abandoned', history = s.history ||
      jsonb_build_object('at', current_instant(), 'status', 'uncertain', 'code', 'abandoned')
    FROM held h
    WHERE s.delivery_id = h.delivery_id AND s.status = 'submitting'
      AND s.submitted_at <= current_instant() - make_interval(secs => $1)
    RETURNING s.delivery_id, s.provider
  ), marked AS (
    UPDATE deliveries d SET uncertain = true
    WHERE d.delivery_id IN (SELECT delivery_id FROM settled)
  )
  SELECT provider FROM settled`;

const OF_ONE = settling('SELECT delivery_id FROM deliveries WHERE delivery_id = $2 FOR UPDATE');

const OF_ALL = settling(`SELECT d.delivery_id FROM deliveries d
    WHERE d.delivery_id = ANY (ARRAY(
      SELECT s.delivery_id FROM sends s
      WHERE s.status = 'submitting' AND s.submitted_at <= current_instant() - make_interval(secs => $1)
      ORDER BY s.submitted_at LIMIT $2)) FOR UPDATE SKIP LOCKED`);

/**
 * Marks as uncertain what a worker that died had under way of one delivery: whether the provider took it is not known.
 *
 * @returns the provider of each.
 */
export async function settleAbandonedSends(pool: Pool, deliveryId: string): Promise<{ provider: string }[]> {
  const { rows } = await againAfterDeadlock(() =>
    pool.query<{ provider: string }>({
      name: 'settle-abandoned-sends',
      text: OF_ONE,
      values: [SUBMISSION_ENDS_MS / 1_000, deliveryId],
    }),
  );
  return rows;
}

/**
 * The same of every delivery, whatever became of it: one that was cancelled while its worker died is taken up by nobody.
 *
 * @returns how many were settled.
 */
export async function settleAllAbandonedSends(pool: Pool, limit: number): Promise<number> {
  const { rowCount } = await againAfterDeadlock(() =>
    pool.query(OF_ALL, [SUBMISSION_ENDS_MS / 1_000, limit]),
  );
  return rowCount ?? 0;
}
