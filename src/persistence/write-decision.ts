import type { Pool } from 'pg';
import type { Changes } from './decision-changes';

/**
 * One statement, one transaction: the compare-and-set on the user's version, the tenant's epoch, every factor's
 * counter and the authentication's state decides; all the rest hangs on its row and happens with it or not at
 * all. Every writer of a user's factors and authentications raises `users.version`, so that the row lock taken
 * here orders them.
 */
const WRITE_DECISION = `
  WITH decided AS (
    UPDATE users u SET
      version = u.version + 1,
      failures = coalesce(($4::jsonb->'user'->>'failures')::integer, u.failures),
      wait_until = CASE WHEN $4::jsonb ? 'user' THEN ($4::jsonb->'user'->>'wait_until')::timestamptz ELSE u.wait_until END,
      locked_until = CASE WHEN $4::jsonb ? 'user' THEN ($4::jsonb->'user'->>'locked_until')::timestamptz ELSE u.locked_until END,
      operator_only = coalesce(($4::jsonb->'user'->>'operator_only')::boolean, u.operator_only),
      lock_reason = CASE WHEN $4::jsonb ? 'user' THEN $4::jsonb->'user'->>'lock_reason' ELSE u.lock_reason END,
      default_factor = CASE WHEN $4::jsonb->'removeFactors' ? u.default_factor THEN $4::jsonb->'activate'->>'factor_id' ELSE u.default_factor END,
      lifecycle = 'running',
      last_command_at = current_instant()
    WHERE u.tenant_id = $1 AND u.user_id = $2 AND u.version = $3 AND NOT u.erased
      AND (SELECT t.epoch FROM tenants t WHERE t.tenant_id = $1) = $5
      AND NOT EXISTS (
        SELECT 1 FROM jsonb_to_recordset($4::jsonb->'burns') AS b (factor_id text, counter bigint, spend text)
        LEFT JOIN factors f ON f.factor_id = b.factor_id AND f.user_id = $2
        WHERE f.factor_id IS NULL OR f.counter >= b.counter
          OR EXISTS (SELECT 1 FROM spent_codes s WHERE s.factor_id = b.factor_id AND s.code_id = b.spend))
      AND NOT EXISTS (
        SELECT 1 FROM authentications a
        WHERE a.authentication_id = $4::jsonb->'authentication'->>'authentication_id'
          AND (a.status <> 'pending' OR ($4::jsonb->'authentication'->>'status' = 'approved' AND a.expires_at <= current_instant())))
      AND ($4::jsonb->>'redeemTicket' IS NULL OR EXISTS (
        SELECT 1 FROM tickets k WHERE k.ticket_id = $4::jsonb->>'redeemTicket' AND k.user_id = $2
          AND k.redeemed_at IS NULL AND k.expires_at > current_instant()))
    RETURNING u.version
  ), burned AS (
    UPDATE factors f SET counter = greatest(f.counter, coalesce(b.counter, f.counter)), last_used_at = current_instant(),
      disclosure = NULL
    FROM jsonb_to_recordset($4::jsonb->'burns') AS b (factor_id text, counter bigint, spend text), decided
    WHERE f.factor_id = b.factor_id
  ), spent AS (
    INSERT INTO spent_codes (factor_id, code_id, spent_at)
    SELECT b.factor_id, b.spend, current_instant()
    FROM jsonb_to_recordset($4::jsonb->'burns') AS b (factor_id text, counter bigint, spend text), decided
    WHERE b.spend IS NOT NULL
    UNION ALL
    SELECT a.factor_id, a.spend, current_instant()
    FROM jsonb_to_record($4::jsonb->'activate') AS a (factor_id text, spend text), decided
    WHERE a.spend IS NOT NULL
  ), removed AS (
    DELETE FROM factors f USING decided
    WHERE f.user_id = $2 AND f.factor_id IN (SELECT jsonb_array_elements_text($4::jsonb->'removeFactors'))
  ), activated AS (
    UPDATE factors f SET status = 'active', counter = ($4::jsonb->'activate'->>'counter')::bigint,
      confirmed_at = current_instant(), pending_until = NULL, disclosure = NULL
    FROM decided
    WHERE f.user_id = $2 AND f.factor_id = $4::jsonb->'activate'->>'factor_id'
  ), renamed AS (
    UPDATE factors f SET name = $4::jsonb->'rename'->>'name' FROM decided
    WHERE f.user_id = $2 AND f.factor_id = $4::jsonb->'rename'->>'factor_id'
  ), enrolled AS (
    INSERT INTO factors (factor_id, tenant_id, user_id, kind, name, status, material, disclosure, replaces,
      authorised, authorised_by, pending_until, epoch, created_at, confirmed_at, expires_at)
    SELECT n.factor_id, $1, $2, n.kind, n.name, n.status, decode(n.material, 'base64'), decode(n.disclosure, 'base64'),
      n.replaces, n.authorised, n.authorised_by, n.pending_until, $5, current_instant(),
      CASE WHEN n.status = 'active' THEN current_instant() END, n.expires_at
    FROM jsonb_to_recordset($4::jsonb->'newFactors') AS n (factor_id text, kind text, name text, status text, material text,
      disclosure text, replaces text, authorised boolean, authorised_by text, pending_until timestamptz,
      expires_at timestamptz), decided
  ), authenticated AS (
    INSERT INTO authentications (authentication_id, tenant_id, user_id, purpose, status, reason, flow_id, position,
      proofs, challenge, request, context, outcome, session_id, epoch, created_at, expires_at, ended_at)
    SELECT a.authentication_id, $1, $2, a.purpose, a.status, a.reason, a.flow_id, a.position, a.proofs,
      nullif(a.challenge, 'null'), a.request, decode(a.context, 'base64'), nullif(a.outcome, 'null'), a.session_id, $5,
      current_instant(), a.expires_at, CASE WHEN a.status = 'pending' THEN NULL ELSE current_instant() END
    FROM jsonb_to_record($4::jsonb->'authentication') AS a (authentication_id text, purpose text, status text,
      reason text, flow_id text, position text, proofs jsonb, challenge jsonb, request jsonb, context text,
      outcome jsonb, session_id text, expires_at timestamptz), decided
    WHERE a.authentication_id IS NOT NULL
    ON CONFLICT (authentication_id) DO UPDATE SET status = excluded.status, reason = excluded.reason,
      position = excluded.position, proofs = excluded.proofs, challenge = excluded.challenge,
      outcome = excluded.outcome, session_id = excluded.session_id, ended_at = excluded.ended_at
  ), opened AS (
    INSERT INTO sessions (session_id, tenant_id, user_id, authentication_id, acr, amr, kinds, proofs, auth_time,
      epoch, kid, issued_at, expires_at, absolute_until, context)
    SELECT s.session_id, $1, $2, s.authentication_id, s.acr, s.amr, s.kinds, s.proofs, s.auth_time, $5, s.kid,
      s.issued_at, s.expires_at, s.absolute_until, decode(s.context, 'base64')
    FROM jsonb_to_record($4::jsonb->'newSession') AS s (session_id text, authentication_id text, acr text,
      amr text[], kinds text[], proofs jsonb, auth_time timestamptz, issued_at timestamptz, kid text, expires_at timestamptz,
      absolute_until timestamptz, context text), decided
    WHERE s.session_id IS NOT NULL
  ), raised AS (
    UPDATE sessions s SET acr = greatest(s.acr, r.acr), amr = CASE WHEN r.acr < s.acr THEN s.amr ELSE r.amr END,
      kinds = ARRAY(SELECT unnest(s.kinds || r.kinds) AS kind GROUP BY kind ORDER BY kind),
      proofs = r.proofs || coalesce((SELECT jsonb_agg(p) FROM jsonb_array_elements(s.proofs) p WHERE NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements(r.proofs) n WHERE n->>'factorId' = p->>'factorId')), '[]'),
      auth_time = greatest(s.auth_time, r.auth_time)
    FROM jsonb_to_record($4::jsonb->'raisedSession') AS r (session_id text, acr text, amr text[], kinds text[],
      proofs jsonb, auth_time timestamptz), decided
    WHERE s.session_id = r.session_id AND s.user_id = $2 AND s.revoked_at IS NULL
  ), revoked AS (
    UPDATE sessions s SET revoked_at = current_instant(), revoked_reason = r.reason
    FROM jsonb_to_record($4::jsonb->'revokeSessions') AS r (session_ids text[], reason text), decided
    WHERE s.user_id = $2 AND s.revoked_at IS NULL AND r.reason IS NOT NULL
      AND (r.session_ids IS NULL OR s.session_id = ANY (r.session_ids))
  ), challenges_ended AS (
    UPDATE challenges c SET salt = NULL, ended_at = current_instant(),
      status = CASE WHEN c.challenge_id = $4::jsonb->>'usedChallenge' THEN 'used' ELSE 'closed' END
    FROM decided
    WHERE c.user_id = $2 AND c.status = 'open'
      AND (c.challenge_id = $4::jsonb->>'usedChallenge'
        OR (c.authentication_id = $4::jsonb->'newChallenge'->>'authentication_id'
          AND c.factor_id = $4::jsonb->'newChallenge'->>'factor_id')
        OR ($4::jsonb->'authentication'->>'status' <> 'pending'
          AND c.authentication_id = $4::jsonb->'authentication'->>'authentication_id'))
    RETURNING c.challenge_id, c.status, c.issue
  ), deliveries_settled AS (
    UPDATE deliveries d SET
      converted_at = CASE WHEN e.status = 'used' AND d.issue = e.issue THEN current_instant() ELSE d.converted_at END,
      reason = CASE WHEN d.status = 'queued' THEN 'challenge_' || e.status ELSE d.reason END,
      ended_at = CASE WHEN d.status = 'queued' THEN current_instant() ELSE d.ended_at END,
      status = CASE WHEN d.status = 'queued' THEN 'cancelled' ELSE d.status END
    FROM challenges_ended e
    WHERE d.challenge_id = e.challenge_id AND (d.status = 'queued' OR e.status = 'used')
    RETURNING d.delivery_id, d.converted_at
  ), sends_converted AS (
    UPDATE sends s SET converted_at = d.converted_at FROM deliveries_settled d
    WHERE s.delivery_id = d.delivery_id AND d.converted_at IS NOT NULL
      AND s.status IN ('submitting', 'uncertain', 'accepted', 'sent', 'delivered')
  ), challenged AS (
    INSERT INTO challenges (challenge_id, tenant_id, user_id, factor_id, authentication_id, kind, status, salt, issue,
      issued_at, resend_at, expires_at)
    SELECT n.challenge_id, $1, $2, n.factor_id, n.authentication_id, n.kind, 'open', n.salt, n.issue, current_instant(),
      n.resend_at, n.expires_at
    FROM jsonb_to_record($4::jsonb->'newChallenge') AS n (challenge_id text, factor_id text, authentication_id text,
      kind text, salt text, issue bigint, resend_at timestamptz, expires_at timestamptz), decided
    WHERE n.challenge_id IS NOT NULL
  ), reissued AS (
    UPDATE challenges c SET issue = n.issue, issues = c.issues + 1, issued_at = current_instant(), resend_at = n.resend_at,
      expires_at = n.expires_at
    FROM jsonb_to_record($4::jsonb->'reissue') AS n (challenge_id text, issue bigint, resend_at timestamptz,
      expires_at timestamptz), decided
    WHERE c.challenge_id = n.challenge_id AND c.user_id = $2
  ), ticketed AS (
    INSERT INTO tickets (ticket_id, tenant_id, user_id, purpose, subject, salt, epoch, created_at, expires_at)
    SELECT n.ticket_id, $1, $2, n.purpose, n.subject, n.salt, $5, current_instant(), n.expires_at
    FROM jsonb_to_recordset($4::jsonb->'tickets') AS n (ticket_id text, purpose text, subject jsonb, salt text,
      expires_at timestamptz), decided
  ), redeemed AS (
    UPDATE tickets k SET redeemed_at = current_instant(), salt = NULL FROM decided
    WHERE k.ticket_id = $4::jsonb->>'redeemTicket' AND k.user_id = $2
  ), queued AS (
    INSERT INTO deliveries (delivery_id, tenant_id, user_id, command_id, purpose, template, challenge_id, issue, ticket_id,
      channel, address, facts, created_at, due_at, deadline)
    SELECT n.delivery_id, $1, $2, $6, n.purpose, n.template, n.challenge_id, n.issue, n.ticket_id, n.channel,
      decode(n.address, 'base64'), decode(n.facts, 'base64'), current_instant(),
      current_instant() + interval '30 seconds', n.deadline
    FROM jsonb_to_recordset($4::jsonb->'deliveries') AS n (delivery_id text, purpose text, template text,
      challenge_id text, issue bigint, ticket_id text, channel text, address text, facts text,
      deadline timestamptz), decided
  ), verified AS (
    INSERT INTO contacts (contact_id, tenant_id, user_id, factor_id, kind, address, blind_index, verified_at, created_at)
    SELECT n.contact_id, $1, $2, n.factor_id, n.kind, decode(n.address, 'base64'), decode(n.blind_index, 'base64'),
      current_instant(), current_instant()
    FROM jsonb_to_record($4::jsonb->'verifiedContact') AS n (contact_id text, factor_id text, kind text, address text,
      blind_index text), decided
    WHERE n.contact_id IS NOT NULL
      AND ((SELECT count(*) FROM contacts own WHERE own.user_id = $2) < 20
        OR EXISTS (SELECT FROM contacts own WHERE own.user_id = $2 AND own.kind = n.kind
          AND own.blind_index = decode(n.blind_index, 'base64')))
    ON CONFLICT (user_id, kind, blind_index) DO UPDATE
      SET verified_at = coalesce(contacts.verified_at, excluded.verified_at),
        factor_id = CASE WHEN contacts.factor_id IS NOT NULL THEN excluded.factor_id END
  ), frozen AS (
    UPDATE factors f SET frozen_at = current_instant() FROM decided
    WHERE f.user_id = $2 AND f.frozen_at IS NULL
      AND f.factor_id IN (SELECT jsonb_array_elements_text($4::jsonb->'freeze'))
  ), unreachable AS (
    DELETE FROM contacts c USING decided
    WHERE c.user_id = $2 AND c.factor_id IN (SELECT jsonb_array_elements_text($4::jsonb->'freeze'))
  ), disowned AS (
    UPDATE authentications a SET disowned_at = current_instant() FROM decided
    WHERE ($4::jsonb ? 'disown' OR $4::jsonb ? 'freeze')
      AND a.user_id = $2 AND a.status = 'approved' AND a.disowned_at IS NULL
      AND (a.authentication_id = $4::jsonb->>'disown'
        OR EXISTS (SELECT FROM jsonb_array_elements(a.proofs) p WHERE $4::jsonb->'freeze' ? (p->>'factorId')))
  ), audited AS (
    INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, personal, epoch, command_id)
    SELECT $1, $2, current_instant(), $8, e.action, e.outcome, coalesce(e.detail, '{}'), decode(e.personal, 'base64'), $5, $6
    FROM jsonb_to_recordset($4::jsonb->'audit') AS e (action text, outcome text, detail jsonb, personal text), decided
  ), announced AS (
    INSERT INTO outbox (tenant_id, user_id, type, data, at, epoch, command_id)
    SELECT $1, $2, e.type, coalesce(e.data, '{}'), current_instant(), $5, $6
    FROM jsonb_to_recordset($4::jsonb->'events') AS e (type text, data jsonb), decided
  ), remembered AS (
    INSERT INTO commands (tenant_id, command_id, user_id, fingerprint, result, epoch, created_at)
    SELECT $1, $6, $2, $7, $9::jsonb, $5, current_instant() FROM decided
  ), deciding_run AS (
    INSERT INTO lifecycle_runs (user_id, run_id, began_at)
    SELECT $2, $10, current_instant() FROM decided WHERE $10::text IS NOT NULL
    ON CONFLICT DO NOTHING
  )
  SELECT version FROM decided`;

export interface DecisionRow {
  tenantId: string;
  userId: string;
  version: number;
  epoch: number;
  /** The workflow run that asks for the decision: an erasure has to know every one. */
  runId: string | null;
  command: { id: string; fingerprint: string; actor: string };
  changes: Changes;
  result: object;
}

/**
 * @returns the user's new version, or undefined when what was read has changed since: read again and decide again.
 */
export async function writeDecision(pool: Pool, decision: DecisionRow): Promise<number | undefined> {
  const { command } = decision;
  const { rows } = await pool.query<{ version: string }>({
    name: 'write-decision',
    text: WRITE_DECISION,
    values: [
      decision.tenantId,
      decision.userId,
      decision.version,
      JSON.stringify(decision.changes),
      decision.epoch,
      command.id,
      command.fingerprint,
      command.actor,
      JSON.stringify(decision.result),
      decision.runId,
    ],
  });
  return rows[0] === undefined ? undefined : Number(rows[0].version);
}
