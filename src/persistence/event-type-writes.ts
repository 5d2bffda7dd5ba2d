import type { PoolClient } from 'pg';
import { MfaError } from '../domain/errors';
import type { DirectChange } from './direct-write';
import {
  countOwnTypes,
  MAX_OWN_TYPES,
  type OwnType,
  removeOwnType,
  storeOwnType,
} from './event-type-repository';

/**
 * Writes a type of a tenant's own: events of it are taken from then on.
 *
 * @throws MfaError `conflict` when the tenant has as many as it can
 */
export async function writeOwnType(
  client: PoolClient,
  tenantId: string,
  own: Omit<OwnType, 'version'>,
): Promise<DirectChange<{ version: number; made: boolean }>> {
  // One writer at a time, so that the count holds.
  await client.query('SELECT FROM tenants WHERE tenant_id = $1 FOR NO KEY UPDATE', [tenantId]);
  const stored = await storeOwnType(client, tenantId, own);
  if (stored.made && (await countOwnTypes(client, tenantId)) > MAX_OWN_TYPES) {
    throw new MfaError('conflict', {
      detail: `A tenant has ${String(MAX_OWN_TYPES)} own types of event at most: remove one first.`,
    });
  }
  const detail = { type: own.type, version: stored.version };
  return {
    result: stored,
    audit: [{ action: 'event-type.write', outcome: 'done', detail }],
    events: [{ type: 'event-type.written', data: detail }],
  };
}

/** @throws MfaError `not_found` when the tenant has none of the name */
export async function writeRemovedOwnType(
  client: PoolClient,
  tenantId: string,
  type: string,
): Promise<DirectChange<{ type: string }>> {
  if (!(await removeOwnType(client, tenantId, type))) throw new MfaError('not_found');
  return {
    result: { type },
    audit: [{ action: 'event-type.remove', outcome: 'done', detail: { type } }],
    events: [{ type: 'event-type.removed', data: { type } }],
  };
}
