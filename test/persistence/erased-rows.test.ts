import { Pool, type PoolClient } from 'pg';
import { deleteUserRows } from '../../src/persistence/erasure-repository';
import { createTestDatabase, type TestDatabase } from '../test-database';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.databaseUrl, max: 4 });
  await pool.query(`INSERT INTO tenants (tenant_id, name) VALUES ('ten_1', 'acme')`);
  await pool.query(
    `INSERT INTO flows (flow_id, tenant_id, name, version, definition) VALUES ('flo_1', NULL, 'login', 1, '{}')`,
  );
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** A user with a row in every table that names one. */
async function userWithEverything(userId: string): Promise<void> {
  const statements = [
    `INSERT INTO users (user_id, tenant_id, external_id, groups) VALUES ($1, 'ten_1', $1 || '-outside', '{staff}')`,
    `INSERT INTO factors (factor_id, tenant_id, user_id, kind, status, material, authorised, created_at)
     VALUES ('fac_' || $1, 'ten_1', $1, 'totp', 'active', '\\x00', true, now())`,
    `INSERT INTO spent_codes (factor_id, code_id, spent_at) VALUES ('fac_' || $1, 'code', now())`,
    `INSERT INTO contacts (contact_id, tenant_id, user_id, kind, address, blind_index, created_at)
     VALUES ('con_' || $1, 'ten_1', $1, 'email', '\\x00', '\\x01', now())`,
    `INSERT INTO authentications (authentication_id, tenant_id, user_id, purpose, status, flow_id, position, proofs, request,
       epoch, created_at, expires_at)
     VALUES ('aut_' || $1, 'ten_1', $1, 'login', 'pending', 'flo_1', 'x', '[]', '{}', 0, now(), now())`,
    `INSERT INTO sessions (session_id, tenant_id, user_id, authentication_id, acr, amr, kinds, proofs, auth_time, epoch, kid,
       issued_at, expires_at, absolute_until)
     VALUES ('ses_' || $1, 'ten_1', $1, 'aut_' || $1, 'aal1', '{}', '{}', '[]', now(), 0, 'k', now(), now(), now())`,
    `INSERT INTO challenges (challenge_id, tenant_id, user_id, factor_id, kind, status, salt, issue, issued_at, resend_at,
       expires_at)
     VALUES ('cha_' || $1, 'ten_1', $1, 'fac_' || $1, 'sms', 'open', 'salt', 1, now(), now(), now())`,
    `INSERT INTO deliveries (delivery_id, tenant_id, user_id, purpose, template, challenge_id, channel, address, facts,
       created_at, due_at, deadline)
     VALUES ('del_' || $1, 'ten_1', $1, 'challenge', 'code', 'cha_' || $1, 'sms', '\\x00', '\\x01', now(), now(), now())`,
    `INSERT INTO sends (send_id, delivery_id, tenant_id, provider, channel, country, idempotency_key, status, submitted_at)
     VALUES ('snd_' || $1, 'del_' || $1, 'ten_1', 'twilio', 'sms', 'GB', 'del_' || $1, 'accepted', now())`,
    `INSERT INTO tickets (ticket_id, tenant_id, user_id, purpose, subject, salt, epoch, created_at, expires_at)
     VALUES ('tic_' || $1, 'ten_1', $1, 'not-me', '{}', 'salt', 0, now(), now())`,
    `INSERT INTO commands (tenant_id, command_id, user_id, fingerprint, result, epoch, created_at)
     VALUES ('ten_1', 'com_' || $1, $1, 'f', '{}', 0, now()), ('ten_1', 'era_' || $1, $1, 'f', '{"erasureId": "era"}', 0, now())`,
    `INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, personal, epoch, command_id)
     SELECT 'ten_1', $1, now(), 'key_1', 'authentication', 'approved', '{"nonce": "planted"}', '\\x02', 0, 'com_' || $1
     FROM generate_series(1, 12000)`,
    `INSERT INTO outbox (tenant_id, user_id, type, data, at, epoch)
     VALUES ('ten_1', $1, 'session.started', '{"sessionId": "ses_1"}', now(), 0),
       ('ten_1', $1, 'user.erased', '{"erasureId": "era_1"}', now(), 0)`,
    `INSERT INTO epochs (tenant_id, scope, subject, value, raised_at, reason) VALUES ('ten_1', 'user', $1, 1, now(), 'planted')`,
    `INSERT INTO lifecycle_runs (user_id, run_id, began_at) VALUES ($1, 'run', now())`,
  ];
  for (const statement of statements) await pool.query(statement, [userId]);
}

