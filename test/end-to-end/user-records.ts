import type { Pool } from 'pg';

/** What Postgres holds of one user, table by table. */
export interface UserRecords {
  user: Record<string, unknown>;
  factors: Record<string, unknown>[];
  spentCodes: Record<string, unknown>[];
  authentications: Record<string, unknown>[];
  sessions: Record<string, unknown>[];
  commands: Record<string, unknown>[];
  audit: Record<string, unknown>[];
  outbox: Record<string, unknown>[];
}

/** Every row of a user of that tenant, in one snapshot, as JSON. */
export async function recordsOf(pool: Pool, tenantId: string, externalId: string): Promise<UserRecords> {
  const rows = (table: string, order: string): string =>
    `coalesce((SELECT jsonb_agg(to_jsonb(r) ORDER BY ${order}) FROM ${table} r WHERE r.user_id = u.user_id), '[]')`;
  const { rows: found } = await pool.query<{ records: UserRecords }>(
    `SELECT jsonb_build_object('user', to_jsonb(u),
       'factors', ${rows('factors', 'r.factor_id')},
       'spentCodes', coalesce((SELECT jsonb_agg(to_jsonb(s) ORDER BY s.factor_id, s.code_id)
         FROM spent_codes s JOIN factors f USING (factor_id) WHERE f.user_id = u.user_id), '[]'),
       'authentications', ${rows('authentications', 'r.authentication_id')},
       'sessions', ${rows('sessions', 'r.session_id')},
       'commands', ${rows('commands', 'r.created_at, r.command_id')},
       'audit', ${rows('audit', 'r.sequence')},
       'outbox', ${rows('outbox', 'r.event_id')}) AS records
     FROM users u WHERE u.tenant_id = $1 AND u.external_id = $2`,
    [tenantId, externalId],
  );
  const records = found[0]?.records;
  if (records === undefined) throw new Error('the tenant has no such user');
  return records;
}
