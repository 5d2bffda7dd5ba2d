import type { Pool, PoolClient } from 'pg';
import type { AllowanceClaim } from '../domain/delivery/allowances';

// Sorted, so that two claims that share several keys never wait for each other in a ring.
const CLAIM = `
  WITH claims AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS c (key text, "window" text, amount numeric, "limit" numeric)
  ), used AS (
    INSERT INTO delivery_allowances AS a (key, window_start, used)
    SELECT c.key, date_trunc(c."window", current_instant(), 'UTC'), c.amount FROM claims c ORDER BY c.key
    ON CONFLICT (key, window_start) DO UPDATE SET used = a.used + excluded.used
    RETURNING key, used
  )
  SELECT c.key FROM claims c JOIN used u USING (key) WHERE u.used > c."limit"`;

/**
 * Counts every claim, inside the caller's transaction, which has to be rolled back when one is over its limit.
 *
 * @returns the keys that are over.
 */
export async function claimAllowances(
  client: PoolClient,
  claims: readonly AllowanceClaim[],
): Promise<string[]> {
  const { rows } = await client.query<{ key: string }>({
    name: 'claim-allowances',
    text: CLAIM,
    values: [JSON.stringify(claims)],
  });
  return rows.map(({ key }) => key);
}

/** Puts what was counted today right by an amount, which may be negative; also where nothing was counted today. */
export async function correctAllowance(
  pool: Pool,
  correction: { readonly key: string; readonly amount: string },
): Promise<void> {
  await pool.query(
    `INSERT INTO delivery_allowances AS a (key, window_start, used)
     VALUES ($1, date_trunc('day', current_instant(), 'UTC'), greatest(0, $2::numeric))
     ON CONFLICT (key, window_start) DO UPDATE SET used = greatest(0, a.used + $2::numeric)`,
    [correction.key, correction.amount],
  );
}
