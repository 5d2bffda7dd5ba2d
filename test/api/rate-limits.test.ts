import { createRateLimiting } from '../../src/api/rate-limits';
import { startSystem, type RunningSystem } from '../running-system';
import { ApiUser } from './api-user';

describe('limits', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem({
      MFAFLOW_LIMIT_KEY_PER_MINUTE: '40',
      MFAFLOW_LIMIT_ADDRESS_PER_MINUTE: '5',
      MFAFLOW_LIMIT_USER_PER_MINUTE: '8',
    });
  });
  afterAll(() => system.stop());
  beforeEach(() => system.pool.query('DELETE FROM rate_limits'));

  const from = (user: ApiUser, ip: string) =>
    system.call('POST', user.path('/authentications'), {
      body: { context: { ip } },
      key: system.keys.authenticate,
    });

  it('stop an API key, say when to come back, and leave other keys alone', async () => {
    const statuses: number[] = [];
    for (let request = 0; request < 41; request += 1) {
      statuses.push((await system.call('GET', '/v1/users/nobody', { key: system.keys.audit })).status);
    }
    expect(statuses.slice(0, 40).every((status) => status === 404)).toBe(true);
    expect(statuses[40]).toBe(429);
    const { body, headers } = await system.call('GET', '/v1/users/nobody', { key: system.keys.audit });
    expect(body.code).toBe('rate_limited');
    const wait = Number(headers.get('Retry-After'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await system.call('GET', '/v1/users/nobody', { key: system.keys.operate })).status).toBe(404);
  });

  it('stop the address of an end user over all users, counting an IPv6 network as one', async () => {
    const users = [await ApiUser.create(system), await ApiUser.create(system)];
    const [one, two] = users as [ApiUser, ApiUser];
    for (let request = 0; request < 5; request += 1) {
      expect((await from(request % 2 === 0 ? one : two, `2001:db8::${String(request + 1)}`)).status).toBe(
        200,
      );
    }
    expect((await from(one, '2001:db8::ffff')).status).toBe(429);
    expect((await from(one, '2001:db8:0:1::1')).status).toBe(200);
  });

  it('stop what is asked about one user, from wherever', async () => {
    const [one, two] = [await ApiUser.create(system), await ApiUser.create(system)];
    for (let request = 0; request < 8; request += 1) {
      expect((await from(one, `203.0.113.${String(request)}`)).status).toBe(200);
    }
    expect((await from(one, '203.0.113.200')).status).toBe(429);
    expect((await from(two, '203.0.113.200')).status).toBe(200);
  });

  it('stop answers that are decided later at sixty a minute of one user, whatever else is allowed', async () => {
    const nameKey = system.foundation.secrets.blindIndexKey;
    const generous = { perApiKey: 1e6, perAddress: 1e6, perUser: 1e6, perLinkAddress: 1e6 };
    const limiting = createRateLimiting(system.pool, nameKey, generous);
    for (let answer = 0; answer < 60; answer += 1) await limiting.countAnswerLater('ten_1', 'alice');
    await expect(limiting.countAnswerLater('ten_1', 'alice')).rejects.toMatchObject({ code: 'rate_limited' });
    await limiting.countAnswerLater('ten_1', 'bob');
    await limiting.countAnswerLater('ten_2', 'alice');
    await limiting.countUser('ten_1', 'alice');
  });

  it('leave no address and no id of a person in the database, and no row for a key that is none', async () => {
    const user = await ApiUser.create(system);
    await from(user, '203.0.113.99');
    await system.call('GET', '/v1/users', { key: `mfk_${'0'.repeat(49)}` });
    const { rows } = await system.pool.query('SELECT key FROM rate_limits');
    const names = rows.map((row) => row.key as string);
    expect(names.join()).not.toMatch(/203\.0\.113|person-/);
    expect(names.filter((name) => name.startsWith('key'))).toHaveLength(2);
  });
});
