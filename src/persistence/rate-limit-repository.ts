import type { Pool } from 'pg';

/** How often a name was counted in its current window. */
export interface WindowCount {
  readonly name: string;
  readonly points: number;
  /** Milliseconds until the window ends and the count begins anew. */
  readonly endsInMs: number;
}

// Sorted, so that two requests that share several names take their rows in the same order and never wait for each other
// in a ring.
const COUNT = `
  INSERT INTO rate_limits AS l (key, points, expire)
  SELECT named.key, 1, clock.ms + $2
  FROM (SELECT unnest($1::text[]) AS key ORDER BY 1) named,
    (SELECT (extract(epoch FROM statement_timestamp()) * 1000)::bigint AS ms) clock
  ON CONFLICT (key) DO UPDATE SET
    points = CASE WHEN l.expire <= excluded.expire - $2 THEN 1 ELSE l.points + 1 END,
    expire = CASE WHEN l.expire <= excluded.expire - $2 THEN excluded.expire ELSE l.expire END
  RETURNING key AS name, points,
    greatest(0, expire - (extract(epoch FROM statement_timestamp()) * 1000)::bigint)::integer AS "endsInMs"`;

/**
 * Counts one more for each name, all in one statement. A window begins with the first count and is as long as
 * `windowMs`; the counts are in an unlogged table, so that a commit of them waits for no disk.
 */
export async function countInWindows(
  pool: Pool,
  names: readonly string[],
  windowMs: number,
): Promise<WindowCount[]> {
  const { rows } = await pool.query<WindowCount>({
    name: 'count-in-windows',
    text: COUNT,
    values: [names, windowMs],
  });
  return rows;
}
