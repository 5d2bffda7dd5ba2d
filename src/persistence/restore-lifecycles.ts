import type { Pool, PoolClient } from 'pg';
import type { Listed } from './restore-findings';

export interface LifecycleOf {
  readonly tenantId: string;
  readonly userId: string;
}

/** How what Temporal runs and what Postgres believes differ. */
export interface LifecycleComparison {
  /** Lifecycles that Temporal runs. */
  readonly running: number;
  /** Marked as running, and Temporal does not know them: the next command of their users starts them anew. */
  readonly gone: Listed<LifecycleOf>;
  /** Run for users that Postgres does not know: made after the backup, or erased. */
  readonly unknown: readonly LifecycleOf[];
}

const PAGE = 1_000;

/**
 * Compares page by page, so that a million lifecycles take no more memory than a thousand. Postgres is asked after
 * Temporal: a user's row is there before the lifecycle.
 */
export async function compareLifecycles(
  pool: Pool,
  running: AsyncIterable<LifecycleOf>,
  shown: number,
): Promise<LifecycleComparison> {
  const client = await pool.connect();
  try {
    await client.query('CREATE TEMPORARY TABLE seen_lifecycles (user_id text PRIMARY KEY)');
    const unknown: LifecycleOf[] = [];
    let count = 0;
    for await (const page of pagesOf(running)) {
      count += page.length;
      unknown.push(...(await strangers(client, page)));
    }
    return { running: count, gone: await unseen(client, shown), unknown };
  } finally {
    // The temporary table goes with its connection.
    client.release(true);
  }
}

async function* pagesOf(items: AsyncIterable<LifecycleOf>): AsyncGenerator<LifecycleOf[]> {
  let page: LifecycleOf[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function strangers(client: PoolClient, page: readonly LifecycleOf[]): Promise<LifecycleOf[]> {
  const { rows } = await client.query<LifecycleOf & { known: boolean }>(
    `WITH listed AS (
       SELECT DISTINCT l.tenant_id, l.user_id, u.user_id IS NOT NULL AS known
       FROM unnest($1::text[], $2::text[]) AS l (tenant_id, user_id)
       LEFT JOIN users u ON u.user_id = l.user_id AND u.tenant_id = l.tenant_id
     ), seen AS (
       INSERT INTO seen_lifecycles SELECT user_id FROM listed WHERE known ON CONFLICT DO NOTHING
     )
     SELECT tenant_id AS "tenantId", user_id AS "userId", known FROM listed WHERE NOT known`,
    [page.map(({ tenantId }) => tenantId), page.map(({ userId }) => userId)],
  );
  return rows.map(({ tenantId, userId }) => ({ tenantId, userId }));
}

async function unseen(client: PoolClient, shown: number): Promise<Listed<LifecycleOf>> {
  const { rows } = await client.query<LifecycleOf & { count: number }>(
    `SELECT u.tenant_id AS "tenantId", u.user_id AS "userId", (count(*) OVER ())::float8 AS count
     FROM users u WHERE u.lifecycle = 'running' AND NOT u.erased
       AND NOT EXISTS (SELECT FROM seen_lifecycles s WHERE s.user_id = u.user_id)
     ORDER BY u.last_command_at DESC LIMIT $1`,
    [shown],
  );
  return {
    count: rows[0]?.count ?? 0,
    shown: rows.map(({ tenantId, userId }) => ({ tenantId, userId })),
  };
}
