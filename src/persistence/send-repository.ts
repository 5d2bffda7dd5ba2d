import type { Pool, PoolClient } from 'pg';
import type { AllowanceClaim } from '../domain/delivery/allowances';
import { isTaken, type PastSend } from '../domain/delivery/ladder';
import { claimAllowances } from './allowance-repository';
import { againAfterDeadlock } from './deadlock';
import { eventLiteral } from './event-literal';
import { inTransaction } from './in-transaction';

/** One message that is about to be handed to a provider. */
export interface NewSend {
  readonly sendId: string;
  readonly deliveryId: string;
  readonly provider: string;
  /** ISO country of the number; `-` for e-mail. */
  readonly country: string;
  readonly idempotencyKey: string;
  /** As it was when the step was decided: another attempt may have been faster. */
  readonly attempts: number;
  /** Counted with this send or the send is not made. */
  readonly claims: readonly AllowanceClaim[];
}

export type ClaimedSend = { readonly claimed: true } | { readonly claimed: false; readonly over?: string };

// The row lock orders this with a decision that cancels the delivery, and with another attempt at it.
const TAKE = `
  UPDATE deliveries d SET attempts = attempts + 1, country = coalesce(country, $3),
    due_at = current_instant() + interval '45 seconds'
  WHERE d.delivery_id = $1 AND d.status = 'queued' AND d.attempts = $2 AND d.deadline > current_instant()
    AND (d.challenge_id IS NULL OR EXISTS (
      SELECT 1 FROM challenges c WHERE c.challenge_id = d.challenge_id AND c.status = 'open'
        AND c.issue = coalesce(d.issue, c.issue) AND c.expires_at > current_instant()))`;

const INSERT = `
  INSERT INTO sends (send_id, delivery_id, tenant_id, provider, channel, country, idempotency_key, status, history, submitted_at)
  SELECT $1, d.delivery_id, d.tenant_id, $3, d.channel, $4, $5, 'submitting',
    jsonb_build_array(jsonb_build_object('at', current_instant(), 'status', 'submitting')), current_instant()
  FROM deliveries d WHERE d.delivery_id = $2`;

/**
 * Writes that a message is about to be handed over: committed before the provider is called, so that whatever becomes
 * of this process, the ledger knows that it may have been sent.
 *
 * @returns unclaimed when the delivery has ended or moved on meanwhile; `over` names a limit that it ran into.
 */
export async function claimSend(pool: Pool, send: NewSend): Promise<ClaimedSend> {
  return await inTransaction<ClaimedSend>(pool, async (client) => {
    const { rowCount } = await client.query({
      name: 'take-delivery',
      text: TAKE,
      values: [send.deliveryId, send.attempts, send.country],
    });
    if (rowCount !== 1) return { keep: false, value: { claimed: false } };
    const [over] = await claimAllowances(client, send.claims);
    if (over !== undefined) return { keep: false, value: { claimed: false, over } };
    await insertSend(client, send);
    return { keep: true, value: { claimed: true } };
  });
}

async function insertSend(client: PoolClient, send: NewSend): Promise<void> {
  await client.query({
    name: 'insert-send',
    text: INSERT,
    values: [send.sendId, send.deliveryId, send.provider, send.country, send.idempotencyKey],
  });
}

/** What a provider answered. */
export interface SendOutcome {
  readonly status: 'accepted' | 'rejected' | 'failed' | 'uncertain';
  readonly code?: string;
  readonly ref?: string;
  readonly price?: { readonly amount: string; readonly currency: string };
  /** Of a rejection: nobody will ever reach this address, and the delivery ends. */
  readonly scope?: 'address' | 'provider';
  /** The provider asked for calm until then; ms from now. */
  readonly retryAfterMs?: number;
  /** What the estimate that was counted is to be corrected by. */
  readonly correction?: { readonly key: string; readonly amount: string };
}

