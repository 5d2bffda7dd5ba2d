import { TestClock } from '../../end-to-end/test-clock';
import { startSystem, type RunningSystem } from '../../running-system';
import { ApiUser } from '../api-user';
import { Visitor, wordsOf } from '../link-page/visitor';

describe('one-time links by API', () => {
  let system: RunningSystem;
  let user: ApiUser;
  let contactId: string;

  beforeAll(async () => {
    system = await startSystem();
    user = await ApiUser.create(system);
    contactId = await newContact('email', 'alice@example.com');
  });
  afterAll(() => system.stop());

  async function newContact(kind: string, address: string, of = user): Promise<string> {
    return (await system.call('POST', of.path('/contacts'), { body: { kind, address } })).body.id as string;
  }
  const make = (body: object = {}, options: object = {}, of = user) =>
    system.call('POST', of.path('/tickets'), {
      body: { purpose: 'confirm-address', contactId, ...body },
      ...options,
    });
  const lifeOf = async (id: string): Promise<number> => {
    const { body } = await system.call('GET', `/v1/tickets/${id}`);
    return (Date.parse(body.expiresAt) - Date.parse(body.createdAt)) / 60_000;
  };

  it('are good for ten minutes, or for as long as is asked', async () => {
    const { status, body } = await make();
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^tic_/),
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:3000\/t\/tic_[A-Za-z0-9]{16}\.[A-Za-z0-9_-]{43}$/),
      expiresAt: expect.any(String),
    });
    expect(await lifeOf(body.id)).toBe(10);
    expect(await lifeOf((await make({ minutes: 10_080 })).body.id)).toBe(10_080);
    expect((await make({ minutes: 10_081 })).status).toBe(400);
    expect((await make({ minutes: 0 })).status).toBe(400);
  });

  it('to a phone are good for ten minutes at most', async () => {
    const phone = await newContact('phone', '+14155550134');
    expect((await make({ contactId: phone, minutes: 10 })).status).toBe(201);
    expect(await make({ contactId: phone, minutes: 11 })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  });

  it('are the same link when the request is sent again, and none once it was used', async () => {
    const options = { headers: { 'Idempotency-Key': 'again' } };
    const first = await make({}, options);
    expect((await make({}, options)).body).toEqual(first.body);
    expect((await make({ minutes: 20 }, options)).body.code).toBe('idempotency_mismatch');
    await new Visitor(system).press(first.body.url);
    const { url, ...rest } = first.body;
    expect(url).toBeDefined();
    expect((await make({}, options)).body).toEqual(rest);
  });

  it('are no two alike', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => make()));
    expect(new Set(made.map(({ body }) => body.url)).size).toBe(5);
  });

  it('say what became of them, and never the link', async () => {
    const { body: made } = await make();
    const state = () => system.call('GET', `/v1/tickets/${made.id}`, { key: system.keys.audit });
    expect((await state()).body).toEqual({
      id: made.id,
      userId: user.id,
      purpose: 'confirm-address',
      status: 'open',
      createdAt: expect.any(String),
      expiresAt: made.expiresAt,
    });
    await new Visitor(system).press(made.url);
    expect((await state()).body).toMatchObject({ status: 'redeemed', redeemedAt: expect.any(String) });
    const { body: late } = await make({ minutes: 1 });
    await new TestClock(system.pool).forward(61_000);
    expect((await system.call('GET', `/v1/tickets/${late.id}`)).body.status).toBe('expired');
    const { body: refused } = await make();
    await system.call('POST', '/v1/epochs', { body: { scope: 'user', subject: user.id, reason: 'stolen' } });
    expect((await system.call('GET', `/v1/tickets/${refused.id}`)).body.status).toBe('refused');
  });

  it('are for a contact of this user alone, and their state for their tenant alone', async () => {
    const other = await ApiUser.create(system);
    const foreign = await newContact('email', 'other@example.com', other);
    expect((await make({ contactId: foreign })).body.code).toBe('not_found');
    expect((await make({ contactId: 'con_none' })).body.code).toBe('not_found');
    const { body } = await make();
    const asked = await system.call('GET', `/v1/tickets/${body.id}`, { key: system.keys.otherTenant });
    const unknown = await system.call('GET', '/v1/tickets/tic_none', { key: system.keys.otherTenant });
    expect([asked.status, { ...asked.body, instance: '' }]).toEqual([404, { ...unknown.body, instance: '' }]);
  });

  it('leave neither link nor salt in the result of the command, the audit trail or the events', async () => {
    const { body } = await make({}, { headers: { 'Idempotency-Key': 'kept' } });
    const mac = (body.url as string).split('.').pop()!;
    const { rows: tickets } = await system.pool.query('SELECT salt FROM tickets WHERE ticket_id = $1', [
      body.id,
    ]);
    for (const table of ['commands', 'audit', 'outbox', 'deliveries', 'tickets']) {
      const { rows } = await system.pool.query(`SELECT to_jsonb(t) AS row FROM ${table} t`);
      const held = JSON.stringify(rows);
      expect(held).not.toContain(mac);
      if (table !== 'tickets') expect(held).not.toContain(tickets[0].salt);
    }
  });

  describe('sent by mfaflow', () => {
    it('are queued for the address, and counted among what a user may be sent in ten minutes', async () => {
      const reader = await ApiUser.create(system);
      const own = await newContact('email', 'reader@example.com', reader);
      const options = { headers: { 'Idempotency-Key': 'sent' } };
      const first = await make({ contactId: own, send: true }, options, reader);
      expect(first).toMatchObject({ status: 201, body: { deliveryId: expect.stringMatching(/^del_/) } });
      await make({ contactId: own, send: true }, options, reader);
      for (let sent = 1; sent < 5; sent += 1) {
        expect((await make({ contactId: own, send: true }, {}, reader)).status).toBe(201);
      }
      const refused = await make({ contactId: own, send: true }, {}, reader);
      expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(500);
      const { rows } = await system.pool.query(
        `SELECT purpose, template, channel, count(*)::integer FROM deliveries
         WHERE user_id = (SELECT user_id FROM users WHERE external_id = $1) GROUP BY 1, 2, 3`,
        [reader.id],
      );
      expect(rows).toEqual([{ purpose: 'ticket', template: 'confirm-address', channel: 'email', count: 5 }]);
      const { rows: all } = await system.pool.query('SELECT to_jsonb(d) AS row FROM deliveries d');
      expect(JSON.stringify(all)).not.toContain('reader@example.com');
    });

    it('are not sent any more once the link was used', async () => {
      const reader = await ApiUser.create(system);
      const own = await newContact('email', 'quick@example.com', reader);
      const { body } = await make({ contactId: own, send: true }, {}, reader);
      const delivery = () =>
        system.pool.query('SELECT status, reason FROM deliveries WHERE delivery_id = $1', [body.deliveryId]);
      while ((await delivery()).rows[0].status === 'queued')
        await new Promise((resolve) => setTimeout(resolve, 20));
      await system.pool.query(`UPDATE deliveries SET status = 'queued' WHERE delivery_id = $1`, [
        body.deliveryId,
      ]);
      await new Visitor(system).press(body.url);
      expect((await delivery()).rows).toEqual([{ status: 'cancelled', reason: 'redeemed' }]);
    });

    it.each(['+442079460018', '+18002530000'])(
      'are refused for the number %s, and nothing is kept',
      async (number) => {
        const reader = await ApiUser.create(system);
        const phone = await newContact('phone', number, reader);
        const { status, body } = await make({ contactId: phone, send: true }, {}, reader);
        expect([status, body.code]).toEqual([400, 'invalid_request']);
        expect(JSON.stringify(body)).not.toContain(number);
        const { rows } = await system.pool.query(
          `SELECT FROM tickets WHERE user_id = (SELECT user_id FROM users WHERE external_id = $1)`,
          [reader.id],
        );
        expect(rows).toEqual([]);
      },
    );
  });

  it('tell the page in the language of the user', async () => {
    const reader = await ApiUser.create(system);
    await system.call('PUT', reader.path(), { body: { locale: 'de-CH' } });
    const own = await newContact('email', 'leserin@example.com', reader);
    const { body } = await make({ contactId: own }, {}, reader);
    const { page } = await new Visitor(system).open(body.url, { 'accept-language': 'fr' });
    expect(wordsOf(page)).toContain('l•••@example.com');
    expect(page).toContain('<html lang="de">');
  });
});
