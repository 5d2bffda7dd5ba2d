import { startSystem, type Called, type RunningSystem } from '../../running-system';
import { ApiUser } from '../api-user';

describe('contacts', () => {
  let system: RunningSystem;
  let user: ApiUser;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());
  beforeEach(async () => {
    user = await ApiUser.create(system);
  });

  const add = (body: object, of = user, headers: Record<string, string> = {}): Promise<Called> =>
    system.call('POST', of.path('/contacts'), { body, headers });
  const addEmail = (address: string, of = user): Promise<Called> => add({ kind: 'email', address }, of);
  const listed = async (of = user, key = system.keys.all): Promise<Called['body'][]> =>
    (await system.call('GET', of.path('/contacts'), { key })).body.contacts;

  it('are e-mail addresses and phone numbers, verified or not, the oldest first', async () => {
    const email = await add({ kind: 'email', address: 'Alice.M@Bücher.example', verified: true });
    const phone = await add({ kind: 'phone', address: '+44 20 7946 0018' });
    expect([email.status, phone.status]).toEqual([201, 201]);
    expect(email.body).toMatchObject({
      kind: 'email',
      address: 'Alice.M@xn--bcher-kva.example',
      masked: false,
      verified: true,
      verifiedAt: email.body.createdAt,
    });
    expect(phone.body).toMatchObject({ kind: 'phone', address: '+442079460018', verified: false });
    expect(phone.body).not.toHaveProperty('verifiedAt');
    expect(await listed()).toEqual([email.body, phone.body]);
  });

  it('are one contact when they normalise alike, which sending again neither changes nor verifies', async () => {
    const first = await addEmail('alice@bücher.example');
    const again = await add({ kind: 'email', address: ' ALICE@xn--bcher-kva.example', verified: true });
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect(await listed()).toHaveLength(1);
  });

  it('are one contact of twenty requests at once', async () => {
    const calls = await Promise.all(Array.from({ length: 20 }, () => addEmail('crowd@example.com')));
    expect(calls.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(calls.filter(({ status }) => status === 200)).toHaveLength(19);
    expect(new Set(calls.map(({ body }) => body.id)).size).toBe(1);
  });

  it('are twenty at most, also when they all come at once', async () => {
    const calls = await Promise.all(
      Array.from({ length: 25 }, (_, number) => addEmail(`n${String(number)}@example.com`)),
    );
    expect(calls.filter(({ status }) => status === 201)).toHaveLength(20);
    const refused = calls.filter(({ status }) => status !== 201);
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
      refused.map(() => [409, 'contact_limit_reached']),
    );
    expect(await listed()).toHaveLength(20);
  });

  it('are verified, unverified and removed', async () => {
    const { body: contact } = await addEmail('verify@example.com');
    const path = user.path(`/contacts/${contact.id as string}`);
    const verified = await system.call('PATCH', path, { body: { verified: true } });
    expect(verified.body).toEqual({ ...contact, verified: true, verifiedAt: expect.any(String) });
    const again = await system.call('PATCH', path, { body: { verified: true } });
    expect(again.body).toEqual(verified.body);
    const not = await system.call('PATCH', path, { body: { verified: false } });
    expect(not.body).toEqual(contact);
    expect((await system.call('DELETE', path)).status).toBe(204);
    expect((await system.call('DELETE', path)).status).toBe(404);
    expect((await system.call('PATCH', path, { body: { verified: true } })).status).toBe(404);
    expect(await listed()).toEqual([]);
  });

  it('answer a retry as the first time, even after the contact is gone, and refuse another request', async () => {
    const headers = { 'Idempotency-Key': 'add-once' };
    const body = { kind: 'email', address: 'retry@example.com' };
    const first = await add(body, user, headers);
    await system.call('DELETE', user.path(`/contacts/${first.body.id as string}`));
    const again = await add(body, user, headers);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(await listed()).toEqual([]);
    const other = await add({ ...body, verified: true }, user, headers);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
  });

  it('show masked addresses to keys that do not answer for people’s data', async () => {
    await addEmail('alice@example.com');
    await add({ kind: 'phone', address: '+442079460018' });
    const shown = async (key: string): Promise<string[]> =>
      (await listed(user, key)).map((contact) => contact.address as string);
    for (const key of [system.keys.manageUsers, system.keys.audit])
      expect(await shown(key)).toEqual(['alice@example.com', '+442079460018']);
    for (const key of [system.keys.authenticate, system.keys.operate])
      expect(await shown(key)).toEqual(['a•••@example.com', '+•••18']);
    const { status } = await system.call('GET', user.path('/contacts'), { key: system.keys.admin });
    expect(status).toBe(403);
  });

  it('are changed by keys that manage users alone', async () => {
    const { body: contact } = await addEmail('kept@example.com');
    const path = user.path(`/contacts/${contact.id as string}`);
    for (const key of [system.keys.authenticate, system.keys.operate, system.keys.audit, system.keys.admin]) {
      const body = { kind: 'email', address: 'new@example.com' };
      const calls = [
        await system.call('POST', user.path('/contacts'), { key, body }),
        await system.call('PATCH', path, { key, body: { verified: true } }),
        await system.call('DELETE', path, { key }),
      ];
      expect(calls.map(({ status }) => status)).toEqual([403, 403, 403]);
    }
    expect(await listed()).toEqual([contact]);
  });

  it('of another tenant or user are as unknown as none', async () => {
    const { body: contact } = await addEmail('mine@example.com');
    const other = await ApiUser.create(system);
    const below = `/contacts/${contact.id as string}`;
    await system.call('PUT', user.path(), { key: system.keys.otherTenant });
    const attempts = [
      { path: other.path(below), key: system.keys.all },
      { path: user.path(below), key: system.keys.otherTenant },
    ];
    for (const { path, key } of attempts) {
      const patched = await system.call('PATCH', path, { key, body: { verified: true } });
      const removed = await system.call('DELETE', path, { key });
      expect([patched.status, removed.status]).toEqual([404, 404]);
    }
    expect(await listed(user, system.keys.otherTenant)).toEqual([]);
    expect(await listed()).toEqual([contact]);
  });

  it('leave traces in audit trail and outbox that do not tell the address, and none where nothing changed', async () => {
    const { body: contact } = await addEmail('planted-trace@example.com');
    await addEmail('planted-trace@example.com');
    const path = user.path(`/contacts/${contact.id as string}`);
    await system.call('PATCH', path, { body: { verified: true } });
    await system.call('PATCH', path, { body: { verified: true } });
    await system.call('DELETE', path);
    const timeline = await system.call('GET', user.path('/timeline'));
    expect(timeline.body.entries.map((entry: { action: string }) => entry.action)).toEqual([
      'contact.remove',
      'contact.change',
      'contact.add',
      'user.create',
    ]);
    const { rows } = await system.pool.query(
      `SELECT o.type, o.data FROM outbox o JOIN users USING (user_id) WHERE users.external_id = $1 ORDER BY event_id`,
      [user.id],
    );
    const named = { contactId: contact.id, kind: 'email' };
    expect(rows.slice(1)).toEqual([
      { type: 'contact.added', data: { ...named, verified: false } },
      { type: 'contact.changed', data: { ...named, verified: true } },
      { type: 'contact.removed', data: named },
    ]);
  });

  it('are nowhere in the database as they were typed', async () => {
    await add({ kind: 'email', address: 'planted-row@example.com' });
    await add({ kind: 'phone', address: '+442079460123' });
    const { rows: tables } = await system.pool.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      const { rows } = await system.pool.query(
        `SELECT FROM ${name} t WHERE t::text LIKE ANY ($1) OR t::text LIKE ANY ($2)`,
        [
          ['%planted-row%', '%442079460123%'],
          ['planted-row@', '442079460123'].map((text) => `%${Buffer.from(text).toString('hex')}%`),
        ],
      );
      expect([name, rows.length]).toEqual([name, 0]);
    }
  });

  it('do not open when their rows are changed about', async () => {
    const other = await ApiUser.create(system);
    const one = await addEmail('swapped-a@example.com');
    const two = await addEmail('swapped-b@example.com');
    const foreign = await addEmail('swapped-c@example.com', other);
    const swap = async (from: string, to: string): Promise<void> => {
      await system.pool.query(
        'UPDATE contacts SET address = (SELECT address FROM contacts WHERE contact_id = $1) WHERE contact_id = $2',
        [from, to],
      );
    };
    await swap(one.body.id, two.body.id);
    expect((await system.call('GET', user.path('/contacts'))).status).toBe(500);
    await swap(one.body.id, foreign.body.id);
    expect((await system.call('GET', other.path('/contacts'))).status).toBe(500);
  });

  it.each([
    [{ kind: 'email', address: 'nobody' }, '/address'],
    [{ kind: 'email', address: 'a@b\r\nBcc: c@d' }, '/address'],
    [{ kind: 'phone', address: '020 7946 0018' }, '/address'],
    [{ kind: 'phone', address: 'alice@example.com' }, '/address'],
    [{ kind: 'fax', address: '+442079460018' }, '/kind'],
    [{ kind: 'email' }, '/address'],
    [{ kind: 'email', address: 'a@example.com', verified: 'yes' }, '/verified'],
  ])('are refused where they are none, without telling them back: %j', async (body, pointer) => {
    const answer = await add(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    expect(answer.body.errors[0].pointer).toBe(pointer);
    if ('address' in body) expect(JSON.stringify(answer.body)).not.toContain(body.address.slice(0, 8));
  });
});
