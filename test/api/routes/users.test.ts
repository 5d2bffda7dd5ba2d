import { startSystem, type RunningSystem } from '../../running-system';
import { ApiUser } from '../api-user';

describe('users', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  it('is made by the first PUT and left as it is by the next', async () => {
    const first = await system.call('PUT', '/v1/users/alice', { body: { groups: ['b', 'a', 'b'] } });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      id: 'alice',
      groups: ['a', 'b'],
      status: 'active',
      failures: 0,
      factors: [],
    });
    const second = await system.call('PUT', '/v1/users/alice');
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
  });

  it('takes groups away and says so in audit trail and outbox', async () => {
    await system.call('PUT', '/v1/users/regrouped', { body: { groups: ['a'] } });
    const changed = await system.call('PUT', '/v1/users/regrouped', { body: { groups: [] } });
    expect(changed.body.groups).toEqual([]);
    const timeline = await system.call('GET', '/v1/users/regrouped/timeline');
    expect(timeline.body.entries.map((entry: { action: string }) => entry.action)).toEqual([
      'user.groups',
      'user.create',
    ]);
    const { rows } = await system.pool.query(
      `SELECT o.type FROM outbox o JOIN users USING (user_id) WHERE users.external_id = 'regrouped' ORDER BY event_id`,
    );
    expect(rows).toEqual([{ type: 'user.created' }, { type: 'user.changed' }]);
  });

  it('answers a retry under the same key as the first time, and refuses another request under it', async () => {
    const headers = { 'Idempotency-Key': 'put-carol' };
    const first = await system.call('PUT', '/v1/users/carol', { headers, body: { groups: ['a'] } });
    const again = await system.call('PUT', '/v1/users/carol', { headers, body: { groups: ['a'] } });
    expect([first.status, again.status]).toEqual([201, 201]);
    const other = await system.call('PUT', '/v1/users/carol', { headers, body: { groups: ['b'] } });
    expect(other.status).toBe(422);
    expect(other.body.code).toBe('idempotency_mismatch');
  });

  it('makes one user of fifty requests at once', async () => {
    const calls = Array.from({ length: 50 }, () => system.call('PUT', '/v1/users/crowd'));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 200)).toHaveLength(49);
  });

  it('lists every user once, page by page', async () => {
    for (const id of ['p1', 'p2', 'p3', 'auth0|x', "O'Neil"])
      await system.call('PUT', `/v1/users/${encodeURIComponent(id)}`);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = await system.call('GET', `/v1/users?limit=2${query}`);
      expect(page.status).toBe(200);
      seen.push(...page.body.users.map((user: { id: string }) => user.id));
      cursor = page.body.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(['p1', 'p2', 'p3', 'auth0|x', "O'Neil"]));
  });

  it('refuses a cursor that is none of its own', async () => {
    const { status, body } = await system.call('GET', '/v1/users?cursor=!!');
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    const foreign = await system.call('GET', `/v1/users?cursor=${Buffer.from('a b').toString('base64url')}`);
    expect(foreign.status).toBe(400);
  });

  it.each(['a%2Fb', 'a%20b', '%2e%2e', 'a%00b', '%C3%A4', 'a%25b', 'x'.repeat(129), 'a%EF%BC%91'])(
    'refuses the id %s',
    async (id) => {
      const { status, body } = await system.call('PUT', `/v1/users/${id}`);
      expect([400, 404]).toContain(status);
      expect(body.type).toMatch(/^urn:mfaflow:error:/);
    },
  );

  it('names the workflow in which it lives to keys that operate or audit, and to no others', async () => {
    await system.call('PUT', '/v1/users/followed');
    for (const key of [system.keys.operate, system.keys.audit]) {
      const { body } = await system.call('GET', '/v1/users/followed', { key });
      expect(body.workflowId).toMatch(/^ten_\w+\/usr_\w+\/life$/);
    }
    const { body } = await system.call('GET', '/v1/users/followed', { key: system.keys.authenticate });
    expect(body).not.toHaveProperty('workflowId');
  });

  it('keeps locale and preferred order, canonical, until they are changed or taken away', async () => {
    const path = '/v1/users/profiled';
    const made = await system.call('PUT', path, { body: { locale: 'DE-ch', preferredOrder: ['totp'] } });
    expect(made.body).toMatchObject({ locale: 'de-CH', preferredOrder: ['totp'], groups: [] });
    const grouped = await system.call('PUT', path, { body: { groups: ['a'] } });
    expect(grouped.body).toMatchObject({ locale: 'de-CH', preferredOrder: ['totp'], groups: ['a'] });
    const cleared = await system.call('PUT', path, { body: { locale: null, preferredOrder: [] } });
    expect(cleared.body).not.toHaveProperty('locale');
    expect(cleared.body.preferredOrder).toEqual([]);
  });

  it('names the fields of a profile that changed, and not what is in them', async () => {
    await system.call('PUT', '/v1/users/traced', { body: { locale: 'fa-AF' } });
    await system.call('PUT', '/v1/users/traced', { body: { locale: 'fa-AF', preferredOrder: ['totp'] } });
    await system.call('PUT', '/v1/users/traced', { body: { locale: 'fa-AF', preferredOrder: ['totp'] } });
    const { body } = await system.call('GET', '/v1/users/traced/timeline');
    expect(body.entries.map(({ action, detail }: any) => [action, detail.changed])).toEqual([
      ['user.profile', ['preferredOrder']],
      ['user.profile', ['locale']],
      ['user.create', undefined],
    ]);
  });

  it.each([
    { locale: 'not a locale' },
    { locale: 'x' },
    { preferredOrder: ['totp', 'totp'] },
    { preferredOrder: ['pigeon'] },
    { contacts: [{ kind: 'email', address: 'nobody' }] },
    { contacts: Array.from({ length: 21 }, (_, n) => ({ kind: 'email', address: `n${n}@example.com` })) },
  ])('refuses the profile %j and makes nobody', async (body) => {
    const { status } = await system.call('PUT', '/v1/users/refused', { body });
    expect(status).toBe(400);
    expect((await system.call('GET', '/v1/users/refused')).status).toBe(404);
  });

  it('is made with contacts in one request, and added to by the next', async () => {
    const path = '/v1/users/reachable';
    const email = { kind: 'email', address: 'reach@example.com', verified: true };
    await system.call('PUT', path, {
      body: { contacts: [email, { ...email, address: 'REACH@example.com' }] },
    });
    await system.call('PUT', path, { body: { contacts: [{ kind: 'phone', address: '+442079460018' }] } });
    const { body } = await system.call('GET', `${path}/contacts`);
    expect(body.contacts.map(({ address, verified }: any) => [address, verified])).toEqual([
      ['reach@example.com', true],
      ['+442079460018', false],
    ]);
  });

  it('has only a confirmed factor of its own for a default', async () => {
    const user = await ApiUser.enrolled(system);
    const other = await ApiUser.enrolled(system);
    const pending = await system.call('POST', other.path('/factors'), {
      headers: { 'MFAFlow-Step-Up': other.assertion },
      body: { kind: 'totp' },
    });
    expect(pending.status).toBe(201);
    for (const defaultFactor of ['fac_none', other.factorId]) {
      const { status, body } = await system.call('PUT', user.path(), { body: { defaultFactor } });
      expect([status, body.code]).toEqual([409, 'conflict']);
    }
    const unconfirmed = await system.call('PUT', other.path(), { body: { defaultFactor: pending.body.id } });
    expect(unconfirmed.status).toBe(409);
    const set = await system.call('PUT', user.path(), { body: { defaultFactor: user.factorId } });
    expect(set.body.defaultFactor).toBe(user.factorId);
    const cleared = await system.call('PUT', user.path(), { body: { defaultFactor: null } });
    expect(cleared.body).not.toHaveProperty('defaultFactor');
  });

  it('leaves no data key behind for somebody new who names a default and is refused', async () => {
    const keys = async () =>
      (await system.foundation.keysPool.query('SELECT count(*)::int AS count FROM data_keys')).rows[0].count;
    const before = await keys();
    for (const defaultFactor of ['fac_none', 'fac_nobody']) {
      const body = { defaultFactor };
      expect((await system.call('PUT', '/v1/users/ghost', { body })).status).toBe(409);
    }
    expect(await keys()).toBe(before);
    expect((await system.call('GET', '/v1/users/ghost')).status).toBe(404);
  });

  it('has a data key for every user before there is a row', async () => {
    await system.call('PUT', '/v1/users/keyed');
    const { rows } = await system.pool.query(`SELECT user_id FROM users WHERE external_id = 'keyed'`);
    const key = await system.foundation.dataKeys.forScope({
      tenantId: system.tenantId,
      userId: rows[0].user_id,
    });
    expect(key.key).toHaveLength(32);
  });
});
