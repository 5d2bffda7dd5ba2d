import type { ClientBase } from 'pg';

/** A user as an export reads them; addresses and materials are sealed under the user's key. */
export interface ExportedUserRow {
  readonly userId: string;
  readonly externalId: string;
  readonly groups: readonly string[];
  readonly locale: string | null;
  readonly contacts: { contactId: string; kind: 'email' | 'phone'; address: Buffer; verified: boolean }[];
  /** Of the kinds asked for. */
  readonly factors: { factorId: string; kind: string; name: string | null; material: Buffer }[];
}

/** One page of a tenant's users in the order of the tenant's ids, the first after `after`. */
export async function readExportPage(
  client: ClientBase,
  tenantId: string,
  page: { after: string; limit: number; kinds: readonly string[] },
): Promise<ExportedUserRow[]> {
  const { rows } = await client.query<Omit<ExportedUserRow, 'contacts' | 'factors'>>(
    `SELECT user_id AS "userId", external_id AS "externalId", groups, locale
     FROM users WHERE tenant_id = $1 AND external_id > $2 AND NOT erased ORDER BY external_id LIMIT $3`,
    [tenantId, page.after, page.limit],
  );
  const users = new Map(
    rows.map((row): [string, ExportedUserRow] => [row.userId, { ...row, contacts: [], factors: [] }]),
  );
  const userIds = [...users.keys()];
  const contacts = await client.query<ExportedUserRow['contacts'][number] & { userId: string }>(
    `SELECT user_id AS "userId", contact_id AS "contactId", kind, address, verified_at IS NOT NULL AS verified
     FROM contacts WHERE user_id = ANY ($1) ORDER BY created_at, contact_id`,
    [userIds],
  );
  for (const { userId, ...contact } of contacts.rows) users.get(userId)?.contacts.push(contact);
  const factors = await client.query<ExportedUserRow['factors'][number] & { userId: string }>(
    `SELECT user_id AS "userId", factor_id AS "factorId", kind, name, material
     FROM factors WHERE user_id = ANY ($1) AND status = 'active' AND kind = ANY ($2) ORDER BY created_at, factor_id`,
    [userIds, page.kinds],
  );
  for (const { userId, ...factor } of factors.rows) users.get(userId)?.factors.push(factor);
  return [...users.values()];
}

/** How many users an export will come to, and how many confirmed factors of theirs are of other kinds. */
export async function countForExport(
  client: ClientBase,
  tenantId: string,
  page: { after: string; kinds: readonly string[] },
): Promise<{ users: number; factorsLeft: number }> {
  const { rows } = await client.query<{ users: number; factorsLeft: number }>(
    `WITH chosen AS (
       SELECT user_id FROM users WHERE tenant_id = $1 AND external_id > $2 AND NOT erased)
     SELECT (SELECT count(*)::float8 FROM chosen) AS users,
       (SELECT count(*)::float8 FROM factors JOIN chosen USING (user_id)
        WHERE status = 'active' AND NOT kind = ANY ($3)) AS "factorsLeft"`,
    [tenantId, page.after, page.kinds],
  );
  return rows[0] ?? { users: 0, factorsLeft: 0 };
}

/** That a tenant's users were exported, and whether with their secrets; written before the first of them is shown. */
export async function auditExport(
  client: ClientBase,
  of: { tenantId: string; actor: string },
  detail: { secrets: boolean; after: string },
): Promise<void> {
  await client.query(
    `INSERT INTO audit (tenant_id, at, actor, action, outcome, detail, epoch)
     SELECT tenant_id, current_instant(), $2, 'users.export', 'begun',
       jsonb_build_object('secrets', $3::boolean, 'fromTheStart', $4::boolean), epoch
     FROM tenants WHERE tenant_id = $1`,
    [of.tenantId, of.actor, detail.secrets, detail.after === ''],
  );
}
