import type { TenantRow } from './tenant-repository';

/** A tenant as API and command line show it. Instants are RFC 3339, UTC. */
export interface TenantView {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly disabledAt?: string;
}

export function viewTenant(row: TenantRow): TenantView {
  return {
    id: row.tenant_id,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    ...(row.disabled_at === null ? {} : { disabledAt: row.disabled_at.toISOString() }),
  };
}
