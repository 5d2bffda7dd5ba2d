import { userExportView } from '../../../src/api/schemas/user-export';
import { startSystem, type RunningSystem } from '../../running-system';
import { ApiUser } from '../api-user';

describe('the export of a user', () => {
  let system: RunningSystem;
  let user: ApiUser;

  beforeAll(async () => {
    system = await startSystem();
    user = await ApiUser.enrolled(system, ['finance']);
    await system.call('POST', user.path('/contacts'), {
      body: { kind: 'email', address: 'Alice@Example.com' },
    });
    await user.login({ context: { ip: '203.0.113.7', userAgent: 'Agent/1' } });
    await user.wrongCode();
    await user.authenticate();
    await system.call('POST', user.path('/lock'), { body: { reason: 'phone reported stolen' } });
    await system.call('POST', '/v1/epochs', {
      body: { scope: 'user', subject: user.id, reason: 'laptop stolen' },
    });
  });
  afterAll(() => system.stop());

  const ask = (key: string, of = user.path()) => system.call('GET', `${of}/export`, { key });

  it('is everything about them, as it is described, and says what is left out', async () => {
    const { status, body, headers } = await ask(system.keys.audit);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(userExportView.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({
      complete: true,
      user: { id: user.id, groups: ['finance'], lockedByOperator: true, lockReason: 'phone reported stolen' },
      contacts: [{ kind: 'email', address: expect.stringMatching(/^alice@example\.com$/i) }],
      factors: [{ id: user.factorId, kind: 'totp', name: 'Phone', status: 'active' }],
      sessions: [{ context: { ip: '203.0.113.7', userAgent: 'Agent/1' } }],
      epochs: [{ reason: 'laptop stolen' }],
    });
    expect(body.notIncluded.length).toBeGreaterThan(0);
    const approved = body.authentications.find((one: { context?: object }) => one.context !== undefined);
    expect(approved).toMatchObject({ status: 'approved', context: { ip: '203.0.113.7' } });
    const entries = body.timeline as { action: string; outcome: string; personal?: object }[];
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['user.create', 'factor.enrol', 'authentication', 'user.lock', 'epoch.raise']),
    );
    expect(entries.find(({ personal }) => personal !== undefined)).toMatchObject({
      action: 'authentication',
      personal: { ip: '203.0.113.7' },
    });
    expect(body.events.length).toBeGreaterThan(3);
  });

  it('holds no secret of a factor', async () => {
    const { body } = await ask(system.keys.all);
    const { rows } = await system.pool.query<{ material: string }>(
      `SELECT encode(material, 'base64') AS material FROM factors WHERE factor_id = $1`,
      [user.factorId],
    );
    for (const secret of [user.secret, rows[0]!.material]) expect(JSON.stringify(body)).not.toContain(secret);
  });

  it('holds addresses and agents for a key with the scope audit alone, and says so', async () => {
    const { status, body } = await ask(system.keys.manageUsers);
    expect([status, body.complete]).toEqual([200, false]);
    expect(body.contacts).toHaveLength(1);
    expect(JSON.stringify(body)).not.toContain('203.0.113.7');
    expect(JSON.stringify(body)).not.toContain('Agent/1');
  });

  it('is an entry of the timeline, by whose key it was made', async () => {
    await ask(system.keys.manageUsers);
    const { body } = await system.call('GET', user.path('/timeline'));
    expect(body.entries[0]).toMatchObject({ action: 'user.export', detail: { complete: false } });
    expect(body.entries[0].actor).toMatch(/^key_/);
  });

  it('is of nobody else: another tenant finds nobody', async () => {
    const { status } = await ask(system.keys.otherTenant);
    expect(status).toBe(404);
    const neighbour = await ApiUser.enrolled(system);
    const { body } = await ask(system.keys.audit, neighbour.path());
    expect(JSON.stringify(body)).not.toContain(user.id);
    expect(JSON.stringify(body)).not.toContain('203.0.113.7');
  });

  it('is whole and in order however long the trail is', async () => {
    const long = await ApiUser.create(system);
    await system.pool.query(
      `INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch)
       SELECT tenant_id, user_id, current_instant(), 'test', 'test', 'done', jsonb_build_object('number', number), 0
       FROM users, generate_series(1, 3456) AS number WHERE external_id = $1`,
      [long.id],
    );
    await system.pool.query(
      `INSERT INTO sessions (session_id, tenant_id, user_id, authentication_id, acr, amr, kinds, proofs, auth_time, epoch, kid,
         issued_at, expires_at, absolute_until)
       SELECT 'ses_' || number, tenant_id, user_id, 'aut', 'aal1', '{}', '{}', '[]', now(), 0, 'k',
         now() + (number % 3) * interval '1 microsecond', now(), now()
       FROM users, generate_series(1, 1234) AS number WHERE external_id = $1`,
      [long.id],
    );
    const { body } = await ask(system.keys.audit, long.path());
    const numbers = body.timeline
      .filter(({ action }: { action: string }) => action === 'test')
      .map(({ detail }: { detail: { number: number } }) => detail.number);
    expect(numbers).toEqual(Array.from({ length: 3456 }, (_, index) => index + 1));
    expect(new Set(body.sessions.map(({ id }: { id: string }) => id)).size).toBe(1234);
    expect(body.sessions).toHaveLength(1234);
  });

  it('is not sent to HEAD, and is cut off where it cannot be gone on with', async () => {
    const head = await system.call('HEAD', `${user.path()}/export`);
    expect([head.status, head.body]).toEqual([200, '']);
    await system.pool.query(
      `UPDATE audit SET personal = '\\x00' WHERE personal IS NOT NULL
       AND user_id = (SELECT user_id FROM users WHERE external_id = $1)`,
      [user.id],
    );
    await expect(ask(system.keys.audit)).rejects.toThrow();
    expect((await ask(system.keys.manageUsers)).status).toBe(200);
  });
});
