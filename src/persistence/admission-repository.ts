import type { Pool } from 'pg';

/** What a path names, by the tenant's id of the user or by an id that mfaflow gave. */
export type Target =
  | { kind: 'none' }
  | { kind: 'user'; externalId: string }
  | { kind: 'authentication'; authenticationId: string }
  | { kind: 'session'; sessionId: string };

/** The user that a request is about. `purpose` is that of the authentication named, when one is. */
export interface TargetUser {
  readonly userId: string;
  readonly externalId: string;
  readonly purpose: string | null;
}

/** A key that may act now, and whom the request is about, read in one statement. */
export interface Admission {
  readonly keyId: string;
  readonly tenantId: string;
  readonly tenantName: string;
  readonly scopes: readonly string[];
  /** Seconds since the epoch, by the clock that decides. */
  readonly now: number;
  /** Whether five minutes have passed since the use of the key was last noted. */
  readonly useIsNews: boolean;
  /** Absent when the key's tenant has nothing of that name: another tenant's is as unknown as nobody's. */
  readonly user?: TargetUser;
}

const users: Record<Target['kind'], string> = {
  none: 'SELECT NULL AS user_id, NULL AS external_id, NULL AS purpose WHERE $2::text IS NOT NULL',
  user: `SELECT u.user_id, u.external_id, NULL AS purpose FROM users u
    WHERE u.tenant_id = k.tenant_id AND u.external_id = $2 AND NOT u.erased`,
  authentication: `SELECT u.user_id, u.external_id, a.purpose FROM authentications a JOIN users u USING (user_id)
    WHERE a.tenant_id = k.tenant_id AND a.authentication_id = $2 AND NOT u.erased`,
  session: `SELECT u.user_id, u.external_id, NULL AS purpose FROM sessions s JOIN users u USING (user_id)
    WHERE s.tenant_id = k.tenant_id AND s.session_id = $2 AND NOT u.erased`,
};

function admissionStatement(kind: Target['kind']): string {
  return `
    SELECT k.key_id, k.tenant_id, t.name AS tenant_name, k.scopes,
      floor(extract(epoch FROM current_instant()))::float8 AS now, named.user_id, named.external_id, named.purpose,
      (k.last_used_at IS NULL OR k.last_used_at < current_instant() - interval '5 minutes') AS use_is_news
    FROM api_keys k JOIN tenants t USING (tenant_id) LEFT JOIN LATERAL (${users[kind]}) named ON true
    WHERE k.hash = $1 AND t.disabled_at IS NULL AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > current_instant())`;
}

interface AdmissionRow {
  key_id: string;
  tenant_id: string;
  tenant_name: string;
  scopes: string[];
  now: number;
  use_is_news: boolean;
  user_id: string | null;
  external_id: string | null;
  purpose: string | null;
}

/**
 * Looks the key up each time, so that a revocation holds from the next request on.
 * @param keyHash SHA-256 of the key
 * @returns undefined when no such key is alive
 */
export async function readAdmission(
  pool: Pool,
  keyHash: Buffer,
  target: Target,
): Promise<Admission | undefined> {
  const { rows } = await pool.query<AdmissionRow>({
    name: `admission-${target.kind}`,
    text: admissionStatement(target.kind),
    values: [keyHash, nameOf(target)],
  });
  const row = rows[0];
  if (row === undefined) return undefined;
  const { user_id: userId, external_id: externalId, purpose } = row;
  return {
    keyId: row.key_id,
    tenantId: row.tenant_id,
    tenantName: row.tenant_name,
    scopes: row.scopes,
    now: row.now,
    useIsNews: row.use_is_news,
    ...(userId === null || externalId === null ? {} : { user: { userId, externalId, purpose } }),
  };
}

function nameOf(target: Target): string | null {
  if (target.kind === 'user') return target.externalId;
  if (target.kind === 'authentication') return target.authenticationId;
  if (target.kind === 'session') return target.sessionId;
  return null;
}
