import { defaultDeliveryPolicy } from '../../../src/domain/delivery-policy';
import { startSystem, type Called, type RunningSystem } from '../../running-system';

describe('the delivery policy', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });

  afterAll(() => system.stop());

  const put = (body: object, key = system.keys.admin): Promise<Called> =>
    system.call('PUT', '/v1/delivery-policy', { body, key });
  const read = (key = system.keys.admin): Promise<Called> =>
    system.call('GET', '/v1/delivery-policy', { key });

  it('has limits before anybody set one', async () => {
    expect((await read()).body).toEqual(defaultDeliveryPolicy);
  });

  it('is replaced as a whole, and the audit trail says what changed', async () => {
    const policy = { ...defaultDeliveryPolicy, countries: ['DE'], returnUrl: 'https://shop.example/on' };
    expect(await put(policy)).toMatchObject({ status: 200, body: policy });
    expect((await read()).body).toEqual(policy);
    const { rows } = await system.pool.query<{ detail: object }>(
      `SELECT detail FROM audit WHERE action = 'delivery-policy.change'`,
    );
    expect(rows).toEqual([
      {
        detail: {
          changed: {
            countries: { before: null, after: ['DE'] },
            returnUrl: { before: null, after: 'https://shop.example/on' },
          },
        },
      },
    ]);
    expect((await put(defaultDeliveryPolicy)).body).toEqual(defaultDeliveryPolicy);
  });

  it("leaves the rest of the tenant's policy alone", async () => {
    await system.pool.query(
      `UPDATE tenants SET policy = policy || '{"failureBudget": {"lockFrom": 5}}' WHERE tenant_id = $1`,
      [system.tenantId],
    );
    await put({ ...defaultDeliveryPolicy, perAddressPerHour: 1 });
    const { rows } = await system.pool.query<{ policy: object }>(
      'SELECT policy FROM tenants WHERE tenant_id = $1',
      [system.tenantId],
    );
    expect(rows[0]?.policy).toMatchObject({
      failureBudget: { lockFrom: 5 },
      delivery: { perAddressPerHour: 1 },
    });
  });

  it("is one tenant's own", async () => {
    await put({ ...defaultDeliveryPolicy, perAddressPerHour: 1 });
    expect((await read(system.keys.otherTenant)).body).toEqual(defaultDeliveryPolicy);
  });

  it('is set by an administrator alone', async () => {
    for (const key of ['operate', 'audit', 'authenticate', 'manageUsers'] as const)
      expect((await put(defaultDeliveryPolicy, system.keys[key])).status).toBe(403);
    expect((await read(system.keys.audit)).status).toBe(200);
  });

  it.each([
    ['a half', { countries: null }],
    ['a country that is none', { ...defaultDeliveryPolicy, countries: ['de'] }],
    ['a negative limit', { ...defaultDeliveryPolicy, perTenantPerDay: -1 }],
    ['no wait between resends', { ...defaultDeliveryPolicy, resendWaitsSeconds: [] }],
    ['an amount that is none', { ...defaultDeliveryPolicy, dailySpend: { amount: '1e9', currency: 'USD' } }],
    ['a return to a page without https', { ...defaultDeliveryPolicy, returnUrl: 'http://shop.example/' }],
    ['a return to a script', { ...defaultDeliveryPolicy, returnUrl: 'javascript:alert(1)' }],
    ['an origin with a line break', { ...defaultDeliveryPolicy, origin: 'shop.example\n@evil.example' }],
    ['what it does not know', { ...defaultDeliveryPolicy, unlimited: true }],
  ])('refuses %s', async (_, policy) => {
    expect(await put(policy)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});
