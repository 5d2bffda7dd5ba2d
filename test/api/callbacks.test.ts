import { startGatewaySimulator, type GatewaySimulator } from '../../src/embedded/gateway-simulator/simulator';
import { randomId } from '../../src/security/random-id';
import { startSystem, type Called, type RunningSystem } from '../running-system';
import { ApiUser } from './api-user';

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

describe('POST /callbacks/{provider}', () => {
  let system: RunningSystem;
  let gateway: GatewaySimulator;
  let userId: string;

  beforeAll(async () => {
    gateway = await startGatewaySimulator({ secret, reports: 'none' });
    system = await startSystem({
      MFAFLOW_GATEWAY_URL: gateway.url,
      MFAFLOW_GATEWAY_SECRET: secret,
      MFAFLOW_API_METRICS_PORT: '0',
    });
    const user = await ApiUser.enrolled(system);
    const { rows } = await system.pool.query<{ user_id: string }>(
      'SELECT user_id FROM users WHERE external_id = $1',
      [user.id],
    );
    userId = rows[0]?.user_id ?? '';
  });

  afterAll(async () => {
    await system.stop();
    await gateway.stop();
  });

  const callbackUrl = (): string => `${system.apiUrl}/callbacks/gateway`;

  async function post(
    report: Parameters<GatewaySimulator['callback']>[1],
    more: RequestInit = {},
  ): Promise<Called> {
    const signed = gateway.callback(callbackUrl(), report);
    return await sent(signed.body, { ...signed.headers }, more);
  }

  async function sent(
    body: string,
    headers: Record<string, string>,
    more: RequestInit = {},
  ): Promise<Called> {
    const response = await fetch(callbackUrl(), { method: 'POST', body, headers, ...more });
    const text = await response.text();
    return { status: response.status, body: text === '' ? '' : JSON.parse(text), headers: response.headers };
  }

  /** A message that the gateway took, as the ledger has it. */
  async function taken(): Promise<{ deliveryId: string; ref: string }> {
    const [deliveryId, ref] = [randomId('del'), randomId('gw')];
    await system.pool.query(
      `INSERT INTO deliveries (delivery_id, tenant_id, user_id, purpose, template, channel, country, status, attempts,
         created_at, due_at, deadline)
       VALUES ($1, $2, $3, 'notice', 'factor-enrolled', 'sms', 'GB', 'accepted', 1, current_instant(), current_instant(),
         current_instant() + interval '1 hour')`,
      [deliveryId, system.tenantId, userId],
    );
    await system.pool.query(
      `INSERT INTO sends (send_id, delivery_id, tenant_id, provider, channel, country, idempotency_key, provider_ref, status,
         submitted_at)
       VALUES ($1, $2, $3, 'gateway', 'sms', 'GB', $2, $4, 'accepted', current_instant())`,
      [randomId('snd'), deliveryId, system.tenantId, ref],
    );
    return { deliveryId, ref };
  }

  const statusOf = async (deliveryId: string): Promise<unknown> => {
    const { body } = await system.call('GET', `/v1/deliveries/${deliveryId}`);
    return body.status;
  };

  it('takes what the provider signed', async () => {
    const { deliveryId, ref } = await taken();
    expect((await post({ id: ref, status: 'delivered' })).status).toBe(204);
    expect(await statusOf(deliveryId)).toBe('delivered');
  });

  it('counts what a message cost, once, in the place of the estimate', async () => {
    const key = `${system.tenantId}/spend/USD`;
    await system.pool.query(
      `INSERT INTO delivery_allowances (key, window_start, used)
       VALUES ($1, date_trunc('day', current_instant(), 'UTC'), 1.05)
       ON CONFLICT (key, window_start) DO UPDATE SET used = excluded.used`,
      [key],
    );
    const { ref } = await taken();
    const price = { amount: '0.30', currency: 'USD' };
    for (const status of ['sent', 'delivered']) await post({ id: ref, status, price });
    const { rows } = await system.pool.query(
      'SELECT used::float8 AS used FROM delivery_allowances WHERE key = $1',
      [key],
    );
    expect(rows).toEqual([{ used: 1.3 }]);
  });

  it('takes duplicates and latecomers without going back', async () => {
    const { deliveryId, ref } = await taken();
    for (const status of ['delivered', 'delivered', 'sent', 'undelivered'])
      expect((await post({ id: ref, status })).status).toBe(204);
    expect(await statusOf(deliveryId)).toBe('delivered');
  });

  it('asks the lifecycle to go on with what did not arrive', async () => {
    const { deliveryId, ref } = await taken();
    expect((await post({ id: ref, status: 'undelivered', code: '30005' })).status).toBe(204);
    for (let left = 200; left > 0 && (await statusOf(deliveryId)) === 'queued'; left -= 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    // The one gateway has failed it, and there is no other way.
    expect(await statusOf(deliveryId)).toBe('undelivered');
  });

  it('keeps nothing of a message that it never sent, and says nothing about it', async () => {
    expect(await post({ id: 'gw_unknown', status: 'delivered' })).toMatchObject({ status: 204, body: '' });
  });

  it('changes nothing by what is not signed by the provider', async () => {
    const { deliveryId, ref } = await taken();
    const genuine = gateway.callback(callbackUrl(), { id: ref, status: 'delivered' });
    const forged = [
      await sent(genuine.body, {}),
      await sent(genuine.body, { ...genuine.headers, 'webhook-signature': 'v1,AAAA' }),
      await sent(genuine.body.replace('delivered', 'undelivered'), { ...genuine.headers }),
      await sent(genuine.body, { ...genuine.headers, 'webhook-id': 'evt_other' }),
    ];
    expect(forged.map(({ status, body }) => [status, body.code])).toEqual(
      forged.map(() => [403, 'forbidden']),
    );
    const old = gateway.callback(callbackUrl(), { id: ref, status: 'delivered' }, Date.now() / 1_000 - 400);
    expect((await sent(old.body, { ...old.headers })).status).toBe(403);
    expect(await statusOf(deliveryId)).toBe('accepted');
    const metrics = await (await fetch(system.metricsUrls.api)).text();
    expect(metrics).toMatch(/mfaflow_callbacks_total\{provider="gateway",outcome="forged"\} [1-9]/);
  });

  it('knows no callbacks of what is not configured', async () => {
    for (const name of ['twilio', 'inbox', '__proto__', '..%2f..%2fv1%2fusers'])
      expect((await system.call('POST', `/callbacks/${name}`, { key: '' })).status).toBe(404);
  });

  it('takes POST alone', async () => {
    const { status, headers } = await system.call('GET', '/callbacks/gateway', { key: '' });
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('refuses a body that is longer than any report', async () => {
    expect(await sent('x'.repeat(65 * 1_024), {})).toMatchObject({
      status: 413,
      body: { code: 'payload_too_large' },
    });
  });

  it('tires of an address that forges, and never of the provider', async () => {
    let last = 403;
    for (let count = 0; count < 60 && last === 403; count += 1) last = (await sent('{}', {})).status;
    expect(last).toBe(429);
    const { deliveryId, ref } = await taken();
    expect((await post({ id: ref, status: 'sent' })).status).toBe(204);
    expect(await statusOf(deliveryId)).toBe('sent');
  });
});
