import type { Pool } from 'pg';

/** An audit entry about a user. `personal` is sealed under the user's key. */
export interface TimelineRow {
  readonly sequence: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
  readonly detail: Record<string, unknown>;
  readonly personal: Buffer | null;
  readonly command_id: string | null;
}

/** One page, newest first, of what is older than `before`. */
export async function readTimeline(
  pool: Pool,
  of: { tenantId: string; userId: string },
  before: string | null,
  limit: number,
): Promise<TimelineRow[]> {
  const { rows } = await pool.query<TimelineRow>(
    `SELECT sequence, at, actor, action, outcome, detail, personal, command_id FROM audit
     WHERE tenant_id = $1 AND user_id = $2 AND sequence < coalesce($3, 9223372036854775807)
     ORDER BY sequence DESC LIMIT $4`,
    [of.tenantId, of.userId, before, limit],
  );
  return rows;
}