// Whoever writes sends takes the row of their delivery first, so that no two wait for each other.
const RECORD = `
  WITH held AS (
    SELECT d.delivery_id, d.status FROM deliveries d
    WHERE d.delivery_id = (SELECT delivery_id FROM sends WHERE send_id = $1) FOR UPDATE
  ), answered AS (
    UPDATE sends s SET
      status = CASE WHEN s.status IN ('submitting', 'uncertain') THEN $2::text ELSE s.status END,
      code = coalesce($3::text, s.code),
      provider_ref = coalesce(s.provider_ref, (SELECT $4::text WHERE NOT EXISTS (
        SELECT 1 FROM sends o WHERE o.provider = s.provider AND o.provider_ref = $4))),
      price = coalesce(s.price, $5::numeric), currency = coalesce(s.currency, $6::text),
      history = s.history || jsonb_strip_nulls(jsonb_build_object('at', current_instant(),
        'status', CASE WHEN $8::float8 IS NULL THEN $2 ELSE 'slow-down' END, 'code', $3::text, 'scope', $7::text,
        'retryAt', (extract(epoch FROM current_instant()) * 1000)::bigint + $8::bigint)),
      ended_at = CASE WHEN $2 IN ('rejected', 'failed') THEN current_instant() ELSE s.ended_at END
    FROM held h WHERE s.send_id = $1 AND s.delivery_id = h.delivery_id
    RETURNING s.delivery_id, s.provider, s.status,
      CASE WHEN s.status = 'accepted' AND h.status IN ('queued', 'failed') THEN 'accepted'
           WHEN $2 = 'rejected' AND $7 = 'address' AND h.status = 'queued' THEN 'refused' END AS moves
  ), moved AS (
    UPDATE deliveries d SET
      uncertain = d.uncertain OR a.status = 'uncertain',
      status = coalesce(a.moves, d.status),
      reason = CASE a.moves WHEN 'accepted' THEN NULL WHEN 'refused' THEN 'address_refused' ELSE d.reason END,
      ended_at = CASE a.moves WHEN 'accepted' THEN NULL WHEN 'refused' THEN current_instant() ELSE d.ended_at END
    FROM answered a WHERE d.delivery_id = a.delivery_id
    RETURNING d.*, a.provider, a.moves, $2 = 'accepted' AND a.status IN ('accepted', 'sent', 'delivered') AS taken
  ), corrected AS (
    INSERT INTO delivery_allowances AS w (key, window_start, used)
    SELECT $9::text, date_trunc('day', current_instant(), 'UTC'), greatest(0, $10::numeric) WHERE $9::text IS NOT NULL
    ON CONFLICT (key, window_start) DO UPDATE SET used = greatest(0, w.used + $10::numeric)
  ), audited AS (
    INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch, command_id)
    SELECT m.tenant_id, m.user_id, current_instant(), 'delivery', 'delivery',
      CASE WHEN m.taken THEN 'accepted' ELSE 'refused' END,
      jsonb_build_object('deliveryId', m.delivery_id, 'provider', m.provider, 'channel', m.channel), t.epoch, m.command_id
    FROM moved m JOIN tenants t USING (tenant_id) WHERE m.taken OR m.moves = 'refused'
  ), announced AS (
    INSERT INTO outbox (tenant_id, user_id, type, data, at, epoch, command_id)
    SELECT m.tenant_id, m.user_id, ${eventLiteral('delivery.failed')}, jsonb_strip_nulls(jsonb_build_object(
      'deliveryId', m.delivery_id, 'channel', m.channel, 'purpose', m.purpose, 'template', m.template,
      'challengeId', m.challenge_id, 'status', m.status, 'reason', m.reason)), current_instant(), t.epoch, m.command_id
    FROM moved m JOIN tenants t USING (tenant_id) WHERE m.moves = 'refused'
  )
  SELECT status FROM answered`;

/**
 * Writes what a provider answered, in one statement with what it means for the delivery. A report that came before the
 * answer is not undone by it.
 *
 * @returns whether the provider has the message by all that is known: not when a report has said meanwhile that it did
 *   not arrive.
 */
export async function recordOutcome(pool: Pool, sendId: string, outcome: SendOutcome): Promise<boolean> {
  const { rows } = await againAfterDeadlock(() =>
    pool.query<{ status: PastSend['status'] }>({
      name: 'record-outcome',
      text: RECORD,
      values: [
        sendId,
        outcome.status,
        outcome.code ?? null,
        outcome.ref ?? null,
        outcome.price?.amount ?? null,
        outcome.price?.currency ?? null,
        outcome.scope ?? null,
        outcome.retryAfterMs ?? null,
        outcome.correction?.key ?? null,
        outcome.correction?.amount ?? null,
      ],
    }),
  );
  const [send] = rows;
  return send !== undefined && isTaken(send.status);
}
