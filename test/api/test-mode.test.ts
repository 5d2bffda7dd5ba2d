import { lifecycleWorkflowId } from '../../src/temporal/names';
import { call, startSystem, type RunningSystem } from '../running-system';
import { ApiUser } from './api-user';

describe('the test mode', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  const ask = (method: string, path: string, options: Parameters<typeof call>[3] = {}) =>
    call(system.testUrl, method, path, { key: system.testKey, ...options });

  it('asks for its own key, and takes no API key', async () => {
    for (const key of ['', 'x', system.keys.all, `${system.testKey}x`]) {
      const { status, body } = await ask('GET', '/test/mailbox', { key });
      expect([status, body.code]).toEqual([401, 'unauthenticated']);
    }
  });

  it('is not reached by the port of the API', async () => {
    expect((await call(system.apiUrl, 'GET', '/test/mailbox', { key: system.testKey })).status).toBe(404);
  });

  it('has a mailbox with nothing in it, and no providers', async () => {
    expect((await ask('GET', '/test/mailbox')).body).toEqual({ messages: [] });
    expect((await ask('PUT', '/test/providers/sms/faults', { body: {} })).status).toBe(404);
  });

  it('moves the clock either way', async () => {
    for (const offsetMs of [3_600_000, -60_000, 0]) {
      expect((await ask('PUT', '/test/clock', { body: { offsetMs } })).body).toEqual({ offsetMs });
      expect((await ask('GET', '/test/clock')).body).toEqual({ offsetMs });
      const { rows } = await system.pool.query(
        'SELECT (extract(epoch FROM current_instant() - statement_timestamp()) * 1000)::float8 AS ms',
      );
      expect(rows[0].ms).toBe(offsetMs);
    }
  });

  it.each([{}, { offsetMs: '1' }, { offsetMs: 1.5 }, { offsetMs: 1e15 }, { offsetMs: 1, more: 1 }])(
    'refuses the clock %j',
    async (body) => {
      expect((await ask('PUT', '/test/clock', { body })).status).toBe(400);
    },
  );

  it('exports the history of a user, sealed as it is stored or opened', async () => {
    const user = await ApiUser.enrolled(system);
    const { rows } = await system.pool.query('SELECT user_id FROM users WHERE external_id = $1', [user.id]);
    const id = encodeURIComponent(lifecycleWorkflowId(system.tenantId, rows[0].user_id as string));
    const decoded = await ask('GET', `/test/histories/${id}`);
    const raw = await ask('GET', `/test/histories/${id}?format=raw`);
    expect([decoded.status, raw.status]).toEqual([200, 200]);
    expect(JSON.stringify(decoded.body)).toContain(user.factorId);
    expect(JSON.stringify(raw.body)).not.toContain(user.factorId);
    expect((await ask('GET', `/test/histories/${id}?format=other`)).status).toBe(400);
  });

  it('knows no history of a workflow that is not there', async () => {
    const { status, body } = await ask('GET', '/test/histories/none%2Fnone%2Flife');
    expect([status, body.code]).toEqual([404, 'not_found']);
  });
});