async function inTransaction<Result>(act: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await act(client);
    await client.query('COMMIT');
    return result;
  } finally {
    client.release();
  }
}

/** Rows by table that say the user's id anywhere. */
async function rowsOf(userId: string): Promise<Record<string, unknown[]>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  const found: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: unknown }>(
      `SELECT to_jsonb(t) AS row FROM ${name} t WHERE position($1 IN to_jsonb(t)::text) > 0 ORDER BY to_jsonb(t)::text`,
      [userId],
    );
    if (rows.length > 0) found[name] = rows.map(({ row }) => row);
  }
  return found;
}

describe('deleting the rows of a user', () => {
  it('knows every table that names a user: one that is new has to be dealt with', async () => {
    await userWithEverything('usr_tables');
    const { rows } = await pool.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'user_id'`,
    );
    const planted = Object.keys(await rowsOf('usr_tables'));
    const without = rows.map(({ name }) => name).filter((name) => !planted.includes(name));
    // What is kept on purpose: the erasure itself, by the internal id.
    expect(without).toEqual(['erasures']);
  });

  it('counts what it deletes, strips the audit trail of more than one statement takes, and leaves others alone', async () => {
    await userWithEverything('usr_gone');
    await userWithEverything('usr_stays');
    const before = await rowsOf('usr_stays');
    expect(await inTransaction((client) => deleteUserRows(client, 'usr_gone'))).toEqual({
      users: 1,
      factors: 1,
      spent_codes: 1,
      sends: 1,
      deliveries: 1,
      tickets: 1,
      challenges: 1,
      contacts: 1,
      sessions: 1,
      authentications: 1,
      commands: 1,
      outbox: 1,
      epochs: 1,
      lifecycle_runs: 1,
      audit: 12_000,
    });
    const left = await rowsOf('usr_gone');
    expect(Object.keys(left).sort()).toEqual(['audit', 'commands', 'outbox']);
    expect(left['audit']).toHaveLength(12_000);
    expect(left['audit']![0]).toMatchObject({
      actor: 'key_1',
      action: 'authentication',
      outcome: 'approved',
      detail: {},
      personal: null,
      command_id: null,
    });
    expect(await rowsOf('usr_stays')).toEqual(before);
  });

  it('does nothing the second time', async () => {
    await userWithEverything('usr_twice');
    await inTransaction((client) => deleteUserRows(client, 'usr_twice'));
    const before = await rowsOf('usr_twice');
    const counts = await inTransaction((client) => deleteUserRows(client, 'usr_twice'));
    expect(Object.values(counts).every((count) => count === 0)).toBe(true);
    expect(await rowsOf('usr_twice')).toEqual(before);
  });

  it('finds what a refresh wrote that held a session while the rows were deleted', async () => {
    await userWithEverything('usr_races');
    const refresh = await pool.connect();
    await refresh.query('BEGIN');
    await refresh.query(`UPDATE sessions SET generation = 1 WHERE user_id = 'usr_races'`);
    const deleted = inTransaction((client) => deleteUserRows(client, 'usr_races'));
    await refresh.query(
      `INSERT INTO commands (tenant_id, command_id, user_id, fingerprint, result, epoch, created_at)
       VALUES ('ten_1', 'com_refresh', 'usr_races', 'f', '{}', 0, now())`,
    );
    await refresh.query('COMMIT');
    refresh.release();
    expect((await deleted)['commands']).toBe(2);
  });
});
