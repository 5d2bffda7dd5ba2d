import { readSession, type SessionRow } from '../persistence/session-repository';
import { readSessionToken } from '../security/session-token';
import type { ApiParts } from './parts';

/**
 * The session that a token is good for now: signed by us, the newest of its session (or the one before within the
 * grace period), and the session neither revoked, expired nor refused by an epoch.
 */
export async function liveSession(
  parts: Pick<ApiParts, 'pool' | 'signingKeys'>,
  tenantId: string,
  token: string,
): Promise<SessionRow | undefined> {
  const read = await readSessionToken(token, parts.signingKeys);
  if (read === undefined) return undefined;
  const row = await readSession(parts.pool, tenantId, read.sessionId);
  if (row?.active !== true) return undefined;
  if (read.generation === row.generation) return read.kid === row.kid ? row : undefined;
  return row.in_grace && read.generation === row.generation - 1 ? row : undefined;
}
