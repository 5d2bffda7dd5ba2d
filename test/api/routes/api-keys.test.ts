import { startSystem, type RunningSystem } from '../../running-system';

describe('API keys', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  const create = (body: object, headers: Record<string, string> = {}, key = system.keys.all) =>
    system.call('POST', '/v1/api-keys', { body, headers, key });

  it('works from its first use to its revocation', async () => {
    const made = await create({ name: 'shop', scopes: ['manage-users'] });
    expect(made.status).toBe(201);
    const key: string = made.body.key;
    expect((await system.call('PUT', '/v1/users/by-new-key', { key })).status).toBe(201);
    expect(
      (await system.call('POST', '/v1/epochs', { key, body: { scope: 'tenant', reason: 'r' } })).status,
    ).toBe(403);
    const revoked = await system.call('DELETE', `/v1/api-keys/${String(made.body.id)}`);
    expect(revoked.status).toBe(204);
    expect((await system.call('GET', '/v1/users/by-new-key', { key })).status).toBe(401);
    expect((await system.call('DELETE', `/v1/api-keys/${String(made.body.id)}`)).status).toBe(204);
  });

  it('is shown to a retry of the request that made it and listed without, and is nowhere in the database', async () => {
    const headers = { 'Idempotency-Key': 'key-once' };
    const body = { name: 'shown', scopes: ['audit'] };
    const made = await create(body, headers);
    expect((await create(body, headers)).body).toEqual(made.body);
    const listed = await system.call('GET', '/v1/api-keys');
    const shown = listed.body.apiKeys.find((one: { id: string }) => one.id === made.body.id);
    expect(shown).toMatchObject({ name: 'shown', scopes: ['audit'] });
    expect(JSON.stringify(listed.body)).not.toContain(made.body.key);
    const { rows } = await system.pool.query(
      'SELECT result::text FROM commands UNION ALL SELECT detail::text FROM audit',
    );
    expect(JSON.stringify(rows)).not.toContain(made.body.key);
  });

  it('ends when it was said to', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    const made = await create({ name: 'short', scopes: ['audit'], expiresAt: soon });
    expect((await system.call('GET', '/v1/epochs', { key: made.body.key })).status).toBe(200);
    await system.moveClock(120_000);
    expect((await system.call('GET', '/v1/epochs', { key: made.body.key })).status).toBe(401);
    await system.moveClock(0);
  });

  it.each(['0000-01-01T00:00:00Z', '2020-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z'])(
    'is not made with an end at %s',
    async (expiresAt) => {
      const refused = await create({ name: 'never', scopes: ['audit'], expiresAt });
      expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/expiresAt']);
    },
  );

  it('gives away no scope that its maker has not', async () => {
    const refused = await create({ name: 'more', scopes: ['operate'] }, {}, system.keys.admin);
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    expect((await create({ name: 'same', scopes: ['admin'] }, {}, system.keys.admin)).status).toBe(201);
  });

  it("is not another tenant's to see or revoke", async () => {
    const made = await create({ name: 'mine', scopes: ['audit'] });
    const foreign = await system.call('DELETE', `/v1/api-keys/${String(made.body.id)}`, {
      key: system.keys.otherTenant,
    });
    expect(foreign.status).toBe(404);
    expect((await system.call('GET', '/v1/epochs', { key: made.body.key })).status).toBe(200);
  });
});
