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

const predicates = {
  place: 'o.event_id <',
  type: 'o.type =',
  userId: 'o.user_id =',
  after: 'coalesce(o.occurred_at, o.at) >',
  before: 'coalesce(o.occurred_at, o.at) <',
} as const;

/** One page of a tenant's events, newest first, of those written before the event `place`. */
export async function listEvents(
  pool: Pool,
  tenantId: string,
  filter: EventFilter,
  place: string | undefined,
  limit: number,
): Promise<EventRow[]> {
  const values: unknown[] = [tenantId, limit];
  // Only what is asked for is said: the plan is made without the values, and takes the user's index only then.
  const where = (Object.keys(predicates) as (keyof typeof predicates)[]).flatMap((name) => {
    const value = name === 'place' ? place : filter[name];
    return value === undefined ? [] : [`AND ${predicates[name]} $${String(values.push(value))}`];
  });
  const { rows } = await pool.query<EventRow>(
    `SELECT o.event_id, o.type, o.type_version, o.external_source, coalesce(o.occurred_at, o.at) AS time, o.data,
       (SELECT u.external_id FROM users u WHERE u.user_id = o.user_id AND NOT u.erased) AS external_id
     FROM outbox o WHERE o.tenant_id = $1 ${where.join(' ')}
     ORDER BY o.event_id DESC LIMIT $2`,
    values,
  );
  return rows;
}
