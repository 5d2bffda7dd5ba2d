import type { Pool } from 'pg';

/** A factor as a decision sees it. `material` is sealed under the user's key. */
export interface FactorRow {
  factor_id: string;
  kind: string;
  name: string | null;
  status: 'pending' | 'active';
  counter: number;
  material: string;
  spent: string[];
  replaces: string | null;
  authorised: boolean;
  pending_until: number | null;
  /** Of a pending one: an epoch raised since its enrolment began refuses it. */
  refused: boolean;
  created_at: number;
}

/** The factor that is to be answered. `byDefault`: nobody chose it, so that any other offered one is answered as well. */
export interface Challenge {
  factorId: string;
  kind: string;
  byDefault?: true;
}

export interface AuthenticationRow {
  authentication_id: string;
  purpose: 'login' | 'step-up' | 'enrolment';
  status: 'pending' | 'approved' | 'denied' | 'expired';
  reason: string | null;
  flow_id: string;
  position: string;
  proofs: { factorId: string; kind: string; at: number; usedBy: string | null }[];
  challenge: Challenge | null;
  request: AuthenticationRequest;
  /** Sealed under the user's key, base64. */
  context: string | null;
  epoch: number;
  expires_at: number;
  ended_at: number | null;
  /** An epoch raised since refuses it. */
  refused: boolean;
}

/** What was asked of an authentication and must still be known when it ends. */
export interface AuthenticationRequest {
  acr?: string;
  maxAge?: number;
  audience?: string;
  nonce?: string;
  primary?: 'pwd';
  sessionId?: string;
}

/** Everything that one decision about one user reads, in one statement. Times are ms since the epoch. */
export interface Situation {
  now: number;
  tenantId: string;
  userId: string;
  externalId: string;
  tenantName: string;
  epoch: number;
  policy: Record<string, unknown>;
  flowId: string;
  kid: string | null;
  version: number;
  groups: string[];
  /** A factor that may be gone by now. */
  defaultFactor: string | null;
  /** Factor kinds. */
  preferredOrder: string[];
  failures: number;
  waitUntil: number | null;
  lockedUntil: number | null;
  operatorOnly: boolean;
  lockReason: string | null;
  factors: FactorRow[];
  authentication: AuthenticationRow | null;
  session: { proofs: AuthenticationRow['proofs']; amr: string[] } | null;
  stored: { fingerprint: string; result: unknown; refused: boolean } | null;
}

const READ_SITUATION = `
  SELECT jsonb_build_object(
    'now', floor(extract(epoch FROM current_instant()) * 1000),
    'tenantId', t.tenant_id, 'userId', u.user_id, 'externalId', u.external_id, 'tenantName', t.name,
    'epoch', t.epoch, 'policy', t.policy,
    'flowId', coalesce(t.login_flow_id,
      (SELECT flow_id FROM flows WHERE tenant_id IS NULL AND name = 'login' ORDER BY version DESC LIMIT 1)),
    'kid', (SELECT kid FROM signing_keys WHERE status = 'active'),
    'version', u.version, 'groups', to_jsonb(u.groups),
    'defaultFactor', u.default_factor, 'preferredOrder', to_jsonb(u.preferred_order), 'failures', u.failures,
    'waitUntil', floor(extract(epoch FROM u.wait_until) * 1000),
    'lockedUntil', floor(extract(epoch FROM u.locked_until) * 1000),
    'operatorOnly', u.operator_only, 'lockReason', u.lock_reason,
    'factors', coalesce((
      SELECT jsonb_agg(jsonb_build_object(
        'factor_id', f.factor_id, 'kind', f.kind, 'name', f.name, 'status', f.status, 'counter', f.counter,
        'material', encode(f.material, 'base64'), 'replaces', f.replaces, 'authorised', f.authorised,
        'pending_until', floor(extract(epoch FROM f.pending_until) * 1000),
        'refused', f.status = 'pending' AND epoch_refuses(f.tenant_id, f.user_id, u.groups,
          ARRAY['authentication', 'assertion', 'session', f.kind], f.epoch),
        'created_at', floor(extract(epoch FROM f.created_at) * 1000),
        'spent', coalesce((SELECT jsonb_agg(s.code_id) FROM spent_codes s WHERE s.factor_id = f.factor_id), '[]'))
        ORDER BY f.created_at, f.factor_id)
      FROM factors f WHERE f.user_id = u.user_id), '[]'),
    'authentication', (
      SELECT jsonb_build_object(
        'authentication_id', a.authentication_id, 'purpose', a.purpose, 'status', a.status, 'reason', a.reason,
        'flow_id', a.flow_id, 'position', a.position, 'proofs', a.proofs, 'challenge', a.challenge,
        'request', a.request, 'context', encode(a.context, 'base64'), 'epoch', a.epoch,
        'expires_at', floor(extract(epoch FROM a.expires_at) * 1000),
        'ended_at', floor(extract(epoch FROM a.ended_at) * 1000),
        'refused', epoch_refuses(a.tenant_id, a.user_id, u.groups,
          ARRAY['authentication', CASE a.status WHEN 'approved' THEN 'assertion' END] || ARRAY(SELECT p->>'kind' FROM jsonb_array_elements(a.proofs) p), a.epoch)
          OR session_is_revoked(coalesce(a.session_id, a.request->>'sessionId')))
      FROM authentications a WHERE a.authentication_id = $4 AND a.user_id = u.user_id),
    'session', (
      SELECT jsonb_build_object('proofs', s.proofs, 'amr', to_jsonb(s.amr))
      FROM sessions s
      WHERE s.session_id = coalesce($5, (SELECT a.request->>'sessionId' FROM authentications a WHERE a.authentication_id = $4))
        AND s.user_id = u.user_id AND s.revoked_at IS NULL
        AND s.expires_at > current_instant() AND s.absolute_until > current_instant()
        AND NOT epoch_refuses(s.tenant_id, s.user_id, u.groups, s.kinds, s.epoch)),
    'stored', (
      SELECT jsonb_build_object('fingerprint', c.fingerprint, 'result', c.result,
        'refused', epoch_refuses(c.tenant_id, c.user_id, u.groups, ARRAY['session', 'assertion', 'authentication'] || ARRAY(SELECT f.kind FROM factors f WHERE f.user_id = u.user_id), c.epoch)
          OR session_is_revoked(c.result->'grant'->>'sessionId'))
      FROM commands c WHERE c.tenant_id = t.tenant_id AND c.command_id = $3)
  ) AS situation
  FROM users u JOIN tenants t USING (tenant_id)
  WHERE u.tenant_id = $1 AND u.user_id = $2 AND NOT u.erased`;

/** @returns undefined when the tenant has no such user. */
export async function readSituation(
  pool: Pool,
  of: { tenantId: string; userId: string; commandId: string; authenticationId?: string; sessionId?: string },
): Promise<Situation | undefined> {
  const { rows } = await pool.query<{ situation: Situation }>({
    name: 'read-situation',
    text: READ_SITUATION,
    values: [of.tenantId, of.userId, of.commandId, of.authenticationId ?? null, of.sessionId ?? null],
  });
  return rows[0]?.situation;
}
