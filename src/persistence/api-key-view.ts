import type { ApiKeyRow } from './api-key-repository';

/** A key as API and command line show it: everything but the key. Instants are RFC 3339, UTC. */
export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly scopes: string[];
  readonly status: ApiKeyRow['status'];
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
  readonly lastUsedAt?: string;
  readonly rotatedFrom?: string;
  readonly rotatedTo?: string;
}

export function viewApiKey(row: ApiKeyRow): ApiKeyView {
  return {
    id: row.key_id,
    name: row.name,
    scopes: row.scopes,
    status: row.status,
    createdAt: row.created_at.toISOString(),
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at.toISOString() }),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at.toISOString() }),
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at.toISOString() }),
    ...(row.rotated_from === null ? {} : { rotatedFrom: row.rotated_from }),
    ...(row.rotated_to === null ? {} : { rotatedTo: row.rotated_to }),
  };
}
