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
  /** Id of the authentication that allowed its enrolment. */
  authorised_by: string | null;
  pending_until: number | null;
  /** Of a pending one: an epoch raised since its enrolment began refuses it. */
  refused: boolean;
  created_at: number;
  /** When it ends by itself. One that has is not among the factors. */
  expires_at: number | null;
  /** The user said that it was not them. */
  frozen: boolean;
}

/** A challenge whose code travels and that can still be answered. */
export interface ChallengeRow {
  challenge_id: string;
  factor_id: string;
  /** Null for the confirmation of an enrolment. */
  authentication_id: string | null;
  kind: string;
  salt: string;
  issue: number;
  issues: number;
  resend_at: number;
  expires_at: number;
}

/** A link as it is about to be redeemed. */
export interface TicketRow {
  ticket_id: string;
  purpose: string;
  subject: { factorId?: string; authenticationId?: string; deliveryId?: string };
  /** Neither redeemed nor expired nor refused by an epoch. */
  open: boolean;
  /** Ids of live sessions that its factor has a part in, or that came of its authentication. */
  sessions: string[];
}

/** The factor that is to be answered. `byDefault`: nobody chose it, so that any other offered one is answered as well. */
export interface Challenge {
  factorId: string;
  kind: string;
  byDefault?: true;
  /** Nothing was sent: the user was sent as much as is allowed until then. */
  heldUntil?: number;
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
  session_id: string | null;
  epoch: number;
  expires_at: number;
  ended_at: number | null;
  /** An epoch raised since refuses it, its session was revoked, or the user said that it was not them. */
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
  /** Whether there is an address that a notice could go to, beside those of factors. */
  hasContacts: boolean;
  challenges: ChallengeRow[];
  /** Codes that travelled in the last ten minutes: how many, and when the oldest was made. */
  recentlySent: { count: number; oldest: number | null };
  ticket: TicketRow | null;
  authentication: AuthenticationRow | null;
  session: { proofs: AuthenticationRow['proofs']; amr: string[] } | null;
  /** `deliveries`: those of the command that nobody has sent. */
  stored: { fingerprint: string; result: unknown; refused: boolean; deliveries: string[] } | null;
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
        'authorised_by', f.authorised_by,
        'pending_until', floor(extract(epoch FROM f.pending_until) * 1000),
        'refused', f.status = 'pending' AND epoch_refuses(f.tenant_id, f.user_id, u.groups,
          ARRAY['authentication', 'assertion', 'session', f.kind], f.epoch),
        'created_at', floor(extract(epoch FROM f.created_at) * 1000),
        'expires_at', floor(extract(epoch FROM f.expires_at) * 1000), 'frozen', f.frozen_at IS NOT NULL,
        'spent', coalesce((SELECT jsonb_agg(s.code_id) FROM spent_codes s WHERE s.factor_id = f.factor_id), '[]'))
        ORDER BY f.created_at, f.factor_id)
      FROM factors f WHERE f.user_id = u.user_id AND (f.expires_at IS NULL OR f.expires_at > current_instant())), '[]'),
    'hasContacts', EXISTS (SELECT FROM contacts con WHERE con.user_id = u.user_id),
    'challenges', coalesce((
      SELECT jsonb_agg(jsonb_build_object('challenge_id', c.challenge_id, 'factor_id', c.factor_id,
        'authentication_id', c.authentication_id, 'kind', c.kind, 'salt', c.salt, 'issue', c.issue, 'issues', c.issues,
        'resend_at', floor(extract(epoch FROM c.resend_at) * 1000),
        'expires_at', floor(extract(epoch FROM c.expires_at) * 1000)))
      FROM challenges c WHERE c.user_id = u.user_id AND c.status = 'open'), '[]'),
    'recentlySent', (
      SELECT jsonb_build_object('count', count(*), 'oldest', floor(extract(epoch FROM min(d.created_at)) * 1000))
      FROM deliveries d WHERE d.user_id = u.user_id AND d.purpose IN ('challenge', 'ticket')
        AND d.created_at > current_instant() - interval '10 minutes' AND d.created_at <= current_instant()),
    'ticket', (
      SELECT jsonb_build_object('ticket_id', k.ticket_id, 'purpose', k.purpose, 'subject', k.subject,
        'open', k.redeemed_at IS NULL AND k.salt IS NOT NULL AND k.expires_at > current_instant()
          AND NOT epoch_refuses(k.tenant_id, k.user_id, u.groups, ARRAY[]::text[], k.epoch),
        'sessions', ARRAY(SELECT s.session_id FROM sessions s WHERE s.user_id = k.user_id AND s.revoked_at IS NULL
          AND s.expires_at > current_instant() AND s.absolute_until > current_instant()
          AND (s.proofs @> jsonb_build_array(jsonb_build_object('factorId', k.subject->'factorId'))
            OR s.session_id = (SELECT coalesce(a.session_id, a.request->>'sessionId') FROM authentications a
              WHERE a.authentication_id = k.subject->>'authenticationId' AND a.user_id = k.user_id AND a.status = 'approved'))))
      FROM tickets k WHERE k.ticket_id = $6 AND k.user_id = u.user_id),
    'authentication', (
      SELECT jsonb_build_object(
        'authentication_id', a.authentication_id, 'purpose', a.purpose, 'status', a.status, 'reason', a.reason,
        'flow_id', a.flow_id, 'position', a.position, 'proofs', a.proofs, 'challenge', a.challenge,
        'request', a.request, 'context', encode(a.context, 'base64'), 'session_id', a.session_id, 'epoch', a.epoch,
        'expires_at', floor(extract(epoch FROM a.expires_at) * 1000),
        'ended_at', floor(extract(epoch FROM a.ended_at) * 1000),
        'refused', epoch_refuses(a.tenant_id, a.user_id, u.groups,
          ARRAY['authentication', CASE a.status WHEN 'approved' THEN 'assertion' END] || ARRAY(SELECT p->>'kind' FROM jsonb_array_elements(a.proofs) p)
            || ARRAY(SELECT c.kind FROM challenges c WHERE c.authentication_id = a.authentication_id AND c.status = 'open'), a.epoch)
          OR a.disowned_at IS NOT NULL OR session_is_revoked(coalesce(a.session_id, a.request->>'sessionId')))
      FROM authentications a WHERE a.authentication_id = coalesce($4,
          (SELECT k.subject->>'authenticationId' FROM tickets k WHERE k.ticket_id = $6 AND k.user_id = u.user_id))
        AND a.user_id = u.user_id),
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
          OR session_is_revoked(c.result->'grant'->>'sessionId')
          OR EXISTS (SELECT FROM authentications a WHERE a.user_id = c.user_id AND a.disowned_at IS NOT NULL
            AND a.authentication_id IN (c.result->>'id', c.result->'proof'->>'authenticationId')),
        'deliveries', ARRAY(SELECT d.delivery_id FROM deliveries d WHERE d.command_id = $3 AND d.user_id = u.user_id
          AND d.parent_id IS NULL AND d.status = 'queued'))
      FROM commands c WHERE c.tenant_id = t.tenant_id AND c.command_id = $3)
  ) AS situation
  FROM users u JOIN tenants t USING (tenant_id)
  WHERE u.tenant_id = $1 AND u.user_id = $2 AND NOT u.erased`;

/** @returns undefined when the tenant has no such user. */
export async function readSituation(
  pool: Pool,
  of: {
    tenantId: string;
    userId: string;
    commandId: string;
    authenticationId?: string;
    sessionId?: string;
    ticketId?: string;
  },
): Promise<Situation | undefined> {
  const { rows } = await pool.query<{ situation: Situation }>({
    name: 'read-situation',
    text: READ_SITUATION,
    values: [
      of.tenantId,
      of.userId,
      of.commandId,
      of.authenticationId ?? null,
      of.sessionId ?? null,
      of.ticketId ?? null,
    ],
  });
  return rows[0]?.situation;
}
