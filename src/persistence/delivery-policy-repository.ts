import type { Pool, PoolClient } from 'pg';
import { MfaError } from '../domain/errors';
import { type DeliveryPolicy, deliveryPolicyOf } from '../domain/delivery-policy';
import type { DirectChange } from './direct-write';

/** A tenant's policy of deliveries, with the default for what it does not say. @throws MfaError `not_found` */
export async function readDeliveryPolicy(pool: Pool, tenantId: string): Promise<DeliveryPolicy> {
  const { rows } = await pool.query<{ policy: Record<string, unknown> }>(
    'SELECT policy FROM tenants WHERE tenant_id = $1',
    [tenantId],
  );
  if (rows[0] === undefined) throw new MfaError('not_found');
  return deliveryPolicyOf(rows[0].policy);
}

/** Puts a whole policy in the place of another; holds for what is sent from then on. @throws MfaError `not_found` */
export async function writeDeliveryPolicy(
  client: PoolClient,
  tenantId: string,
  policy: DeliveryPolicy,
): Promise<DirectChange<{ policy: DeliveryPolicy }>> {
  const { rows } = await client.query<{ before: Record<string, unknown> }>(
    `UPDATE tenants t SET policy = jsonb_set(t.policy, '{delivery}', $2::jsonb) FROM (
       SELECT tenant_id, policy FROM tenants WHERE tenant_id = $1 FOR UPDATE) b
     WHERE t.tenant_id = b.tenant_id RETURNING b.policy AS before`,
    [tenantId, JSON.stringify(policy)],
  );
  if (rows[0] === undefined) throw new MfaError('not_found');
  const detail = { changed: changedMembers(deliveryPolicyOf(rows[0].before), policy) };
  return {
    result: { policy },
    audit: [{ action: 'delivery-policy.change', outcome: 'done', detail }],
    events: [{ type: 'delivery-policy.changed', data: { changed: Object.keys(detail.changed) } }],
  };
}

/** Each member that is another now, with both values: an auditor asks who loosened what. */
function changedMembers(before: DeliveryPolicy, after: DeliveryPolicy): Record<string, unknown> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof DeliveryPolicy>;
  return Object.fromEntries(
    [...names]
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .map((name) => [name, { before: before[name] ?? null, after: after[name] ?? null }]),
  );
}
