import { startSystem, type RunningSystem } from '../../running-system';

const HOUR = 3_600_000;

describe('rotating an API key', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.moveClock(0));
  afterAll(() => system.stop());

  const create = async (scopes: string[] = ['audit'], fields: object = {}) =>
    (await system.call('POST', '/v1/api-keys', { body: { name: 'shop', scopes, ...fields } })).body;
  const rotate = (
    id: string,
    body: object = {},
    key = system.keys.all,
    headers: Record<string, string> = {},
  ) => system.call('POST', `/v1/api-keys/${id}/rotations`, { body, key, headers });
  const statusOf = async (key: string) => (await system.call('GET', '/v1/epochs', { key })).status;

  it('lets the old and the new key work until the overlap ends, and the new one alone after it', async () => {
    const old = await create();
    const { status, body } = await rotate(old.id, { overlapSeconds: 7_200 });
    expect(status).toBe(201);
    expect(body.apiKey).toMatchObject({ name: 'shop', scopes: ['audit'], rotatedFrom: old.id });
    expect(body.previous).toMatchObject({ id: old.id, status: 'rotated', rotatedTo: body.apiKey.id });
    expect([await statusOf(old.key), await statusOf(body.apiKey.key)]).toEqual([200, 200]);
    await system.moveClock(2 * HOUR - 60_000);
    expect([await statusOf(old.key), await statusOf(body.apiKey.key)]).toEqual([200, 200]);
    await system.moveClock(2 * HOUR + 60_000);
    expect([await statusOf(old.key), await statusOf(body.apiKey.key)]).toEqual([401, 200]);
  });

  it('leaves a day by default, and none where none is wanted', async () => {
    const one = await create();
    const { body } = await rotate(one.id);
    expect(Math.round((Date.parse(body.previous.expiresAt) - Date.now()) / HOUR)).toBe(24);
    const other = await create();
    const atOnce = await rotate(other.id, { overlapSeconds: 0 });
    expect([await statusOf(other.key), await statusOf(atOnce.body.apiKey.key)]).toEqual([401, 200]);
  });

  it.each([-1, 2_592_001, 1.5, '60', null])('does not take an overlap of %j', async (overlapSeconds) => {
    const old = await create();
    expect((await rotate(old.id, { overlapSeconds })).status).toBe(400);
    expect((await rotate(old.id, { overlapSeconds: 2_592_000 })).status).toBe(201);
  });

  it('makes nothing last longer than it would have', async () => {
    const expiresAt = new Date(Date.now() + HOUR).toISOString();
    const old = await create(['audit'], { expiresAt });
    const { body } = await rotate(old.id, { overlapSeconds: 7_200 });
    expect([body.previous.expiresAt, body.apiKey.expiresAt]).toEqual([expiresAt, expiresAt]);
    await system.moveClock(HOUR + 60_000);
    expect([await statusOf(old.key), await statusOf(body.apiKey.key)]).toEqual([401, 401]);
  });

  it('can be done by the key itself, which shows the new one to its retries while it is good', async () => {
    const old = await create(['admin']);
    const headers = { 'Idempotency-Key': 'self-rotation' };
    const made = await rotate(old.id, {}, old.key, headers);
    expect(made.status).toBe(201);
    expect((await rotate(old.id, {}, old.key, headers)).body).toEqual(made.body);
    const { rows } = await system.pool.query(
      'SELECT result::text FROM commands UNION ALL SELECT detail::text FROM audit',
    );
    expect(JSON.stringify(rows)).not.toContain(made.body.apiKey.key);
  });

  it('is refused for a key that was rotated, has expired or is revoked', async () => {
    const rotated = await create();
    const { body } = await rotate(rotated.id);
    const revoked = await create();
    await system.call('DELETE', `/v1/api-keys/${revoked.id as string}`);
    const expired = await create(['audit'], { expiresAt: new Date(Date.now() + 1_000).toISOString() });
    await system.moveClock(HOUR);
    for (const [key, said] of [
      [rotated, body.apiKey.id],
      [revoked, 'revoked'],
      [expired, 'expired'],
    ]) {
      const refused = await rotate(key.id);
      expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
      expect(refused.body.detail).toContain(said);
    }
  });

  it('is done once by twenty requests at once, each a command of its own', async () => {
    const old = await create();
    const answers = await Promise.all(Array.from({ length: 20 }, () => rotate(old.id)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  });

  it('gives nobody a key that may do more than their own', async () => {
    const target = await create(['operate', 'admin']);
    const refused = await rotate(target.id, { overlapSeconds: 0 }, system.keys.admin);
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    for (const key of [system.keys.operate, system.keys.manageTenants])
      expect((await rotate(target.id, {}, key)).status).toBe(403);
    expect(await statusOf(target.key)).toBe(200);
  });

  it('shows the new key to no lesser key that guesses the Idempotency-Key of the rotation', async () => {
    const target = await create(['operate', 'admin']);
    const headers = { 'Idempotency-Key': '1' };
    const made = await rotate(target.id, {}, system.keys.all, headers);
    expect(made.status).toBe(201);
    const guessed = await rotate(target.id, {}, system.keys.admin, headers);
    expect([guessed.status, guessed.body.code]).toEqual([403, 'forbidden']);
  });

  it("is as unknown of another tenant's key as of none", async () => {
    const mine = await create();
    const foreign = await rotate(mine.id, {}, system.keys.otherTenant);
    const unknown = await rotate('key_nobody', {}, system.keys.otherTenant);
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect({ ...foreign.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
    expect(await statusOf(mine.key)).toBe(200);
  });

  it('leaves the successor good when the old key is revoked before its time', async () => {
    const old = await create();
    const { body } = await rotate(old.id);
    await system.call('DELETE', `/v1/api-keys/${old.id as string}`);
    expect([await statusOf(old.key), await statusOf(body.apiKey.key)]).toEqual([401, 200]);
  });
});

describe('the list of API keys', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  it('comes page by page, newest first, each key once, and no key of another tenant', async () => {
    const made: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      const { body } = await system.call('POST', '/v1/api-keys', { body: { name: 'p', scopes: ['audit'] } });
      made.unshift(body.id);
    }
    const seen: string[] = [];
    let path = '/v1/api-keys?limit=3';
    for (;;) {
      const { body } = await system.call('GET', path);
      seen.push(...body.apiKeys.map(({ id }: { id: string }) => id));
      if (body.next === null) break;
      path = `/v1/api-keys?limit=3&cursor=${body.next as string}`;
    }
    expect(seen.slice(0, 7)).toEqual(made);
    expect(new Set(seen).size).toBe(seen.length);
    const { rows } = await system.pool.query('SELECT key_id FROM api_keys WHERE tenant_id = $1', [
      system.tenantId,
    ]);
    expect(seen.length).toBe(rows.length);
  });

  it("shows nothing to a cursor that is another tenant's", async () => {
    const { body } = await system.call('GET', '/v1/api-keys?limit=1');
    const foreign = await system.call('GET', `/v1/api-keys?cursor=${body.next as string}`, {
      key: system.keys.otherTenant,
    });
    expect([foreign.status, foreign.body]).toEqual([200, { apiKeys: [], next: null }]);
  });

  it('says when a key was last used, by one write in five minutes however often it is used', async () => {
    const { body: made } = await system.call('POST', '/v1/api-keys', {
      body: { name: 'used', scopes: ['audit'] },
    });
    expect(made.lastUsedAt).toBeUndefined();
    const use = () => system.call('GET', '/v1/epochs', { key: made.key });
    const lastUsed = async (): Promise<string | undefined> => {
      const { rows } = await system.pool.query<{ at: Date | null; version: string }>(
        'SELECT last_used_at AS at, xmin::text AS version FROM api_keys WHERE key_id = $1',
        [made.id],
      );
      return rows[0]?.at === null ? undefined : `${String(rows[0]?.at.toISOString())} ${rows[0]!.version}`;
    };
    const noted = async (before: string | undefined): Promise<string> => {
      for (;;) {
        const now = await lastUsed();
        if (now !== before && now !== undefined) return now;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await Promise.all(Array.from({ length: 20 }, use));
    const first = await noted(undefined);
    await Promise.all(Array.from({ length: 20 }, use));
    expect(await lastUsed()).toBe(first);
    await system.moveClock(360_000);
    await use();
    expect(Date.parse((await noted(first)).split(' ')[0]!)).toBeGreaterThan(Date.parse(first.split(' ')[0]!));
    await system.moveClock(0);
    const { body } = await system.call('GET', '/v1/api-keys');
    const shown = body.apiKeys.find(({ id }: { id: string }) => id === made.id);
    expect(shown.lastUsedAt).toEqual(expect.any(String));
  });
});
