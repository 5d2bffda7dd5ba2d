import type { PoolClient } from 'pg';
import { MfaError } from '../domain/errors';
import { type ApiKeyRow, endApiKeyIn, insertApiKey, lockApiKey, revokeApiKey } from './api-key-repository';
import { type ApiKeyView, viewApiKey } from './api-key-view';
import type { DirectChange } from './direct-write';

/** How long the old key of a rotation may go on, in seconds: a deployment's time by default, a month at most. */
export const rotationOverlap = { usual: 86_400, most: 30 * 86_400 } as const;

/** A new key of a tenant. The caller says who may be given which scopes. */
export async function writeNewApiKey(
  client: PoolClient,
  key: Omit<Parameters<typeof insertApiKey>[1], 'rotatedFrom'>,
): Promise<DirectChange<ApiKeyView>> {
  const row = await insertApiKey(client, key);
  const said = { keyId: row.key_id, scopes: row.scopes };
  return {
    result: viewApiKey(row),
    audit: [{ action: 'api-key.create', outcome: 'done', detail: said }],
    events: [{ type: 'api-key.created', data: said }],
  };
}

/**
 * A key with the name, the scopes and the end of an older one, which goes on for the overlap. A rotation never makes
 * anything last longer: the new key ends when the old one would have.
 *
 * @param mayGive whether whoever rotates may hold a key of these scopes
 * @throws MfaError `not_found`, `forbidden`, `conflict` for a key that is no longer good or has a successor
 */
export async function writeRotatedApiKey(
  client: PoolClient,
  rotation: {
    tenantId: string;
    keyId: string;
    fresh: { keyId: string; hash: Buffer };
    overlapSeconds: number;
    mayGive: (scopes: readonly string[]) => boolean;
  },
): Promise<DirectChange<{ fresh: ApiKeyView; previous: ApiKeyView }>> {
  const { tenantId, keyId, overlapSeconds } = rotation;
  const old = await lockApiKey(client, tenantId, keyId);
  if (old === undefined) throw new MfaError('not_found', { detail: 'There is no such key.' });
  if (!rotation.mayGive(old.scopes)) {
    throw new MfaError('forbidden', {
      detail: 'A key can rotate those keys whose scopes it has itself, and no others.',
    });
  }
  refuseEnded(old);
  const fresh = await insertApiKey(client, {
    ...rotation.fresh,
    tenantId,
    name: old.name,
    scopes: old.scopes,
    expiresAt: old.expires_at?.toISOString() ?? null,
    rotatedFrom: keyId,
  });
  const previous = await endApiKeyIn(client, keyId, overlapSeconds);
  const said = { keyId, successor: fresh.key_id, overlapSeconds };
  return {
    result: { fresh: viewApiKey(fresh), previous: viewApiKey(previous) },
    audit: [{ action: 'api-key.rotate', outcome: 'done', detail: said }],
    events: [{ type: 'api-key.rotated', data: said }],
  };
}

/** @throws MfaError `conflict` */
function refuseEnded({ status, rotated_to: successor }: ApiKeyRow): void {
  const refuse = (detail: string): never => {
    throw new MfaError('conflict', { detail });
  };
  if (status === 'revoked') refuse('This key is revoked: make a new one.');
  if (successor !== null)
    refuse(`This key was rotated already: rotate its successor ${successor}, or make a new key.`);
  if (status === 'expired') refuse('This key has expired: make a new one.');
}

/** Ends a key at once; again it does nothing. @throws MfaError `not_found` */
export async function writeRevokedApiKey(
  client: PoolClient,
  tenantId: string,
  keyId: string,
): Promise<DirectChange<ApiKeyView>> {
  const row = await revokeApiKey(client, tenantId, keyId);
  if (row === undefined) throw new MfaError('not_found', { detail: 'There is no such key.' });
  const said = { keyId: row.key_id };
  return {
    result: viewApiKey(row),
    audit: row.now_revoked ? [{ action: 'api-key.revoke', outcome: 'done', detail: said }] : [],
    events: row.now_revoked ? [{ type: 'api-key.revoked', data: said }] : [],
  };
}
