import type { Pool } from 'pg';

/**
 * Fills a tenant with people, set by set: each with a factor, an e-mail address, every second a phone number, a session,
 * an authentication and two audit entries; every tenth has an epoch of their own. What is sealed is random bytes of the length that it would have; blind indices
 * are hashes, as good as keyed ones for an index.
 */
export async function fillWithUsers(pool: Pool, tenantId: string, users: number): Promise<void> {
  for (const statement of statements) await pool.query(statement, [tenantId, users]);
  await pool.query('VACUUM (ANALYZE)');
}

/** Sessions and audit entries that fill a page, for each of these users. */
export async function fillPages(pool: Pool, tenantId: string, externalIds: readonly string[]): Promise<void> {
  for (const statement of pageStatements) await pool.query(statement, [tenantId, externalIds]);
  await pool.query('ANALYZE');
}

const number = 'FROM generate_series(1, $2::integer) AS n WHERE $1::text IS NOT NULL';
const userId = `'usr_' || substr(md5(n::text), 1, 16)`;
/** 60 bytes that no two rows share. */
const sealed = `decode(md5('a' || n) || md5('b' || n) || md5('c' || n) || substr(md5('d' || n), 1, 24), 'hex')`;

const statements = [
  `INSERT INTO users (user_id, tenant_id, external_id, groups)
   SELECT ${userId}, $1, 'person-' || lpad(n::text, 8, '0'), ARRAY['g' || n % 10] ${number}`,
  `INSERT INTO factors (factor_id, tenant_id, user_id, kind, status, material, authorised, created_at, confirmed_at)
   SELECT 'fac_' || substr(md5('f' || n), 1, 16), $1, ${userId}, 'totp', 'active', ${sealed}, true, now(), now() ${number}`,
  `INSERT INTO contacts (contact_id, tenant_id, user_id, kind, address, blind_index, verified_at, created_at)
   SELECT 'con_' || substr(md5('e' || n), 1, 16), $1, ${userId}, 'email', ${sealed}, sha256(('e' || n)::bytea), now(), now()
   ${number}`,
  `INSERT INTO contacts (contact_id, tenant_id, user_id, kind, address, blind_index, created_at)
   SELECT 'con_' || substr(md5('p' || n), 1, 16), $1, ${userId}, 'phone', ${sealed}, sha256(('p' || n)::bytea), now()
   ${number} AND n % 2 = 0`,
  `INSERT INTO authentications (authentication_id, tenant_id, user_id, purpose, status, flow_id, position, proofs, request,
     epoch, created_at, expires_at, ended_at)
   SELECT 'aut_' || substr(md5('a' || n), 1, 16), $1, ${userId}, 'login', 'approved', (SELECT min(flow_id) FROM flows), '',
     '[]', '{}', 0, now(), now(), now() ${number}`,
  `INSERT INTO sessions (session_id, tenant_id, user_id, authentication_id, acr, amr, kinds, proofs, auth_time, epoch, kid,
     issued_at, expires_at, absolute_until)
   SELECT 'ses_' || substr(md5('s' || n), 1, 16), $1, ${userId}, 'aut_' || substr(md5('a' || n), 1, 16), 'aal1', '{otp}',
     '{session,totp}', '[]', now(), 0, 'kid', now(), now() + interval '12 hours', now() + interval '30 days' ${number}`,
  `INSERT INTO epochs (tenant_id, scope, subject, value, raised_at, reason)
   SELECT $1, 'user', ${userId}, nextval('epoch_values'), now(), 'bench' ${number} AND n % 10 = 0`,
  `INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, epoch)
   SELECT $1, ${userId}, now(), 'key_bench', action, 'done', 0
   FROM unnest(ARRAY['user.create', 'authentication']) AS action, generate_series(1, $2::integer) AS n`,
];

const pageOf = `
  FROM users u, generate_series(1, 60) AS n WHERE u.tenant_id = $1 AND u.external_id = ANY ($2)`;

const pageStatements = [
  `INSERT INTO sessions (session_id, tenant_id, user_id, authentication_id, acr, amr, kinds, proofs, auth_time, epoch, kid,
     issued_at, expires_at, absolute_until)
   SELECT 'ses_' || substr(md5(u.user_id || n), 1, 16), $1, u.user_id, 'aut_none', 'aal1', '{otp}', '{session,totp}', '[]',
     now(), 0, 'kid', now() + n * interval '1 ms', now() + interval '12 hours', now() + interval '30 days' ${pageOf}`,
  `INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, epoch)
   SELECT $1, u.user_id, now(), 'key_bench', 'authentication', 'approved', 0 ${pageOf}`,
  `INSERT INTO api_keys (key_id, tenant_id, name, hash, scopes)
   SELECT 'key_' || n, $1, 'bench', sha256(n::text::bytea), '{audit}' FROM generate_series(1, 60) AS n
   WHERE $2::text[] IS NOT NULL`,
];
