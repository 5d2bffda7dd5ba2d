import type { Pool } from 'pg';

/** That somebody of a tenant had payloads of histories decoded; written before they are shown. */
export async function auditDecode(
  pool: Pool,
  event: { tenantId: string; keyIds: readonly string[] },
): Promise<void> {
  await pool.query(
    `INSERT INTO audit (tenant_id, at, actor, action, outcome, detail, epoch)
     SELECT tenant_id, current_instant(), 'codec-server', 'history.decode', 'done', jsonb_build_object('keys', $2::jsonb), epoch
     FROM tenants WHERE tenant_id = $1`,
    [event.tenantId, JSON.stringify(event.keyIds)],
  );
}

/** That everything about a user was given out; written before it is. `complete`: with addresses and agents. */
export async function auditExport(
  pool: Pool,
  event: { tenantId: string; userId: string; actor: string; complete: boolean },
): Promise<void> {
  await pool.query(
    `INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch)
     SELECT tenant_id, $2, current_instant(), $3, 'user.export', 'done', jsonb_build_object('complete', $4::boolean), epoch
     FROM tenants WHERE tenant_id = $1`,
    [event.tenantId, event.userId, event.actor, event.complete],
  );
}
