import type { PoolClient } from 'pg';

/** A factor that another system enrolled, sealed already under the user's key. */
export interface ImportedFactor {
  readonly factorId: string;
  readonly kind: string;
  readonly name: string | null;
  readonly material: Buffer;
}

/**
 * Takes the user's row for this transaction and reads the sealed materials of a kind. Decisions compare the version
 * that the import raises, so one of two that meet goes again.
 * @returns undefined when the user was erased meanwhile
 */
export async function lockForImport(
  client: PoolClient,
  userId: string,
): Promise<{ factorId: string; kind: string; material: Buffer }[] | undefined> {
  const { rowCount } = await client.query('SELECT FROM users WHERE user_id = $1 AND NOT erased FOR UPDATE', [
    userId,
  ]);
  if (rowCount === 0) return undefined;
  const { rows } = await client.query<{ factor_id: string; kind: string; material: Buffer }>(
    `SELECT factor_id, kind, material FROM factors WHERE user_id = $1 AND status = 'active'`,
    [userId],
  );
  return rows.map((row) => ({ factorId: row.factor_id, kind: row.kind, material: row.material }));
}

/** Inserts confirmed factors and raises the user's version. */
export async function insertImported(
  client: PoolClient,
  of: { tenantId: string; userId: string },
  imported: readonly ImportedFactor[],
): Promise<void> {
  for (const factor of imported) {
    await client.query(
      `INSERT INTO factors (factor_id, tenant_id, user_id, kind, name, status, material, authorised, created_at, confirmed_at)
       VALUES ($1, $2, $3, $4, $5, 'active', $6, true, current_instant(), current_instant())`,
      [factor.factorId, of.tenantId, of.userId, factor.kind, factor.name, factor.material],
    );
  }
  await client.query('UPDATE users SET version = version + 1 WHERE user_id = $1', [of.userId]);
}
