import { startSystem, type Called, type RunningSystem } from '../../running-system';

describe('types of event', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  const own = {
    title: 'An order was placed',
    description: 'Somebody bought something.',
    subject: 'tenant',
    schema: { type: 'object', required: ['total'], properties: { total: { type: 'integer', minimum: 0 } } },
    example: { total: 3 },
  };
  const put = (type: string, body: object, options: object = {}): Promise<Called> =>
    system.call('PUT', `/v1/event-types/${type}`, { key: system.keys.admin, body, ...options });
  const send = (type: string, data: object): Promise<Called> =>
    system.call('POST', '/v1/events', {
      body: {
        specversion: '1.0',
        id: 'once',
        source: `/${type}`,
        type,
        time: new Date().toISOString(),
        data,
      },
    });

  it('are those of the catalogue and the own ones', async () => {
    expect((await send('order.placed', { total: 1 })).body.errors).toMatchObject([{ pointer: '/type' }]);
    const made = await put('order.placed', own);
    expect([made.status, made.body]).toEqual([
      201,
      { ...own, type: 'order.placed', version: 1, origin: 'outside', own: true },
    ]);
    expect((await send('order.placed', { total: 1 })).status).toBe(202);
    expect((await send('order.placed', { total: -1 })).body.errors).toMatchObject([
      { pointer: '/data/total' },
    ]);
    const reworded = await put('order.placed', { ...own, title: 'Sold' });
    expect([reworded.status, reworded.body.version]).toEqual([200, 1]);
    const narrowed = await put('order.placed', {
      ...own,
      schema: { ...own.schema, properties: { total: { type: 'integer', minimum: 1 } } },
    });
    expect(narrowed.body.version).toBe(2);
    const listed = await system.call('GET', '/v1/event-types', { key: system.keys.events });
    expect(listed.body.types.at(-1)).toEqual(narrowed.body);
    expect(listed.body.types.length).toBeGreaterThan(30);
    expect((await system.call('GET', '/v1/event-types/session.suspicious')).body).toMatchObject({
      origin: 'outside',
      meaning: 'revocation',
      own: false,
    });
    const elsewhere = { key: system.keys.otherTenant };
    expect((await system.call('GET', '/v1/event-types/order.placed', elsewhere)).status).toBe(404);
    expect((await system.call('DELETE', '/v1/event-types/order.placed')).status).toBe(204);
    expect((await system.call('DELETE', '/v1/event-types/order.placed')).status).toBe(404);
    expect((await send('order.placed', { total: 2 })).status).toBe(400);
    const kept = await system.call('GET', '/v1/events?type=order.placed');
    expect(kept.body.events).toMatchObject([{ version: 1, data: { total: 1 } }]);
  });

  it.each([
    ['user.bought', own, '/path/type'],
    ['order', own, '/path/type'],
    ['order.', own, '/path/type'],
    ['order.x', { ...own, schema: { type: 'array', items: { type: 'string' } } }, '/schema/type'],
    ['order.x', { ...own, example: {} }, '/example/total'],
    ['order.x', { ...own, schema: { ...own.schema, required: ['total', 'more'] } }, '/schema/required/1'],
    [
      'order.x',
      { ...own, schema: { type: 'object', properties: { total: { type: 'string', pattern: '(a+)+$' } } } },
      '/schema/properties/total/pattern',
    ],
    ['order.x', { ...own, schema: { ...own.schema, $ref: '#' } }, '/schema'],
  ])('are refused as %s where they are not as they must be', async (type, body, pointer) => {
    const { status, body: problem } = await put(type, body);
    expect(status).toBe(400);
    expect(problem.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
  });

  it('are a hundred of a tenant at most, also when they are written at once', async () => {
    await system.pool.query(
      `INSERT INTO event_types (tenant_id, type, title, description, subject, schema, example, created_at)
       SELECT $1, 'bulk.n' || n, 't', 'd', 'tenant', '{"type":"object"}', '{}', now() FROM generate_series(1, 99) n`,
      [system.tenantId],
    );
    const answers = await Promise.all(['one', 'two', 'three'].map((name) => put(`more.${name}`, own)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it('are written once by a request that is sent again', async () => {
    const headers = { 'Idempotency-Key': 'again' };
    const first = await put('bulk.n1', { ...own }, { headers });
    expect((await put('bulk.n1', { ...own }, { headers })).body).toEqual(first.body);
    const { rows } = await system.pool.query(`SELECT data FROM outbox WHERE type = 'event-type.written'
      AND data->>'type' = 'bulk.n1'`);
    expect(rows).toEqual([{ data: { type: 'bulk.n1', version: 2 } }]);
  });
});
