import type { PoolClient } from 'pg';
import { MfaError } from '../domain/errors';
import { scopes } from '../domain/scopes';
import { insertApiKey } from './api-key-repository';
import { type ApiKeyView, viewApiKey } from './api-key-view';
import type { DirectChange } from './direct-write';
import { changeTenant, insertTenant, type TenantChange } from './tenant-repository';
import { type TenantView, viewTenant } from './tenant-view';

/** A tenant and its first key, which has every scope that a tenant's key can have. @throws MfaError `conflict` */
export async function writeNewTenant(
  client: PoolClient,
  tenant: { tenantId: string; name: string; firstKey: { keyId: string; hash: Buffer } },
): Promise<DirectChange<{ tenant: TenantView; firstKey: ApiKeyView }>> {
  const row = await insertTenant(client, tenant);
  if (row === undefined) throw nameTaken();
  const firstKey = await insertApiKey(client, {
    ...tenant.firstKey,
    tenantId: row.tenant_id,
    name: 'first key',
    scopes,
    expiresAt: null,
  });
  const said = { tenantId: row.tenant_id, name: row.name, keyId: firstKey.key_id };
  return {
    result: { tenant: viewTenant(row), firstKey: viewApiKey(firstKey) },
    audit: [{ action: 'tenant.create', outcome: 'done', detail: said }],
    events: [{ type: 'tenant.created', data: said }],
  };
}

/** @throws MfaError `not_found`, `conflict` when another tenant has the name */
export async function writeChangedTenant(
  client: PoolClient,
  tenantId: string,
  change: TenantChange,
): Promise<DirectChange<TenantView>> {
  const changed = await changeTenant(client, tenantId, change);
  if (changed === undefined) throw new MfaError('not_found', { detail: 'There is no such tenant.' });
  if (changed === 'name_taken') throw nameTaken();
  const { before, after } = changed;
  const said = {
    ...(before.name === after.name ? {} : { name: after.name, formerName: before.name }),
    ...((before.disabled_at === null) === (after.disabled_at === null)
      ? {}
      : { disabled: after.disabled_at !== null }),
  };
  if (Object.keys(said).length === 0) return { result: viewTenant(after), audit: [], events: [] };
  const detail = { tenantId, ...said };
  return {
    result: viewTenant(after),
    audit: [{ action: 'tenant.change', outcome: 'done', detail }],
    events: [{ type: 'tenant.changed', data: detail }],
  };
}

function nameTaken(): MfaError {
  return new MfaError('conflict', { detail: 'Another tenant has this name: choose another one.' });
}
