import type { Pool } from 'pg';

export interface EventRow {
  readonly event_id: string;
  readonly type: string;
  readonly type_version: number | null;
  readonly external_id: string | null;
  readonly external_source: string | null;
  readonly time: Date;
  readonly data: Record<string, unknown>;
}

export interface EventFilter {
  readonly type?: string | undefined;
  /** The internal id. */
  readonly userId?: string | undefined;
  /** ISO 8601: later than. */
  readonly after?: string | undefined;
  /** ISO 8601: earlier than. */
  readonly before?: string | undefined;
}

/** One page of a tenant's events, newest first, of those written before the event `place`. */
export async function listEvents(
  pool: Pool,
  tenantId: string,
  filter: EventFilter,
  place: string | undefined,
  limit: number,
): Promise<EventRow[]> {
  const { rows } = await pool.query<EventRow>(
    `SELECT o.event_id, o.type, o.type_version, o.external_source, coalesce(o.occurred_at, o.at) AS time, o.data,
       (SELECT u.external_id FROM users u WHERE u.user_id = o.user_id AND NOT u.erased) AS external_id
     FROM outbox o
     WHERE o.tenant_id = $1 AND o.event_id < coalesce($2::bigint, 9223372036854775807)
       AND ($3::text IS NULL OR o.type = $3) AND ($4::text IS NULL OR o.user_id = $4)
       AND ($5::timestamptz IS NULL OR coalesce(o.occurred_at, o.at) > $5)
       AND ($6::timestamptz IS NULL OR coalesce(o.occurred_at, o.at) < $6)
     ORDER BY o.event_id DESC LIMIT $7`,
    [
      tenantId,
      place ?? null,
      filter.type ?? null,
      filter.userId ?? null,
      filter.after ?? null,
      filter.before ?? null,
      limit,
    ],
  );
  return rows;
}
