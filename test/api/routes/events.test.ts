import { startSystem, type Called, type CallOptions, type RunningSystem } from '../../running-system';
import { ApiUser } from '../api-user';
import { fullBodies } from '../route-samples';

const DAY_MS = 86_400_000;

describe('events of other systems', () => {
  let system: RunningSystem;
  let user: ApiUser;
  let sent = 0;

  beforeAll(async () => {
    system = await startSystem();
    user = await ApiUser.create(system);
  });
  afterAll(() => system.stop());

  const event = (fields: object = {}): Record<string, unknown> => ({
    specversion: '1.0',
    id: `e-${String((sent += 1))}`,
    source: 'https://idp.example/risk',
    type: 'risk.changed',
    subject: user.id,
    time: new Date().toISOString(),
    data: { level: 'high' },
    ...fields,
  });
  const post = (body: unknown, mode = 'cloudevents', options: CallOptions = {}): Promise<Called> =>
    system.call('POST', '/v1/events', {
      key: system.keys.events,
      body,
      ...options,
      headers: { 'content-type': `application/${mode}+json`, ...options.headers },
    });
  const batch = (events: unknown): Promise<Called> => post(events, 'cloudevents-batch');
  const list = (query = ''): Promise<Called> =>
    system.call('GET', `/v1/events${query}`, { key: system.keys.audit });
  const faultsOf = ({ status, body }: Called): string[] => {
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    return body.errors.map(({ pointer }: { pointer: string }) => pointer);
  };
  const countOf = async (where: string): Promise<number> => {
    const { rows } = await system.pool.query(`SELECT count(*)::integer AS n FROM ${where}`);
    return rows[0].n;
  };

  it('are taken in structured and in binary mode, and listed newest first with our own', async () => {
    const structured = event({ tracestate: 'a=1' });
    const first = await post(structured);
    expect([first.status, first.body]).toEqual([
      202,
      { events: [{ id: expect.stringMatching(/^evt_\d+$/), duplicate: false }] },
    ]);
    const { data, ...attributes } = event({ id: 'binary' });
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, String(value)]),
    );
    const second = await post(data, 'cloudevents', {
      headers: { ...headers, 'content-type': 'application/json' },
    });
    expect(second.status).toBe(202);
    const { body } = await list('?limit=3');
    expect(body.events).toMatchObject([
      { id: second.body.events[0].id, outside: true, data: { level: 'high' } },
      {
        id: first.body.events[0].id,
        type: 'risk.changed',
        version: 1,
        subject: user.id,
        source: structured['source'],
        time: structured['time'],
        outside: true,
      },
      { type: 'user.created', source: system.config.issuer, subject: user.id, outside: false },
    ]);
    const next = await list(`?limit=1&cursor=${String((await list('?limit=1')).body.next)}`);
    expect(next.body.events[0].id).toBe(first.body.events[0].id);
    const timeline = await system.call('GET', user.path('/timeline'));
    expect(timeline.body.entries[0]).toMatchObject({
      action: 'event.accept',
      detail: { eventId: second.body.events[0].id, type: 'risk.changed' },
    });
  });

  it('are found by type, user and time', async () => {
    const other = await ApiUser.create(system);
    const time = new Date(Date.now() - DAY_MS).toISOString();
    const { body } = await post(event({ type: 'device.lost', subject: other.id, time, data: {} }));
    const [{ id }] = body.events;
    const ids = async (query: string): Promise<unknown> =>
      (await list(query)).body.events.map((shown: { id: string }) => shown.id);
    expect(await ids('?type=device.lost')).toEqual([id]);
    expect(await ids(`?userId=${other.id}&type=device.lost`)).toEqual([id]);
    expect(await ids(`?userId=${user.id}&type=device.lost`)).toEqual([]);
    expect(await ids(`?before=${new Date(Date.now() - DAY_MS / 2).toISOString()}`)).toEqual([id]);
    expect(await ids(`?after=${new Date(Date.now() + DAY_MS).toISOString()}`)).toEqual([]);
    expect((await list('?userId=stranger')).status).toBe(404);
  });

  it('are one however often they are sent, three times at once too', async () => {
    const one = event();
    const answers = await Promise.all([post(one), post(one), batch([one])]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const [first, ...more] = answers.map(({ body }) => body.events[0]);
    expect(more.map(({ id }) => id)).toEqual([first.id, first.id]);
    expect([first, ...more].filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(await countOf(`outbox WHERE external_id = '${String(one['id'])}'`)).toBe(1);
    const within = event();
    const twice = await batch([within, within]);
    expect(twice.body.events.map(({ duplicate }: { duplicate: boolean }) => duplicate)).toEqual([
      false,
      true,
    ]);
    for (const changed of [{ data: { level: 'low' } }, { type: 'device.lost', data: {} }]) {
      const { status, body } = await post({ ...one, ...changed });
      expect([status, body.code]).toEqual([409, 'conflict']);
    }
    const elsewhere = await post({ ...one, source: 'https://other.example' });
    expect(elsewhere.body.events[0].duplicate).toBe(false);
  });

  it('do not stand in the way of each other when batches share them in another order', async () => {
    const many = Array.from({ length: 20 }, () => event());
    const answers = await Promise.all([batch(many), batch([...many].reverse()), batch(many)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(answers[1].body.events.map(({ id }: { id: string }) => id).reverse()).toEqual(
      answers[0].body.events.map(({ id }: { id: string }) => id),
    );
  });

  it('are taken as a whole batch or not at all, and every fault is named', async () => {
    const before = await countOf('outbox');
    const faulty = [
      event(),
      event({ data: { level: 'enormous' } }),
      event({ subject: undefined }),
      event({ type: 'user.locked', data: {} }),
      event({ type: 'no.such' }),
      event({ time: new Date(Date.now() + 6 * 60_000).toISOString() }),
      event({ time: new Date(Date.now() - 30 * DAY_MS).toISOString() }),
      event({ source: system.config.issuer }),
      event({ source: 'no uri' }),
    ];
    expect(faultsOf(await batch(faulty))).toEqual(['/8/source']);
    expect(faultsOf(await batch(faulty.slice(0, 8)))).toEqual([
      '/1/data/level',
      '/2/subject',
      '/3/type',
      '/4/type',
      '/5/time',
      '/6/time',
      '/7/source',
    ]);
    expect(faultsOf(await batch([event(), event({ subject: 'stranger' })]))).toEqual(['/1/subject']);
    expect(faultsOf(await batch(Array.from({ length: 101 }, () => event())))).toEqual(['']);
    expect(faultsOf(await batch([]))).toEqual(['']);
    expect(await countOf('outbox')).toBe(before);
  });

  it('cannot take the name of who signs what it says', async () => {
    const issuer = 'https://signs.example';
    const { body } = await post(event({ source: issuer }));
    expect(body.events).toHaveLength(1);
    await system.call('PUT', '/v1/event-transmitters/signs', {
      body: { ...(fullBodies['putEventTransmitter'] as object), issuer },
    });
    expect(faultsOf(await post(event({ source: issuer })))).toEqual(['/source']);
  });

  it('are refused where they are no CloudEvent of JSON', async () => {
    for (const [fields, pointer] of [
      [{ specversion: '0.3' }, '/specversion'],
      [{ id: '' }, '/id'],
      [{ id: 'x'.repeat(201) }, '/id'],
      [{ time: undefined }, '/time'],
      [{ source: '%%' }, '/source'],
      [{ datacontenttype: 'text/xml' }, '/datacontenttype'],
      [{ data: 'text' }, '/data'],
      [{ type: 'device.lost', data: undefined, data_base64: 'e30=' }, '/data_base64'],
      [{ Not_A_Name: 1 }, ''],
      [{ validate: 'x' }, ''],
      [{ data: { level: 'x'.repeat(17_000) } }, '/data'],
    ] as const) {
      expect(new Set(faultsOf(await post(event(fields))))).toEqual(new Set([pointer]));
    }
    expect(faultsOf(await post([event()]))).toEqual(['']);
    expect(faultsOf(await batch(event()))).toEqual(['']);
    const polluted = JSON.stringify(event()).replace('"level"', '"__proto__"');
    expect(faultsOf(await post(polluted))).toEqual(['/data']);
    const large = await post(`{"x":"${'x'.repeat(10 * 1024 * 1024)}"}`);
    expect([large.status, large.body.code]).toEqual([413, 'payload_too_large']);
  });

  it('are for keys with their own scope, and of the own tenant alone', async () => {
    const key = system.keys.otherTenant;
    const foreign = await post(event(), 'cloudevents', { key });
    const unknown = await post(event({ subject: 'stranger' }), 'cloudevents', { key });
    expect(foreign.body.errors).toEqual(unknown.body.errors);
    expect(faultsOf(foreign)).toEqual(['/subject']);
    const shared = event();
    await system.call('PUT', user.path(), { key, body: {} });
    const [own, theirs] = await Promise.all([post(shared), post(shared, 'cloudevents', { key })]);
    expect(own.body.events[0].id).not.toBe(theirs.body.events[0].id);
    const seen = await system.call('GET', '/v1/events?type=risk.changed', { key });
    expect(seen.body.events.map(({ id }: { id: string }) => id)).toEqual([theirs.body.events[0].id]);
    expect((await post(event(), 'cloudevents', { key: system.keys.audit })).status).toBe(403);
    expect((await system.call('GET', '/v1/events', { key: system.keys.events })).status).toBe(403);
  });

  it('take back what was issued before, once, where their type means that', async () => {
    const person = await ApiUser.enrolled(system);
    const { body: login } = await person.login();
    const introspect = async (token: string): Promise<unknown> =>
      (await system.call('POST', '/v1/sessions/introspect', { body: { token } })).body.active;
    expect(await introspect(login.session.token)).toBe(true);
    await post(event({ subject: person.id }));
    expect(await introspect(login.session.token)).toBe(true);
    const breach = event({ type: 'credential.compromised', subject: person.id, data: { kind: 'password' } });
    await Promise.all([post(breach), post(breach), post(breach)]);
    expect(await introspect(login.session.token)).toBe(false);
    const { body: after } = await person.login();
    expect((await post(breach)).body.events[0].duplicate).toBe(true);
    expect(await introspect(after.session.token)).toBe(true);
    expect((await post({ ...breach, data: {} })).status).toBe(409);
    expect(await introspect(after.session.token)).toBe(true);
    const raised = await list(`?type=epoch.raised&userId=${person.id}`);
    expect(raised.body.events).toHaveLength(1);
  });

  it('are nothing of an erased user', async () => {
    const leaver = await ApiUser.create(system);
    const { body } = await post(event({ subject: leaver.id }));
    expect((await system.call('DELETE', leaver.path())).status).toBeLessThan(300);
    expect(faultsOf(await post(event({ subject: leaver.id })))).toEqual(['/subject']);
    const shown = (await list()).body.events.find(({ id }: { id: string }) => id === body.events[0].id);
    expect(shown?.subject).toBeUndefined();
  });
});
