import type { Pool } from 'pg';
import type { Channel, StatusReport } from '../delivery/provider';
import { againAfterDeadlock } from './deadlock';
import { announcements } from './delivery-repository';

/** What a report of a provider changed. */
export interface ReportedSend {
  readonly tenantId: string;
  readonly userId: string;
  readonly deliveryId: string;
  readonly channel: Channel;
  readonly country: string;
  /** False for a duplicate, and for one that came after a later one. */
  readonly changed: boolean;
  /** Nothing was known of its price before. */
  readonly unpriced: boolean;
  /** The delivery is queued again: somebody has to go on with it. */
  readonly goesOn: boolean;
}

/** A send that is known by another id of the provider is another message. */
const MAY_BE = `(s.provider_ref IS NULL OR $2::text IS NULL OR s.provider_ref = $2)`;

// By the provider's own id, or by the key where an answer never came. Of several sends under one key, the newest.
const FIND = `
  SELECT s.send_id, s.delivery_id, s.price IS NULL AS unpriced FROM sends s
  WHERE s.provider = $1 AND (s.provider_ref = $2
    OR (s.delivery_id = $3 AND s.idempotency_key = $3 AND ${MAY_BE}))
  ORDER BY (s.provider_ref IS NOT DISTINCT FROM $2) DESC, s.submitted_at DESC LIMIT 1`;

const rank = (status: string): string => `CASE ${status} WHEN 'accepted' THEN 1 WHEN 'sent' THEN 2
  WHEN 'delivered' THEN 3 WHEN 'undelivered' THEN 3 ELSE 0 END`;

/**
 * Of reports that come twice or in another order the furthest counts. A message that did not arrive goes back to the
 * queue while its code is good for something, unless another of the same delivery may still arrive; an address that is
 * refused for good is nobody else's to try.
 */
const REPORT = `
  WITH found AS (${FIND}
  ), held AS (
    SELECT d.* FROM deliveries d JOIN found f USING (delivery_id) FOR UPDATE OF d
  ), reported AS (
    UPDATE sends s SET status = $4::text, code = coalesce($5::text, s.code),
      provider_ref = coalesce(s.provider_ref, $2::text),
      price = coalesce($6::numeric, s.price), currency = coalesce($7::text, s.currency),
      history = s.history || jsonb_strip_nulls(
        jsonb_build_object('at', current_instant(), 'status', $4::text, 'code', $5::text, 'scope', $8::text)),
      ended_at = CASE WHEN $4::text = 'sent' THEN s.ended_at ELSE current_instant() END
    FROM found f, held
    WHERE s.send_id = f.send_id AND ${MAY_BE} AND ${rank('s.status')} < ${rank('$4::text')}
    RETURNING s.send_id, s.delivery_id, s.provider
  ), alive AS (
    SELECT h.delivery_id,
      EXISTS (SELECT 1 FROM sends o WHERE o.delivery_id = h.delivery_id AND o.send_id <> r.send_id
        AND o.status IN ('submitting', 'accepted', 'sent', 'delivered')) AS others,
      h.deadline > current_instant() AND (h.challenge_id IS NULL OR EXISTS (
        SELECT 1 FROM challenges c WHERE c.challenge_id = h.challenge_id AND c.status = 'open'
          AND c.issue = coalesce(h.issue, c.issue) AND c.expires_at > current_instant())) AS worthwhile
    FROM held h JOIN reported r USING (delivery_id)
  ), moved AS (
    UPDATE deliveries d SET
      status = v.status,
      reason = CASE v.status WHEN 'undelivered' THEN 'undelivered' WHEN 'refused' THEN 'address_refused' END,
      due_at = CASE WHEN v.status = 'queued' THEN current_instant() + interval '30 seconds' ELSE d.due_at END,
      ended_at = CASE WHEN v.status IN ('delivered', 'undelivered', 'refused') THEN current_instant() ELSE NULL END
    FROM (
      SELECT h.delivery_id, CASE
        WHEN $4::text = 'delivered' AND h.status IN ('queued', 'accepted', 'sent', 'undelivered', 'failed', 'expired') THEN 'delivered'
        WHEN $4::text = 'sent' AND h.status IN ('queued', 'accepted', 'failed') THEN 'sent'
        WHEN $9::boolean AND h.status IN ('queued', 'accepted', 'sent') AND NOT a.others THEN 'refused'
        WHEN $4::text = 'undelivered' AND h.status IN ('accepted', 'sent') AND NOT a.others AND a.worthwhile THEN 'queued'
        WHEN $4::text = 'undelivered' AND h.status IN ('accepted', 'sent') AND NOT a.others THEN 'undelivered'
      END AS status
      FROM held h JOIN alive a USING (delivery_id)) v
    WHERE d.delivery_id = v.delivery_id AND v.status IS NOT NULL
    RETURNING d.*
  ), ended AS (
    SELECT * FROM moved WHERE status IN ('undelivered', 'refused')
  ), ${announcements('ended')}, arrived AS (
    INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch, command_id)
    SELECT m.tenant_id, m.user_id, current_instant(), 'delivery', 'delivery', 'delivered',
      jsonb_build_object('deliveryId', m.delivery_id, 'provider', r.provider, 'channel', m.channel), t.epoch, m.command_id
    FROM moved m JOIN reported r USING (delivery_id) JOIN tenants t USING (tenant_id) WHERE m.status = 'delivered'
  )
  SELECT h.tenant_id AS "tenantId", h.user_id AS "userId", h.delivery_id AS "deliveryId", h.channel,
    coalesce(h.country, '-') AS country,
    EXISTS (SELECT 1 FROM reported) AS changed,
    coalesce((SELECT unpriced FROM found), false) AS unpriced,
    EXISTS (SELECT 1 FROM moved WHERE status = 'queued') AS "goesOn"
  FROM held h`;

/**
 * Writes what a provider reported of one message, in one statement with what it means for the delivery.
 *
 * @returns undefined when no such message is known.
 */
export async function recordReport(
  pool: Pool,
  provider: string,
  report: StatusReport,
): Promise<ReportedSend | undefined> {
  const { rows } = await againAfterDeadlock(() =>
    pool.query<ReportedSend>({
      name: 'record-report',
      text: REPORT,
      values: [
        provider,
        report.ref ?? null,
        report.idempotencyKey ?? null,
        report.status,
        report.code ?? null,
        report.price?.amount ?? null,
        report.price?.currency ?? null,
        report.scope ?? null,
        report.status === 'undelivered' && report.refused === true,
      ],
    }),
  );
  return rows[0];
}
