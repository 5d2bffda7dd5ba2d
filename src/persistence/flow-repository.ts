import type { Pool } from 'pg';

/** @throws when there is no such version: a version that something refers to is never deleted. */
export async function readFlowDefinition(pool: Pool, flowId: string): Promise<unknown> {
  const { rows } = await pool.query<{ definition: unknown }>(
    'SELECT definition FROM flows WHERE flow_id = $1',
    [flowId],
  );
  if (rows[0] === undefined) throw new Error(`flow ${flowId} is not in the database`);
  return rows[0].definition;
}

/**
 * Publishes a version of a flow; one equal to the newest published is not published again.
 *
 * @param tenantId null for what ships with the product.
 * @returns the version's id.
 */
export async function publishFlow(
  pool: Pool,
  flow: { flowId: string; tenantId: string | null; name: string; definition: object },
): Promise<string> {
  const { rows } = await pool.query<{ flow_id: string }>(
    `WITH newest AS (
       SELECT flow_id, version, definition FROM flows
       WHERE tenant_id IS NOT DISTINCT FROM $2 AND name = $3 ORDER BY version DESC LIMIT 1
     ), published AS (
       INSERT INTO flows (flow_id, tenant_id, name, version, definition)
       SELECT $1, $2, $3, coalesce((SELECT version FROM newest), 0) + 1, $4::jsonb
       WHERE NOT EXISTS (SELECT 1 FROM newest WHERE definition = $4::jsonb)
       ON CONFLICT DO NOTHING
       RETURNING flow_id
     )
     SELECT flow_id FROM published UNION ALL SELECT flow_id FROM newest LIMIT 1`,
    [flow.flowId, flow.tenantId, flow.name, JSON.stringify(flow.definition)],
  );
  return rows[0]?.flow_id ?? publishFlow(pool, flow);
}
