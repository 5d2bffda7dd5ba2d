import { TestClock } from '../../end-to-end/test-clock';
import { startSystem, type RunningSystem } from '../../running-system';
import { ApiUser } from '../api-user';
import { internalIdOf, ticketFor } from './tickets-of';
import { formTokenIn, Visitor, wordsOf, type Seen } from './visitor';

describe('the page of a one-time link', () => {
  let system: RunningSystem;
  let visitor: Visitor;
  let user: ApiUser;
  let clock: TestClock;

  beforeAll(async () => {
    system = await startSystem({ MFAFLOW_LIMIT_LINKS_PER_MINUTE: '100000' });
    visitor = new Visitor(system);
    clock = new TestClock(system.pool);
  });
  afterAll(() => system.stop());
  beforeEach(async () => {
    user = await ApiUser.create(system);
  });

  async function link(body: object = {}): Promise<{ id: string; url: string; contactId: string }> {
    const contact = await system.call('POST', user.path('/contacts'), {
      body: { kind: 'email', address: `${user.id}@example.com` },
    });
    const contactId = contact.body.id as string;
    const { body: made } = await system.call('POST', user.path('/tickets'), {
      body: { purpose: 'confirm-address', contactId, ...body },
    });
    return { ...made, contactId };
  }
  const isVerified = async (): Promise<boolean> =>
    (await system.call('GET', user.path('/contacts'))).body.contacts[0].verified;
  const said = async (): Promise<string[]> => {
    const { body } = await system.call('GET', user.path('/timeline'));
    return body.entries.map(({ action, actor }: { action: string; actor: string }) =>
      actor === 'ticket' ? action : '',
    );
  };
  const verifications = async (): Promise<number> =>
    (await said()).filter((action) => action === 'contact.verify').length;
  const alike = ({ status, page, headers }: Seen): unknown => {
    const told = Object.fromEntries(headers);
    delete told['request-id'];
    delete told['date'];
    return { status, page, told };
  };

  it('says what will happen, for whom, and until when, and shows no whole address', async () => {
    const { url } = await link();
    const { status, page } = await visitor.open(url);
    expect(status).toBe(200);
    const words = wordsOf(page);
    expect(words).toContain('acme would like to know that p•••@example.com belongs to you.');
    expect(words).toMatch(/This link is good once, until .* UTC\./);
    expect(words).toContain('Confirm address');
    expect(page).not.toContain(user.id);
  });

  it('does nothing when it is opened, however often and by whatever opens it', async () => {
    const { url } = await link();
    for (const headers of [
      {},
      { 'user-agent': 'Mozilla/5.0 (compatible; SafeLinks/1.0)' },
      { purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender' },
      { range: 'bytes=0-10' },
      { 'if-none-match': '*' },
    ]) {
      expect((await visitor.open(url, headers)).status).toBe(200);
    }
    const head = await visitor.request(url, { method: 'HEAD' });
    expect([head.status, head.page]).toEqual([200, '']);
    expect(await isVerified()).toBe(false);
    expect((await visitor.press(url)).status).toBe(200);
    expect(await isVerified()).toBe(true);
  });

  it('verifies the address when its button is pressed, once, and says so in trail and events', async () => {
    const { url, id, contactId } = await link();
    const form = formTokenIn((await visitor.open(url)).page);
    const done = await visitor.send(url, form);
    expect([done.status, wordsOf(done.page)]).toEqual([
      200,
      expect.stringContaining('Your address is confirmed'),
    ]);
    expect(done.page).not.toContain('<form');
    const { rows } = await system.pool.query(
      `SELECT type, data FROM outbox WHERE user_id = (SELECT user_id FROM users WHERE external_id = $1)
       AND type = 'contact.verified'`,
      [user.id],
    );
    expect(rows).toEqual([{ type: 'contact.verified', data: { contactId, kind: 'email', ticketId: id } }]);
    expect(await verifications()).toBe(1);
    expect((await visitor.send(url, form)).status).toBe(404);
    expect(await verifications()).toBe(1);
  });

  it('is redeemed once when twenty press the button at once', async () => {
    const { url } = await link();
    const form = formTokenIn((await visitor.open(url)).page);
    const pressed = await Promise.all(Array.from({ length: 20 }, () => visitor.send(url, form)));
    const statuses = pressed.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 404)).toHaveLength(19);
    expect(await verifications()).toBe(1);
  });

  describe('that is not valid', () => {
    it('is one answer, whatever is wrong, to reading and to pressing', async () => {
      const good = await link();
      const form = formTokenIn((await visitor.open(good.url)).page);
      const other = await ticketFor(system, await internalIdOf(system, user), 'not-me', {
        factorId: 'fac_none',
      });
      const [, mac = ''] = good.url.split('.').slice(-2).join('.').split('.');
      const redeemed = await link();
      await visitor.press(redeemed.url);
      const late = await link({ minutes: 1 });
      const gone = await link();
      await system.pool.query('DELETE FROM tickets WHERE ticket_id = $1', [gone.id]);
      await clock.forward(61_000);
      const urls = {
        'cut off': good.url.slice(0, -1),
        lengthened: `${good.url}A`,
        forged: good.url.slice(0, -43) + 'A'.repeat(43),
        'with another id': `http://x/t/${other.ticketId}.${mac}`,
        'of no ticket': `http://x/t/tic_none.${mac}`,
        redeemed: redeemed.url,
        'too late': late.url,
        forgotten: gone.url,
        'without a token': 'http://x/t/',
        bare: 'http://x/t',
        below: `${good.url}/more`,
        encoded: good.url.replace('_', '%5F'),
        'broken encoding': 'http://x/t/%zz',
        'with NUL': 'http://x/t/%00',
        'of another case': good.url.replace('tic_', 'TIC_'),
        long: `http://x/t/${'a'.repeat(8_000)}`,
      };
      const first = alike(await visitor.open(urls['forged']));
      expect(first).toMatchObject({
        status: 404,
        page: expect.stringContaining('This link is not valid any more'),
      });
      for (const [name, url] of Object.entries(urls)) {
        expect([name, alike(await visitor.open(url))]).toEqual([name, first]);
      }
      for (const url of [urls.redeemed, urls['too late'], urls.forgotten]) {
        const own = await visitor.send(url, form);
        expect(own.status).toBe(403);
      }
      expect((await visitor.open(good.url)).status).toBe(200);
      expect((await visitor.send(good.url, form)).status).toBe(200);
    });

    it('does nothing when it is pressed after its time, with the form of before', async () => {
      const { url } = await link({ minutes: 1 });
      const form = formTokenIn((await visitor.open(url)).page);
      await clock.forward(61_000);
      const late = await visitor.send(url, form);
      expect(alike(late)).toEqual(alike(await visitor.open(`${url}x`)));
      expect(await isVerified()).toBe(false);
    });

    it.each(['user', 'tenant'])('is refused by an epoch of the %s', async (scope) => {
      const { url } = await link();
      const form = formTokenIn((await visitor.open(url)).page);
      const subject = scope === 'user' ? { subject: user.id } : {};
      await system.call('POST', '/v1/epochs', { body: { scope, ...subject, reason: 'stolen' } });
      expect((await visitor.open(url)).status).toBe(404);
      expect((await visitor.send(url, form)).status).toBe(404);
      expect(await isVerified()).toBe(false);
    });

    it('is that of a contact that was removed, of a user who was erased, of a tenant that is disabled', async () => {
      const removed = await link();
      await system.call('DELETE', user.path(`/contacts/${removed.contactId}`));
      expect((await visitor.open(removed.url)).status).toBe(404);

      const disabled = await link();
      await system.pool.query('UPDATE tenants SET disabled_at = current_instant() WHERE tenant_id = $1', [
        system.tenantId,
      ]);
      expect((await visitor.open(disabled.url)).status).toBe(404);
      await system.pool.query('UPDATE tenants SET disabled_at = NULL WHERE tenant_id = $1', [
        system.tenantId,
      ]);
      expect((await visitor.open(disabled.url)).status).toBe(200);

      const form = formTokenIn((await visitor.open(disabled.url)).page);
      expect(
        (await system.call('DELETE', user.path(), { headers: { 'MFAFlow-Reason': 'asked' } })).status,
      ).toBe(202);
      expect((await visitor.open(disabled.url)).status).toBe(404);
      expect((await visitor.send(disabled.url, form)).status).toBe(404);
    });
  });

  describe('does nothing for another site', () => {
    it.each([
      ['another origin', { origin: 'https://evil.example' }],
      ['no origin at all', { origin: '' }],
      ['an opaque origin', { origin: 'null' }],
      ['a browser that says so', { 'sec-fetch-site': 'cross-site' }],
      ['a neighbour under the same domain', { 'sec-fetch-site': 'same-site' }],
    ])('with %s', async (_, headers) => {
      const { url } = await link();
      const answer = await visitor.press(url, headers);
      expect([answer.status, wordsOf(answer.page)]).toEqual([
        403,
        expect.stringContaining('nothing was done'),
      ]);
      expect(await isVerified()).toBe(false);
      expect((await visitor.press(url)).status).toBe(200);
    });

    it('nor without the form of its own page, or with that of another link', async () => {
      const { url } = await link();
      const other = await link();
      const foreign = formTokenIn((await visitor.open(other.url)).page);
      const own = formTokenIn((await visitor.open(url)).page);
      const origin = { origin: system.apiUrl };
      const bodies: RequestInit[] = [
        {},
        { body: new URLSearchParams({ form: foreign }) },
        { body: new URLSearchParams({ form: '' }) },
        {
          body: new URLSearchParams([
            ['form', own],
            ['form', own],
          ]),
        },
        { body: new URLSearchParams({ form: own, filler: 'x'.repeat(10_000) }) },
        { body: JSON.stringify({ form: own }), headers: { ...origin, 'content-type': 'application/json' } },
        { body: `form=${own}`, headers: { ...origin, 'content-type': 'text/plain' } },
        {
          body: `form=${own}`,
          headers: {
            ...origin,
            'content-type': 'application/x-www-form-urlencoded',
            'content-encoding': 'gzip',
          },
        },
        { body: '\0\uffff%', headers: { ...origin, 'content-type': 'application/x-www-form-urlencoded' } },
      ];
      for (const init of bodies) {
        expect((await visitor.request(url, { method: 'POST', headers: origin, ...init })).status).toBe(403);
      }
      expect((await visitor.open(`${url}?form=${own}`)).status).toBe(200);
      expect(await isVerified()).toBe(false);
    });

    it('and refuses it alike for a link that there is and one that there is not', async () => {
      const { url } = await link();
      const none = url.slice(0, -43) + 'A'.repeat(43);
      expect(alike(await visitor.send(url, 'x'))).toEqual(alike(await visitor.send(none, 'x')));
    });
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('takes no %s, whatever the link', async (method) => {
    const { url } = await link();
    for (const asked of [url, 'http://x/t/none']) {
      const { status, headers } = await visitor.request(asked, { method });
      expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
    expect(await isVerified()).toBe(false);
  });

  it('is kept by nobody, shown in no frame, and loads and runs nothing', async () => {
    const { url } = await link();
    for (const { headers } of [
      await visitor.open(url),
      await visitor.open(`${url}x`),
      await visitor.press(url),
    ]) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-robots-tag')).toBe('noindex, nofollow');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('set-cookie')).toBeNull();
      const policy = headers.get('content-security-policy')!.split(';').sort();
      expect(policy).toEqual([
        "base-uri 'none'",
        "default-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        expect.stringMatching(/^style-src 'sha256-[A-Za-z0-9+/=]{44}'$/),
      ]);
    }
  });

  it('speaks the language of the browser to whom it does not know', async () => {
    const { page } = await visitor.open('http://x/t/none', { 'accept-language': 'es-MX,es;q=0.9' });
    expect(page).toContain('<html lang="es">');
    expect(wordsOf(page)).toContain('Este enlace ya no es válido');
  });

  it('of another tenant’s user is no way to this tenant’s contacts', async () => {
    const { contactId } = await link();
    const { rows } = await system.pool.query<{ tenant_id: string }>(
      `SELECT tenant_id FROM tenants WHERE name = 'other'`,
    );
    await system.call('PUT', '/v1/users/stranger', { key: system.keys.otherTenant, body: {} });
    const { rows: strangers } = await system.pool.query<{ user_id: string }>(
      'SELECT user_id FROM users WHERE tenant_id = $1 AND external_id = $2',
      [rows[0]!.tenant_id, 'stranger'],
    );
    const crossed = { ...system, tenantId: rows[0]!.tenant_id };
    const { url } = await ticketFor(crossed, strangers[0]!.user_id, 'confirm-address', { contactId });
    expect((await visitor.open(url)).status).toBe(404);
    expect(await isVerified()).toBe(false);
  });
});

describe('behind a proxy', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem({
      MFAFLOW_ISSUER: 'https://mfa.example/auth',
      MFAFLOW_LIMIT_LINKS_PER_MINUTE: '5',
      MFAFLOW_TRUSTED_PROXIES: '1',
    });
  });
  afterAll(() => system.stop());

  it('a link names the public address, and a browser is told to stay with https', async () => {
    const user = await ApiUser.create(system);
    const contact = await system.call('POST', user.path('/contacts'), {
      body: { kind: 'email', address: 'alice@example.com' },
    });
    const { body } = await system.call('POST', user.path('/tickets'), {
      body: { purpose: 'confirm-address', contactId: contact.body.id },
    });
    expect(body.url).toMatch(/^https:\/\/mfa\.example\/auth\/t\/tic_/);
    // The proxy passes on what is below its path, and the browser names the proxy's origin.
    const visitor = new Visitor(system);
    const url = (body.url as string).replace('/auth', '');
    const asking = await visitor.open(url);
    expect(asking.headers.get('strict-transport-security')).toMatch(/^max-age=\d+/);
    const done = await visitor.send(url, formTokenIn(asking.page), { origin: 'https://mfa.example' });
    expect(done.status).toBe(200);
  });

  it('one address opens so many a minute, guessed or not, and others are not kept out', async () => {
    const visitor = new Visitor(system);
    const guess = `http://x/t/tic_guess.${'A'.repeat(43)}`;
    const from = (address: string): Promise<Seen> => visitor.open(guess, { 'x-forwarded-for': address });
    for (let asked = 0; asked < 5; asked += 1)
      expect((await from(`2001:db8::${String(asked)}`)).status).toBe(404);
    const over = await from('2001:db8::ffff');
    expect([over.status, wordsOf(over.page)]).toEqual([
      429,
      expect.stringContaining('try again in a minute'),
    ]);
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await from('2001:db8:0:1::1')).status).toBe(404);
    const { rows } = await system.pool.query('SELECT key FROM rate_limits');
    expect(JSON.stringify(rows)).not.toContain('2001');
  });
});
