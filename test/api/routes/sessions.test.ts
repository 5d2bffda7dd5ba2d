import { startSystem, type RunningSystem } from '../../running-system';
import { ApiUser, forgedFrom } from '../api-user';

describe('sessions', () => {
  let system: RunningSystem;
  let user: ApiUser;

  beforeAll(async () => {
    system = await startSystem();
    user = await ApiUser.enrolled(system, ['staff']);
  });
  afterAll(() => system.stop());

  async function session(): Promise<{ id: string; token: string }> {
    const { body } = await user.login();
    return body.session;
  }

  async function introspect(token: string, key = system.keys.authenticate) {
    const { status, body } = await system.call('POST', '/v1/sessions/introspect', { body: { token }, key });
    expect(status).toBe(200);
    return body;
  }

  const refresh = (token: string, headers: Record<string, string> = {}) =>
    system.call('POST', '/v1/sessions/refresh', { body: { token }, headers, key: system.keys.authenticate });

  it('says of a token that is none, or none of the tenant, that it is inactive and no more', async () => {
    const { token } = await session();
    for (const none of ['x', forgedFrom(token), token.replace('mfs_', 'mfx_')]) {
      expect(await introspect(none)).toEqual({ active: false });
      expect((await refresh(none)).body).toEqual({ active: false });
    }
    expect(await introspect(token, system.keys.otherTenant)).toEqual({ active: false });
  });

  it('rotates the token, and answers the one before with the same new one for ten seconds', async () => {
    const { token, id } = await session();
    const first = await refresh(token);
    const again = await refresh(token);
    expect(first.body).toMatchObject({ active: true, sub: user.id, sessionId: id });
    expect(first.body.token).not.toBe(token);
    expect(again.body).toEqual(first.body);
    expect(await introspect(first.body.token)).toMatchObject({ active: true });
    expect(await introspect(token)).toMatchObject({ active: true });
  });

  it('rotates once for twenty refreshes at the same time', async () => {
    const { token } = await session();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)));
    expect(new Set(answers.map(({ body }) => String(body.token))).size).toBe(1);
  });

  it('revokes the session when an older token comes back, and says so in audit trail and outbox', async () => {
    const { token, id } = await session();
    const next = await refresh(token);
    await ApiUser.wait(system, 11_000);
    expect(await introspect(token)).toEqual({ active: false });
    expect(await introspect(next.body.token)).toMatchObject({ active: true });
    expect((await refresh(token)).body).toEqual({ active: false });
    expect(await introspect(next.body.token)).toEqual({ active: false });
    const listed = await system.call('GET', user.path('/sessions'));
    expect(listed.body.sessions.find((one: { id: string }) => one.id === id)).toMatchObject({
      active: false,
      revokedReason: 'token_reuse',
    });
    const { rows } = await system.pool.query(
      `SELECT type FROM outbox WHERE data->>'sessionId' = $1 AND data->>'reason' = 'token_reuse'`,
      [id],
    );
    expect(rows).toEqual([{ type: 'session.revoked' }]);
  });

  it('gives a retry under the same key the same token after the ten seconds too, and another request none', async () => {
    const { token } = await session();
    const headers = { 'Idempotency-Key': `refresh-${token.slice(4, 12)}` };
    const first = await refresh(token, headers);
    await ApiUser.wait(system, 15_000);
    expect((await refresh(token, headers)).body).toEqual(first.body);
    const mismatch = await refresh(first.body.token, headers);
    expect([mismatch.status, mismatch.body.code]).toEqual([422, 'idempotency_mismatch']);
  });

  it('ends twelve hours after the last refresh', async () => {
    const { token } = await session();
    await ApiUser.wait(system, 11 * 3_600_000);
    const next = await refresh(token);
    await ApiUser.wait(system, 11 * 3_600_000);
    expect(await introspect(next.body.token)).toMatchObject({ active: true });
    await ApiUser.wait(system, 2 * 3_600_000);
    expect(await introspect(next.body.token)).toEqual({ active: false });
    expect((await refresh(next.body.token)).body).toEqual({ active: false });
  });

  it('is revoked by itself, or with every other of the user', async () => {
    const one = await session();
    const two = await session();
    const three = await session();
    const deleted = await system.call('DELETE', `/v1/sessions/${one.id}`, { key: system.keys.authenticate });
    expect(deleted.status).toBe(204);
    expect(await introspect(one.token)).toEqual({ active: false });
    expect(await introspect(two.token)).toMatchObject({ active: true });
    const all = await system.call('DELETE', user.path('/sessions'), {
      key: system.keys.operate,
      headers: { 'MFAFlow-Reason': 'laptop stolen' },
    });
    expect(all.status).toBe(204);
    for (const { token } of [two, three]) expect(await introspect(token)).toEqual({ active: false });
    const listed = await system.call('GET', user.path('/sessions'));
    expect(listed.body.sessions.find(({ id }: { id: string }) => id === two.id).revokedReason).toBe(
      'laptop stolen',
    );
  });

  it.each([
    ['tenant', {}],
    ['group', { subject: 'staff' }],
    ['user', {}],
    ['kind', { subject: 'totp' }],
    ['kind', { subject: 'session' }],
  ])('is refused at once after an epoch of the %s %j, while a later one lives', async (scope, subject) => {
    const before = await session();
    const body = { scope, reason: 'test', ...(scope === 'user' ? { subject: user.id } : subject) };
    const raised = await system.call('POST', '/v1/epochs', { body, key: system.keys.operate });
    expect(raised.status).toBe(201);
    expect(await introspect(before.token)).toEqual({ active: false });
    expect((await refresh(before.token)).body).toEqual({ active: false });
    const after = await session();
    expect(await introspect(after.token)).toMatchObject({ active: true });
  });
});
