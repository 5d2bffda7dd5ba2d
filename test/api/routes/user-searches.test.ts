import { startSystem, type Called, type RunningSystem } from '../../running-system';
import { ApiUser } from '../api-user';

describe('finding users by an address', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  const search = (body: object, key = system.keys.operate): Promise<Called> =>
    system.call('POST', '/v1/user-searches', { key, body });
  const get = (query: string, key = system.keys.operate): Promise<Called> =>
    system.call('GET', `/v1/users?${query}`, { key });
  const idsOf = ({ body }: Called): string[] => body.users.map((user: { id: string }) => user.id).sort();

  async function userWith(kind: 'email' | 'phone', address: string, verified = false): Promise<ApiUser> {
    const user = await ApiUser.create(system);
    await system.call('POST', user.path('/contacts'), { body: { kind, address, verified } });
    return user;
  }

  it('finds exactly the one who has it, however it is written, by body and by query', async () => {
    const user = await userWith('email', 'Find.Me@Bücher.example', true);
    await userWith('email', 'findme@bücher.example');
    for (const email of ['find.me@bücher.example', ' FIND.ME@XN--BCHER-KVA.EXAMPLE']) {
      const byBody = await search({ email });
      const byQuery = await get(`email=${encodeURIComponent(email)}`);
      expect(idsOf(byBody)).toEqual([user.id]);
      expect(byQuery.body).toEqual(byBody.body);
      expect(byBody.body.users[0].matched).toEqual({
        contactId: expect.stringMatching(/^con_/),
        verified: true,
      });
    }
  });

  it('finds a phone number', async () => {
    const user = await userWith('phone', '+44 20 7946 0018');
    expect(idsOf(await search({ phone: '+44 (0)20 7946 0018' }))).toEqual([user.id]);
    expect(idsOf(await get('phone=%2B442079460018'))).toEqual([user.id]);
  });

  it('says in one sentence that a + is not written as such in a URL', async () => {
    const { status, body } = await get('phone=+442079460018');
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ pointer: '/query/phone', detail: expect.stringContaining('%2B') }]);
  });

  it.each(['find', 'find.me', 'find.me@', '%@bücher.example', 'find.me@*', "' OR true --@x.de"])(
    'never finds by a part of it or a pattern: %s',
    async (email) => {
      const { status, body } = await search({ email });
      expect([200, 400]).toContain(status);
      if (status === 200) expect(body.users).toEqual([]);
    },
  );

  it('does not take a look-alike of another script for the address', async () => {
    const user = await userWith('email', 'paypal@example.com');
    expect(idsOf(await search({ email: 'p\u0430ypal@example.com' }))).toEqual([]);
    expect(idsOf(await search({ email: 'paypal@ex\u0430mple.com' }))).toEqual([]);
    expect(idsOf(await search({ email: 'ＰayPal@example.com' }))).toEqual([user.id]);
  });

  it('gives all who share it, page by page', async () => {
    const sharing = [];
    for (let number = 0; number < 5; number += 1) sharing.push(await userWith('email', 'family@example.com'));
    expect(idsOf(await search({ email: 'family@example.com' }))).toEqual(sharing.map(({ id }) => id).sort());
    const seen: string[] = [];
    for (let cursor: string | undefined = undefined; ;) {
      const page: Called = await search({ email: 'family@example.com', limit: 2, ...(cursor && { cursor }) });
      seen.push(...idsOf(page));
      if (page.body.next === null) break;
      cursor = page.body.next;
    }
    expect(seen.sort()).toEqual(sharing.map(({ id }) => id).sort());
  });

  it('finds nobody of another tenant, by address or by its cursor', async () => {
    await userWith('email', 'tenant@example.com');
    const found = await search({ email: 'tenant@example.com' }, system.keys.otherTenant);
    expect(found.body).toEqual({ users: [], next: null });
    await userWith('email', 'shared@example.com');
    await userWith('email', 'shared@example.com');
    const { body: page } = await search({ email: 'shared@example.com', limit: 1 });
    expect([page.users.length, typeof page.next]).toEqual([1, 'string']);
    const continued = { email: 'shared@example.com', cursor: page.next as string };
    expect((await search(continued)).body.users).toHaveLength(1);
    expect((await search(continued, system.keys.otherTenant)).body).toEqual({ users: [], next: null });
  });

  it('finds nobody any more when the contact is removed', async () => {
    const user = await userWith('email', 'gone@example.com');
    const [contact] = (await system.call('GET', user.path('/contacts'))).body.contacts;
    await system.call('DELETE', user.path(`/contacts/${contact.id as string}`));
    expect(idsOf(await search({ email: 'gone@example.com' }))).toEqual([]);
  });

  it('is for keys that manage users or operate', async () => {
    const user = await userWith('email', 'scope@example.com');
    for (const key of [system.keys.manageUsers, system.keys.operate])
      expect(idsOf(await search({ email: 'scope@example.com' }, key))).toEqual([user.id]);
    for (const key of [system.keys.authenticate, system.keys.audit, system.keys.admin]) {
      expect((await search({ email: 'scope@example.com' }, key)).status).toBe(403);
      expect((await get('email=scope@example.com', key)).status).toBe(403);
    }
  });

  it.each([
    {},
    { email: 'a@example.com', phone: '+442079460018' },
    { email: 'nobody' },
    { phone: '2079460018' },
    { email: 'a@example.com', cursor: Buffer.from('alice').toString('base64url') },
    { email: 'a@example.com', limit: 0 },
    { email: 'a@example.com', limit: 201 },
  ])('refuses %j', async (body) => {
    const answer = await search(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
  });

  it('refuses both at once in the query, and one of them twice', async () => {
    for (const query of ['email=a@example.com&phone=%2B442079460018', 'email=a@b.de&email=c@d.de', 'email='])
      expect((await get(query)).status).toBe(400);
  });

  it('leaves a trace of who looked, found or not, that does not tell the address', async () => {
    const user = await userWith('email', 'planted-look@example.com');
    await search({ email: 'planted-look@example.com' });
    await search({ email: 'planted-miss@example.com' });
    const timeline = await system.call('GET', user.path('/timeline'));
    expect(timeline.body.entries[0]).toMatchObject({
      action: 'user.look-up',
      outcome: 'found',
      actor: expect.stringMatching(/^key_/),
      detail: { by: 'email' },
    });
    const { rows } = await system.pool.query(
      `SELECT user_id, outcome, detail FROM audit WHERE action = 'user.look-up' ORDER BY sequence DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ user_id: null, outcome: 'none', detail: { by: 'email' } }]);
  });

  it('leaves a user whose id is like a word of the API where it is', async () => {
    expect((await system.call('PUT', '/v1/users/search')).status).toBe(201);
    expect((await system.call('GET', '/v1/users/search')).body.id).toBe('search');
  });
});
