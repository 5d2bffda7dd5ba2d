import type { Pool } from 'pg';

/** A delivery as it is shown. `address` is sealed under the user's key as a part of the delivery. */
export interface ShownDelivery {
  readonly delivery_id: string;
  readonly user_id: string;
  readonly purpose: string;
  readonly template: string;
  readonly channel: 'sms' | 'voice' | 'email' | null;
  readonly address: Buffer | null;
  readonly country: string | null;
  readonly challenge_id: string | null;
  readonly parent_id: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly uncertain: boolean;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly converted_at: Date | null;
  readonly place: string;
  /** Oldest first. */
  readonly sends: readonly ShownSend[];
}

export interface ShownSend {
  readonly id: string;
  readonly provider: string;
  readonly status: string;
  readonly code: string | null;
  readonly price: string | null;
  readonly currency: string | null;
  readonly converted: boolean;
  readonly history: readonly { readonly at: string; readonly status: string; readonly code?: string }[];
}

const SHOWN = `
  SELECT d.delivery_id, d.user_id, d.purpose, d.template, d.channel, d.address, d.country, d.challenge_id, d.parent_id,
    d.status, d.reason, d.uncertain, d.created_at, d.ended_at, d.converted_at,
    d.created_at::text || ' ' || d.delivery_id AS place,
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', s.send_id, 'provider', s.provider, 'status', s.status,
        'code', s.code, 'price', s.price::text, 'currency', s.currency, 'converted', s.converted_at IS NOT NULL,
        'history', s.history) ORDER BY s.submitted_at, s.send_id)
      FROM sends s WHERE s.delivery_id = d.delivery_id), '[]') AS sends
  FROM deliveries d`;

/** One page of what was sent to a user, newest first, from behind `after`: the place of the last one seen. */
export async function listDeliveries(
  pool: Pool,
  of: { tenantId: string; userId: string },
  after: { createdAt: string; deliveryId: string } | null,
  limit: number,
): Promise<ShownDelivery[]> {
  const { rows } = await pool.query<ShownDelivery>(
    `${SHOWN} WHERE d.tenant_id = $1 AND d.user_id = $2
       AND ($3::timestamptz IS NULL OR (d.created_at, d.delivery_id) < ($3::timestamptz, $4::text))
     ORDER BY d.created_at DESC, d.delivery_id DESC LIMIT $5`,
    [of.tenantId, of.userId, after?.createdAt ?? null, after?.deliveryId ?? null, limit],
  );
  return rows;
}

/** @returns undefined when the tenant has no such delivery */
export async function findDelivery(
  pool: Pool,
  tenantId: string,
  deliveryId: string,
): Promise<ShownDelivery | undefined> {
  const { rows } = await pool.query<ShownDelivery>(`${SHOWN} WHERE d.tenant_id = $1 AND d.delivery_id = $2`, [
    tenantId,
    deliveryId,
  ]);
  return rows[0];
}
