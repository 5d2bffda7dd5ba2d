import { startSystem, type RunningSystem } from '../../running-system';
import { ApiUser } from '../api-user';

describe('epochs', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  const raise = (body: object, headers: Record<string, string> = {}) =>
    system.call('POST', '/v1/epochs', { body, headers, key: system.keys.operate });

  it('has a greater value with every raise, and lists the newest first', async () => {
    const first = await raise({ scope: 'group', subject: 'g', reason: 'one' });
    const second = await raise({ scope: 'tenant', reason: 'two' });
    expect(Number(second.body.value)).toBeGreaterThan(Number(first.body.value));
    const listed = await system.call('GET', '/v1/epochs', { key: system.keys.audit });
    expect(listed.body.epochs.slice(0, 2)).toMatchObject([
      { scope: 'tenant', value: second.body.value, reason: 'two' },
      { scope: 'group', subject: 'g', value: first.body.value, reason: 'one' },
    ]);
    expect((await system.call('GET', '/v1/epochs', { key: system.keys.otherTenant })).body.epochs).toEqual(
      [],
    );
  });

  it('lists every subject once, page by page, whatever its scope', async () => {
    const user = await ApiUser.create(system);
    await raise({ scope: 'user', subject: user.id, reason: 'r' });
    await raise({ scope: 'kind', subject: 'totp', reason: 'r' });
    for (const subject of ['p.1', 'p:2', 'p@3']) await raise({ scope: 'group', subject, reason: 'r' });
    await raise({ scope: 'tenant', reason: 'r' });
    const whole = await system.call('GET', '/v1/epochs?limit=200');
    const seen: unknown[] = [];
    for (let cursor = ''; ;) {
      const page = await system.call('GET', `/v1/epochs?limit=2${cursor}`);
      expect(page.body.epochs.length).toBeLessThanOrEqual(2);
      seen.push(...page.body.epochs);
      if (page.body.next === null) break;
      cursor = `&cursor=${page.body.next as string}`;
    }
    expect(seen).toEqual(whole.body.epochs);
    const foreign = await system.call(
      'GET',
      `/v1/epochs?cursor=${Buffer.from('alice').toString('base64url')}`,
    );
    expect(foreign.status).toBe(400);
  });

  it('raises once for a retry under the same key', async () => {
    const headers = { 'Idempotency-Key': 'raise-once' };
    const first = await raise({ scope: 'tenant', reason: 'once' }, headers);
    const again = await raise({ scope: 'tenant', reason: 'once' }, headers);
    expect(again.body).toEqual(first.body);
    const other = await raise({ scope: 'tenant', reason: 'twice' }, headers);
    expect(other.status).toBe(422);
  });

  it('names users by the id of the tenant, and knows none that is not there', async () => {
    const user = await ApiUser.create(system);
    const raised = await raise({ scope: 'user', subject: user.id, reason: 'test' });
    expect(raised.body.subject).toBe(user.id);
    const listed = await system.call('GET', '/v1/epochs');
    expect(listed.body.epochs[0].subject).toBe(user.id);
    expect((await raise({ scope: 'user', subject: 'nobody', reason: 'test' })).status).toBe(404);
  });

  it('keeps the order of values when many are raised at once', async () => {
    const raised = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        raise({ scope: 'group', subject: `g${String(index)}`, reason: 'r' }),
      ),
    );
    const values = raised.map(({ body }) => Number(body.value));
    expect(new Set(values).size).toBe(20);
    const { rows } = await system.pool.query('SELECT epoch FROM tenants WHERE tenant_id = $1', [
      system.tenantId,
    ]);
    expect(Number(rows[0].epoch)).toBe(Math.max(...values));
  });

  it('denies what was open before, and refuses the assertion of before as a step-up', async () => {
    const user = await ApiUser.enrolled(system);
    const begun = await user.authenticate();
    await raise({ scope: 'user', subject: user.id, reason: 'test' });
    const answered = await system.call('POST', `/v1/authentications/${String(begun.body.id)}/answer`, {
      body: { code: await user.freshCode() },
    });
    expect(answered.body).toMatchObject({ status: 'denied', reason: 'revoked' });
    const removal = await system.call('DELETE', user.path(`/factors/${user.factorId}`), {
      headers: { 'MFAFlow-Step-Up': user.assertion },
    });
    expect(removal.status).toBe(403);
  });

  it('mints nothing for the retry of a login from before', async () => {
    const user = await ApiUser.enrolled(system);
    const body = { response: { kind: 'totp', code: await user.freshCode() } };
    const headers = { 'Idempotency-Key': `before-${user.id}` };
    const login = await user.authenticate(body, headers);
    await raise({ scope: 'tenant', reason: 'test' });
    const again = await user.authenticate(body, headers);
    expect(again.body).toEqual({ id: login.body.id, status: 'denied', reason: 'revoked', options: [] });
    const read = await system.call('GET', `/v1/authentications/${String(login.body.id)}`);
    expect(read.body).toEqual(again.body);
  });
});
