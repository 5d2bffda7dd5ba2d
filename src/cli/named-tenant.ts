import type { Pool } from 'pg';
import { MfaError } from '../domain/errors';
import { findTenant, type TenantRow } from '../persistence/tenant-repository';

/** The option that says which tenant a command is about. */
export const tenantOption = ['--tenant <name>', 'name or id of the tenant'] as const;

/** The tenant of that name, or else of that id. @throws MfaError `not_found` */
export async function tenantNamed(pool: Pool, name: string): Promise<TenantRow> {
  const row = (await findTenant(pool, { name })) ?? (await findTenant(pool, { tenantId: name }));
  if (row === undefined)
    throw new MfaError('not_found', { detail: `There is no tenant ${name}: mfaflow tenant list shows all.` });
  return row;
}
