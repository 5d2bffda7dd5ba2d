import { randomId } from '../../src/security/random-id';
import { lifecycleWorkflowId } from '../../src/temporal/names';
import { call, startSystem, type RunningSystem } from '../running-system';
import { ApiUser } from './api-user';

describe('the test mode', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  /** As the worker hands a message over. */
  const deliver = async (of: object): Promise<number> => {
    const message = {
      channel: 'sms',
      to: '+41791234567',
      locale: 'en',
      idempotencyKey: randomId('key'),
      ...of,
    };
    const key = system.config.inboxKey ?? '';
    return (await call(system.inbox.url, 'POST', '/messages', { key, body: message })).status;
  };
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

  it('has a mailbox of what the inbox got, by address, which it empties', async () => {
    expect((await ask('GET', '/test/mailbox')).body).toEqual({ messages: [] });
    for (const [to, text] of [
      ['+41791234567', 'first'],
      ['+41790000000', 'second'],
    ])
      await deliver({ to, text });
    expect((await ask('GET', '/test/mailbox')).body.messages).toMatchObject([
      { channel: 'sms', to: '+41790000000', text: 'second' },
      { channel: 'sms', to: '+41791234567', text: 'first' },
    ]);
    const one = await ask('GET', '/test/mailbox?to=%2B41791234567');
    expect(one.body.messages).toMatchObject([{ text: 'first' }]);
    expect((await ask('DELETE', '/test/mailbox')).status).toBe(204);
    expect((await ask('GET', '/test/mailbox')).body).toEqual({ messages: [] });
  });

  it('scripts how the provider fails next, and tells what is still to come', async () => {
    const faults = '/test/providers/inbox/faults';
    const scripted = [
      { kind: 'error', status: 429, retryAfter: 2, times: 2 },
      { kind: 'error', status: 400, scope: 'address', code: 'unknown_number', channel: 'sms' },
    ];
    expect((await ask('PUT', faults, { body: { faults: scripted } })).status).toBe(200);
    expect(await deliver({ text: 'refused' })).toBe(429);
    expect((await ask('GET', faults)).body).toEqual({
      faults: [
        { ...scripted[0], times: 1 },
        { ...scripted[1], times: 1 },
      ],
    });
    expect((await ask('PUT', faults, { body: { faults: [] } })).body).toEqual({ faults: [] });
    expect(await deliver({ text: 'taken' })).toBe(201);
    expect((await ask('GET', '/test/mailbox')).body.messages).toMatchObject([{ text: 'taken' }]);
  });

  it('plays no other provider', async () => {
    for (const name of ['twilio', 'smtp', 'nobody']) {
      expect((await ask('PUT', `/test/providers/${name}/faults`, { body: { faults: [] } })).status).toBe(404);
    }
  });

  it.each([
    {},
    { faults: [{ kind: 'explode' }] },
    { faults: [{ kind: 'error' }] },
    { faults: [{ kind: 'error', status: 200 }] },
    { faults: [{ kind: 'error', status: 500, retryAfter: -1 }] },
    { faults: [{ kind: 'error', status: 500, code: 'no code\n' }] },
    { faults: [{ kind: 'time-out', times: 0 }] },
    { faults: [{ kind: 'delay', ms: 1e9 }] },
    { faults: [{ kind: 'reset', channel: 'fax' }] },
    { faults: [], more: 1 },
  ])('refuses the faults %j', async (body) => {
    expect((await ask('PUT', '/test/providers/inbox/faults', { body })).status).toBe(400);
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
