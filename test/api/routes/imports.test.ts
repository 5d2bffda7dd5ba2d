import { generateSync } from 'otplib';
import { startSystem, type RunningSystem } from '../../running-system';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('imports', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  const totp = (secret = SECRET) => ({ kind: 'totp', secret, digits: 6, algorithm: 'SHA1', period: 30 });
  const send = (users: object[], headers: Record<string, string> = {}) =>
    system.call('POST', '/v1/imports', { body: { users }, headers, key: system.keys.manageUsers });

  it('lets an imported user in with the authenticator that the user has', async () => {
    const imported = await send([{ id: 'moved', groups: ['old'], factors: [totp()] }]);
    expect(imported.body).toEqual({ users: [{ id: 'moved', result: 'created' }] });
    const code = generateSync({ secret: SECRET, epoch: Date.now() / 1000 });
    const login = await system.call('POST', '/v1/users/moved/authentications', {
      body: { response: { kind: 'totp', code } },
    });
    expect(login.body.status).toBe('approved');
  });

  it('does nothing for a line that was imported before, however the secret is written', async () => {
    await send([{ id: 'twice', factors: [totp()] }]);
    const again = await send([
      {
        id: 'twice',
        factors: [
          totp(
            SECRET.toLowerCase()
              .replace(/(.{4})/g, '$1 ')
              .trim(),
          ),
        ],
      },
    ]);
    expect(again.body.users).toEqual([{ id: 'twice', result: 'exists' }]);
    const same = await send([
      { id: 'twice-in-one', factors: [totp()] },
      { id: 'twice-in-one', factors: [totp()] },
    ]);
    expect(same.body.users.map((one: { result: string }) => one.result).sort()).toEqual([
      'created',
      'exists',
    ]);
    for (const id of ['twice', 'twice-in-one']) {
      expect((await system.call('GET', `/v1/users/${id}/factors`)).body.factors).toHaveLength(1);
    }
  });

  it('adds to a user who is there and raises the version, so that no decision misses it', async () => {
    await system.call('PUT', '/v1/users/there');
    const version = async () =>
      (await system.pool.query(`SELECT version FROM users WHERE external_id = 'there'`)).rows[0]
        .version as string;
    const before = await version();
    expect((await send([{ id: 'there', factors: [totp()] }])).body.users[0].result).toBe('updated');
    expect(Number(await version())).toBeGreaterThan(Number(before));
    const events = await system.pool.query(
      `SELECT o.type FROM outbox o JOIN users USING (user_id) WHERE users.external_id = 'there' ORDER BY event_id`,
    );
    expect(events.rows.map(({ type }) => type)).toEqual(['user.created', 'user.changed', 'factor.enrolled']);
  });

  it('refuses a line that cannot be, and imports the others', async () => {
    const { status, body } = await send([
      { id: 'short-secret', factors: [totp('GEZDGNBV')] },
      { id: 'codes', factors: [{ kind: 'recovery-code', secret: SECRET }] },
      { id: 'fine', factors: [totp()] },
      {
        id: 'many',
        factors: Array.from({ length: 6 }, (_, index) => totp(SECRET.slice(0, 31) + 'ABCDEF'.charAt(index))),
      },
    ]);
    expect(status).toBe(200);
    expect(body.users.map((one: { result: string }) => one.result)).toEqual([
      'refused',
      'refused',
      'created',
      'refused',
    ]);
    expect(JSON.stringify(body)).not.toContain('GEZDGNBV');
    expect((await system.call('GET', '/v1/users/short-secret')).status).toBe(404);
    expect((await system.call('GET', '/v1/users/many')).status).toBe(404);
  });

  it('is no door to a second factor of a user who has one', async () => {
    await send([{ id: 'protected', factors: [totp()] }]);
    const again = await send([{ id: 'protected', factors: [totp(), totp(SECRET.replace('G', 'H'))] }]);
    expect(again.body.users).toMatchObject([
      { id: 'protected', result: 'refused', code: 'step_up_required' },
    ]);
    expect((await system.call('GET', '/v1/users/protected/factors')).body.factors).toHaveLength(1);
  });

  it('takes a factor once that a line has twice', async () => {
    expect((await send([{ id: 'doubled', factors: [totp(), totp()] }])).body.users[0].result).toBe('created');
    expect((await system.call('GET', '/v1/users/doubled/factors')).body.factors).toHaveLength(1);
  });

  it('gives a retry under the same key the same result', async () => {
    const headers = { 'Idempotency-Key': 'import-once' };
    const users = [{ id: 'retried', factors: [totp()] }];
    expect((await send(users, headers)).body.users[0].result).toBe('created');
    expect((await send(users, headers)).body.users[0].result).toBe('created');
  });

  it('takes a thousand users in one call and no more', async () => {
    const users = Array.from({ length: 1001 }, (_, index) => ({
      id: `bulk-${String(index)}`,
      factors: [totp()],
    }));
    expect((await send(users)).status).toBe(400);
    const { status, body } = await send(users.slice(0, 1000));
    expect(status).toBe(200);
    expect(body.users.every((one: { result: string }) => one.result === 'created')).toBe(true);
  });
});
