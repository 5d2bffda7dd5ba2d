import { Pool } from 'pg';
import { createAuthenticationWatch } from '../../src/api/authentication-watch';
import { createTestDatabase, type TestDatabase } from '../test-database';

describe('waiting for authentications', () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.databaseUrl });
    await pool.query(`INSERT INTO tenants (tenant_id, name) VALUES ('t', 't')`);
    await pool.query(`INSERT INTO users (user_id, tenant_id, external_id) VALUES ('u', 't', 'u')`);
    await pool.query(`INSERT INTO flows (flow_id, name, version, definition) VALUES ('f', 'f', 1, '{}')`);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  async function pending(id: string): Promise<string> {
    await pool.query(
      `INSERT INTO authentications (authentication_id, tenant_id, user_id, purpose, status, flow_id, position, proofs,
         request, epoch, created_at, expires_at)
       VALUES ($1, 't', 'u', 'login', 'pending', 'f', '', '[]', '{}', 0, now(), now() + interval '10 minutes')`,
      [id],
    );
    return id;
  }

  const end = (id: string) =>
    pool.query(`UPDATE authentications SET status = 'approved' WHERE authentication_id = $1`, [id]);

  it('ends for each when it has ended, and asks once for all', async () => {
    const watch = createAuthenticationWatch(pool, { everyMs: 20, maxWaiters: 100 });
    const [one, two] = [await pending('one'), await pending('two')];
    const queries = jest.spyOn(pool, 'query');
    const ended: string[] = [];
    const waits = [one, one, two].map((id) =>
      watch.untilEnded(id, 20, new AbortController().signal).then(() => ended.push(id)),
    );
    while (queries.mock.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(queries.mock.calls[0]![0]).toMatchObject({ values: [['one', 'two']] });
    queries.mockRestore();
    await end(one);
    await Promise.all(waits.slice(0, 2));
    expect(ended).toEqual(['one', 'one']);
    await end(two);
    await waits[2];
  });

  it('ends when the time is over, and at once when the caller is gone', async () => {
    const watch = createAuthenticationWatch(pool, { everyMs: 20, maxWaiters: 100 });
    const id = await pending('three');
    await watch.untilEnded(id, 0.05, new AbortController().signal);
    const gone = new AbortController();
    const wait = watch.untilEnded(id, 3_600, gone.signal);
    gone.abort();
    await expect(wait).resolves.toBeUndefined();
  });

  it('ends as soon as a code is on its way no more, for those who wait for that', async () => {
    const watch = createAuthenticationWatch(pool, { everyMs: 20, maxWaiters: 100 });
    const id = await pending('sent');
    await pool.query(
      `INSERT INTO factors (factor_id, tenant_id, user_id, kind, status, material, authorised, created_at)
       VALUES ('f', 't', 'u', 'sms', 'active', '', true, now());
       INSERT INTO challenges (challenge_id, tenant_id, user_id, factor_id, authentication_id, kind, status, salt, issue,
         issued_at, resend_at, expires_at)
       VALUES ('c', 't', 'u', 'f', 'sent', 'sms', 'open', 's', 1, now(), now(), now() + interval '10 minutes');
       INSERT INTO deliveries (delivery_id, tenant_id, user_id, purpose, template, challenge_id, issue, channel,
         created_at, due_at, deadline)
       VALUES ('d', 't', 'u', 'challenge', 'code', 'c', 1, 'sms', now(), now(), now() + interval '10 minutes');
       UPDATE authentications SET challenge = '{"factorId": "f", "kind": "sms"}' WHERE authentication_id = 'sent'`,
    );
    const ended: string[] = [];
    const note = (who: string) => () => ended.push(who);
    const { signal } = new AbortController();
    const forCode = watch.untilEnded(id, 20, signal, { orSent: true }).then(note('code'));
    const forEnd = watch.untilEnded(id, 20, signal).then(note('end'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(ended).toEqual([]);
    await pool.query(`UPDATE deliveries SET status = 'accepted'`);
    await forCode;
    expect(ended).toEqual(['code']);
    await end(id);
    await forEnd;
  });

  it('ends for all who wait when the process is about to end, and nobody waits from then on', async () => {
    let draining = false;
    const watch = createAuthenticationWatch(pool, { everyMs: 20, maxWaiters: 100, draining: () => draining });
    const id = await pending('at the end');
    const wait = watch.untilEnded(id, 3_600, new AbortController().signal);
    draining = true;
    await wait;
    await watch.untilEnded(id, 3_600, new AbortController().signal);
  });

  it('ends for what is not there', async () => {
    const watch = createAuthenticationWatch(pool, { everyMs: 20, maxWaiters: 100 });
    await expect(watch.untilEnded('none', 3_600, new AbortController().signal)).resolves.toBeUndefined();
  });

  it('is refused when too many wait', async () => {
    const watch = createAuthenticationWatch(pool, { everyMs: 20, maxWaiters: 1 });
    const id = await pending('four');
    const first = watch.untilEnded(id, 3_600, new AbortController().signal);
    await expect(watch.untilEnded(id, 3_600, new AbortController().signal)).rejects.toMatchObject({
      code: 'overloaded',
    });
    await end(id);
    await first;
  });

  it('fails for all when the database is away', async () => {
    const away = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    const watch = createAuthenticationWatch(away, { everyMs: 20, maxWaiters: 10 });
    await expect(watch.untilEnded('x', 3_600, new AbortController().signal)).rejects.toMatchObject({
      code: 'unavailable',
    });
    await away.end();
  });
});
