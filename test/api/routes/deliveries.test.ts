import { userSealing } from '../../../src/activities/user-sealing';
import { randomId } from '../../../src/security/random-id';
import { startSystem, type RunningSystem } from '../../running-system';
import { ApiUser } from '../api-user';

describe('the ledger', () => {
  let system: RunningSystem;
  let user: ApiUser;
  let userId: string;

  beforeAll(async () => {
    system = await startSystem();
    user = await ApiUser.enrolled(system);
    const { rows } = await system.pool.query<{ user_id: string }>(
      'SELECT user_id FROM users WHERE external_id = $1',
      [user.id],
    );
    userId = rows[0]?.user_id ?? '';
  });

  afterAll(() => system.stop());

  async function delivered(hoursAgo: number): Promise<string> {
    const deliveryId = randomId('del');
    const { dataKeys } = system.foundation;
    const dataKey = await dataKeys.forScope({ tenantId: system.tenantId, userId });
    const sealing = userSealing(dataKey, system.tenantId, userId);
    await system.pool.query(
      `INSERT INTO deliveries (delivery_id, tenant_id, user_id, purpose, template, challenge_id, channel, address, country,
         status, attempts, created_at, due_at, deadline, converted_at)
       SELECT $1, $2, $3, 'challenge', 'code', 'cha_1', 'sms', decode($4, 'base64'), 'GB', 'delivered', 2, at, at,
         at + interval '10 minutes', at + interval '1 minute'
       FROM (SELECT current_instant() - make_interval(hours => $5) AS at) clock`,
      [deliveryId, system.tenantId, userId, sealing.seal(`${deliveryId}/address`, '+447400123418'), hoursAgo],
    );
    await system.pool.query(
      `INSERT INTO sends (send_id, delivery_id, tenant_id, provider, channel, country, idempotency_key, status, code, price,
         currency, history, submitted_at)
       VALUES ($1, $2, $3, 'twilio', 'sms', 'GB', $2, 'delivered', '30003', 0.0079, 'USD', $4, current_instant())`,
      [
        randomId('snd'),
        deliveryId,
        system.tenantId,
        JSON.stringify([{ at: '2026-11-24T10:15:00+00:00', status: 'submitting', scope: 'address' }]),
      ],
    );
    return deliveryId;
  }

  it('shows what was sent to a user, newest first, page by page', async () => {
    const ids = [await delivered(3), await delivered(2), await delivered(1)];
    const path = `/v1/users/${user.id}/deliveries`;
    const { body: first } = await system.call('GET', `${path}?limit=2`);
    const ours = (entries: { id: string }[]): string[] =>
      entries.map(({ id }) => id).filter((id) => ids.includes(id));
    const { body: second } = await system.call('GET', `${path}?limit=200&cursor=${first.next}`);
    expect([...ours(first.deliveries), ...ours(second.deliveries)]).toEqual([...ids].reverse());
    expect(second.next).toBeNull();
  });

  it('shows one delivery with its sends, what they cost and what became of them', async () => {
    const id = await delivered(1);
    const { status, body } = await system.call('GET', `/v1/deliveries/${id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      id,
      purpose: 'challenge',
      template: 'code',
      channel: 'sms',
      address: '+•••18',
      country: 'GB',
      challengeId: 'cha_1',
      status: 'delivered',
      uncertain: false,
      converted: true,
      createdAt: expect.any(String),
      sends: [
        {
          id: expect.stringMatching(/^snd_/),
          provider: 'twilio',
          status: 'delivered',
          code: '30003',
          price: { amount: '0.0079', currency: 'USD' },
          converted: false,
          history: [{ at: '2026-11-24T10:15:00.000Z', status: 'submitting' }],
        },
      ],
    });
  });

  it('shows no address to who only operates, and the number to nobody', async () => {
    const id = await delivered(1);
    const { body } = await system.call('GET', `/v1/deliveries/${id}`, { key: system.keys.operate });
    expect(body.address).toBeUndefined();
    const { body: audited } = await system.call('GET', `/v1/users/${user.id}/deliveries`, {
      key: system.keys.audit,
    });
    expect(JSON.stringify(audited)).not.toContain('4474001234');
  });

  it('is as if empty to another tenant', async () => {
    const id = await delivered(1);
    const { status, body } = await system.call('GET', `/v1/deliveries/${id}`, {
      key: system.keys.otherTenant,
    });
    expect([status, body.code]).toEqual([404, 'not_found']);
  });

  it('refuses a cursor that is none of its own', async () => {
    for (const cursor of ['x', Buffer.from("2026-11-24 10:00:00+00 del_1'; --").toString('base64url')]) {
      const { status } = await system.call('GET', `/v1/users/${user.id}/deliveries?cursor=${cursor}`);
      expect(status).toBe(400);
    }
  });
});

describe('the providers', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });

  afterAll(() => system.stop());

  it('are listed with what was learned of each', async () => {
    await system.pool.query(
      `INSERT INTO provider_health (provider, channel, country, state, reason, since, probe_at)
       VALUES ('inbox', 'sms', 'GB', 'failing', 'failures', current_instant(), current_instant() + interval '30 seconds'),
         ('gone', 'email', '-', 'healthy', NULL, current_instant(), NULL)`,
    );
    const { status, body } = await system.call('GET', '/v1/providers', { key: system.keys.operate });
    expect(status).toBe(200);
    expect(body.providers).toEqual([
      expect.objectContaining({
        name: 'inbox',
        configured: true,
        places: [
          {
            channel: 'sms',
            country: 'GB',
            state: 'failing',
            reason: 'failures',
            since: expect.any(String),
            probeAt: expect.any(String),
            sends: 0,
            codes: 0,
          },
        ],
      }),
      expect.objectContaining({ name: 'gone', configured: false, channels: ['email'] }),
    ]);
  });
});
