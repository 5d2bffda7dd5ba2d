import { startSystem, type RunningSystem } from '../../running-system';

describe('tenants', () => {
  let system: RunningSystem;
  let key: string;

  beforeAll(async () => {
    system = await startSystem();
    key = system.keys.manageTenants;
  });
  afterAll(() => system.stop());

  const create = (name: string, headers: Record<string, string> = {}) =>
    system.call('POST', '/v1/tenants', { body: { name }, headers, key });
  const change = (id: string, body: object) => system.call('PATCH', `/v1/tenants/${id}`, { body, key });

  it('come with a first key that may do everything within them and nothing outside', async () => {
    const made = await create('shop');
    expect(made.status).toBe(201);
    const first: string = made.body.apiKey.key;
    expect((await system.call('PUT', '/v1/users/alice', { key: first })).status).toBe(201);
    expect(made.body.apiKey.scopes).not.toContain('manage-tenants');
    const paths = ['/v1/tenants', `/v1/tenants/${system.tenantId}`, `/v1/tenants/${made.body.id as string}`];
    for (const path of paths) {
      const refused = await system.call('GET', path, { key: first });
      expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    }
    const own = await system.call('PATCH', `/v1/tenants/${made.body.id as string}`, {
      key: first,
      body: { disabled: true },
    });
    expect(own.status).toBe(403);
  });

  it('show their first key to a retry within ten minutes, and hold it nowhere', async () => {
    const headers = { 'Idempotency-Key': 'one-tenant' };
    const made = await create('retried', headers);
    expect((await create('retried', headers)).body).toEqual(made.body);
    await system.moveClock(601_000);
    const late = await create('retried', headers);
    expect([late.status, late.body.id, late.body.apiKey.key]).toEqual([201, made.body.id, undefined]);
    await system.moveClock(0);
    const { rows } = await system.pool.query(
      'SELECT result::text FROM commands UNION ALL SELECT detail::text FROM audit UNION ALL SELECT data::text FROM outbox',
    );
    expect(JSON.stringify(rows)).not.toContain(made.body.apiKey.key);
  });

  it('are made once by fifty requests at once for one name', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => create('contended')));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 201))
      expect([status, body.code]).toEqual([409, 'conflict']);
  });

  it('are not listed from behind something that is no name', async () => {
    for (const cursor of ['AA', Buffer.from('a b').toString('base64url'), '%00'])
      expect((await system.call('GET', `/v1/tenants?cursor=${cursor}`, { key })).status).toBe(400);
  });

  it.each(['', 'A', '-a', 'a-', 'a_b', 'a b', 'ä', 'a'.repeat(64), '../x'])(
    'are not made with the name %j',
    async (name) => {
      expect((await create(name)).status).toBe(400);
    },
  );

  it('are listed page by page, by name', async () => {
    for (const name of ['page-c', 'page-a', 'page-b']) await create(name);
    const names: string[] = [];
    let path = '/v1/tenants?limit=2';
    for (;;) {
      const { status, body } = await system.call('GET', path, { key });
      expect([status, body.tenants.length <= 2]).toEqual([200, true]);
      names.push(...body.tenants.map(({ name }: { name: string }) => name));
      if (body.next === null) break;
      path = `/v1/tenants?limit=2&cursor=${body.next as string}`;
    }
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toEqual(expect.arrayContaining(['acme', 'other', 'page-a', 'page-b', 'page-c']));
  });

  it('refuse every key of theirs from the next request on while they are disabled, and nothing is lost', async () => {
    const { body } = await create('paused');
    const first: string = body.apiKey.key;
    await system.call('PUT', '/v1/users/bob', { key: first });
    expect((await change(body.id, { disabled: true })).body.disabledAt).toEqual(expect.any(String));
    expect((await system.call('GET', '/v1/users/bob', { key: first })).status).toBe(401);
    expect((await change(body.id, { disabled: false })).body.disabledAt).toBeUndefined();
    expect((await system.call('GET', '/v1/users/bob', { key: first })).status).toBe(200);
  });

  it('cannot be disabled by a key of their own, which could never take it back', async () => {
    const refused = await change(system.tenantId, { disabled: true });
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
    expect((await system.call('GET', '/v1/tenants', { key })).status).toBe(200);
  });

  it('are renamed unless another has the name; what stays as it is leaves no trace', async () => {
    const { body } = await create('old-name');
    expect((await change(body.id, { name: 'acme' })).body.code).toBe('conflict');
    expect((await change(body.id, { name: 'new-name' })).body.name).toBe('new-name');
    expect((await change(body.id, { name: 'new-name', disabled: false })).status).toBe(200);
    expect((await change('ten_nobody', { name: 'x' })).status).toBe(404);
    const { rows } = await system.pool.query(
      `SELECT detail FROM audit WHERE action = 'tenant.change' AND detail->>'tenantId' = $1`,
      [body.id],
    );
    expect(rows).toEqual([{ detail: { tenantId: body.id, name: 'new-name', formerName: 'old-name' } }]);
  });

  it('say no more of themselves than name, id and since when', async () => {
    const { body } = await system.call('GET', `/v1/tenants/${system.tenantId}`, { key });
    expect(body).toEqual({ id: system.tenantId, name: 'acme', createdAt: expect.any(String) });
  });

  it('leave who made and changed them in the audit trail', async () => {
    const { body } = await create('traced');
    const { rows } = await system.pool.query(
      `SELECT a.actor, k.name FROM audit a JOIN api_keys k ON k.key_id = a.actor
       WHERE a.action = 'tenant.create' AND a.detail->>'tenantId' = $1`,
      [body.id],
    );
    expect(rows).toEqual([{ actor: expect.any(String), name: 'manageTenants' }]);
  });
});

describe('the scope manage-tenants', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  it('is granted by no request, not even of a key that has it', async () => {
    for (const key of [system.keys.admin, system.keys.all]) {
      const { status } = await system.call('POST', '/v1/api-keys', {
        key,
        body: { name: 'more', scopes: ['manage-tenants'] },
      });
      expect(status).toBe(400);
    }
  });

  it('is not come by by rotating a key that has it', async () => {
    const { body } = await system.call('GET', '/v1/api-keys');
    const target = body.apiKeys.find(({ name }: { name: string }) => name === 'manageTenants').id as string;
    const refused = await system.call('POST', `/v1/api-keys/${target}/rotations`, {
      key: system.keys.admin,
      body: {},
    });
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    expect((await system.call('GET', '/v1/tenants', { key: system.keys.manageTenants })).status).toBe(200);
  });

  it('reaches no user, key or epoch of any tenant', async () => {
    const key = system.keys.manageTenants;
    await system.call('PUT', '/v1/users/carol');
    for (const path of [
      '/v1/users',
      '/v1/users/carol',
      '/v1/users/carol/timeline',
      '/v1/api-keys',
      '/v1/epochs',
    ])
      expect([path, (await system.call('GET', path, { key })).status]).toEqual([path, 403]);
  });
});
