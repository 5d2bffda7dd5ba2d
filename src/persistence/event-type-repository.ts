import type { Pool, PoolClient } from 'pg';
import type { EventType } from '../domain/events/event-type';

/** A type of event of a tenant's own, as it is stored. */
export type OwnType = Pick<
  EventType,
  'type' | 'version' | 'title' | 'description' | 'subject' | 'schema' | 'example'
>;

/** A tenant cannot have more, so that a list of them is one page. */
export const MAX_OWN_TYPES = 100;

const COLUMNS = 'type, version, title, description, subject, schema, example';

/** All of them, or those of these names, by name. */
export async function listOwnTypes(
  pool: Pool,
  tenantId: string,
  names?: readonly string[],
): Promise<OwnType[]> {
  const { rows } = await pool.query<OwnType>(
    `SELECT ${COLUMNS} FROM event_types WHERE tenant_id = $1 AND ($2::text[] IS NULL OR type = ANY ($2))
     ORDER BY type`,
    [tenantId, names ?? null],
  );
  return rows;
}

/** Writes a type over what is there; its version goes up when its subject or schema become others. */
export async function storeOwnType(
  client: PoolClient,
  tenantId: string,
  own: Omit<OwnType, 'version'>,
): Promise<{ version: number; made: boolean }> {
  const { rows } = await client.query<{ version: number; made: boolean }>(
    `INSERT INTO event_types AS t (tenant_id, type, title, description, subject, schema, example, created_at)
     VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, current_instant())
     ON CONFLICT (tenant_id, type) DO UPDATE SET
       title = excluded.title, description = excluded.description, subject = excluded.subject,
       schema = excluded.schema, example = excluded.example,
       version = t.version + CASE WHEN (t.subject, t.schema) = (excluded.subject, excluded.schema) THEN 0 ELSE 1 END
     RETURNING version, xmax = 0 AS made`,
    [
      tenantId,
      own.type,
      own.title,
      own.description,
      own.subject,
      JSON.stringify(own.schema),
      JSON.stringify(own.example),
    ],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('INSERT … RETURNING gave no row');
  return row;
}

export async function countOwnTypes(client: PoolClient, tenantId: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    'SELECT count(*)::integer AS n FROM event_types WHERE tenant_id = $1',
    [tenantId],
  );
  return rows[0]?.n ?? 0;
}

/** @returns false when the tenant has none of the name */
export async function removeOwnType(client: PoolClient, tenantId: string, type: string): Promise<boolean> {
  const { rowCount } = await client.query('DELETE FROM event_types WHERE tenant_id = $1 AND type = $2', [
    tenantId,
    type,
  ]);
  return rowCount === 1;
}
