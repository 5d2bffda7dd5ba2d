import { renderMessage } from '../../../src/delivery/messages/render';
import { templateSourceOf } from '../../../src/persistence/message-template-repository';
import { startSystem, type Called, type RunningSystem } from '../../running-system';

describe('message templates', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  const path = (name: string, channel: string, locale: string): string =>
    `/v1/message-templates/${name}/${channel}/${locale}`;
  const put = (at: string, body: object, options: object = {}): Promise<Called> =>
    system.call('PUT', at, { body, ...options });
  const sent = async (locale: string | null, name = 'code') => {
    const templates = templateSourceOf(system.pool);
    const facts = { code: '123456', minutes: 10 };
    const { tenantId } = system;
    return await renderMessage(templates, {
      tenantId,
      tenantName: 'shop',
      name,
      channel: 'sms',
      locale,
      facts,
    });
  };

  it('are there from the beginning, in five languages', async () => {
    const { body } = await system.call('GET', '/v1/message-templates?name=code&channel=sms');
    expect(body.defaultLocale).toBeNull();
    expect(body.templates).toEqual(
      ['en', 'de', 'fr', 'es', 'pt'].map((locale) => ({
        name: 'code',
        channel: 'sms',
        locale,
        source: 'shipped',
      })),
    );
    const { body: one } = await system.call('GET', path('code', 'sms', 'fr'));
    expect(one.text).toContain('{{code}} est votre code');
    expect(one.slots.obligatory).toEqual(['code']);
  });

  it("are the tenant's own from the moment they are written, until they are taken away", async () => {
    const at = path('code', 'sms', 'de-at');
    const made = await put(at, { text: 'Servus! Ihr Code: {{code}}' });
    expect([made.status, made.body.version, made.body.locale]).toEqual([201, 1, 'de-AT']);
    expect((await sent('de-AT')).text).toBe('Servus! Ihr Code: 123456');
    expect((await sent('de')).text).toContain('ist Ihr Code');
    const changed = await put(at, { text: 'Grüß Gott! Ihr Code: {{code}}', version: 1 });
    expect([changed.status, changed.body.version]).toEqual([200, 2]);
    expect((await system.call('GET', at)).body).toEqual(changed.body);
    expect((await sent('de-AT')).text).toContain('Grüß Gott!');
    const listed = await system.call('GET', '/v1/message-templates?locale=de-AT');
    expect(listed.body.templates).toEqual([expect.objectContaining({ source: 'own', version: 2 })]);
    expect((await system.call('DELETE', at)).status).toBe(204);
    expect((await system.call('DELETE', at)).status).toBe(404);
    expect((await system.call('GET', at)).status).toBe(404);
    expect((await sent('de-AT')).text).toContain('ist Ihr Code');
  });

  it('are not overwritten by who has not seen the version that is there', async () => {
    const at = path('code', 'voice', 'en');
    const text = 'Code {{code}}, again {{code}}';
    expect((await put(at, { text, version: 1 })).status).toBe(409);
    expect((await put(at, { text })).status).toBe(201);
    expect((await put(at, { text })).status).toBe(409);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => put(at, { text: `${text} ${String(n)}`, version: 1 })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 409),
    ]);
  });

  it('are written once by a request that is sent again', async () => {
    const at = path('code', 'sms', 'nl');
    const headers = { 'Idempotency-Key': 'dutch' };
    const first = await put(at, { text: 'Uw code: {{code}}' }, { headers });
    expect((await put(at, { text: 'Uw code: {{code}}' }, { headers })).body).toEqual(first.body);
    expect(first.status).toBe(201);
  });

  it('are refused with the place of everything that is wrong', async () => {
    const { status, body } = await put(path('login-link', 'email', 'en'), {
      subject: 'Your link {{link}}',
      text: 'first line\n{{links}} {{link}}',
      html: '<a href="https://evil.example">{{link}}</a>',
    });
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { pointer: '/subject', detail: expect.stringContaining('line 1, character 11') },
      { pointer: '/text', detail: expect.stringContaining('line 2, character 1') },
      { pointer: '/html', detail: expect.stringContaining('neither {{link}} nor {{notMeLink}}') },
    ]);
    const tooLong = await put(path('code', 'sms', 'en'), { text: `{{code}}${'x'.repeat(480)}` });
    expect(tooLong.body.errors).toEqual([{ pointer: '/text', detail: expect.stringContaining('480') }]);
    const unspeakable = await put(path('login-link', 'voice', 'en'), { text: '{{link}}' });
    expect([unspeakable.status, unspeakable.body.errors[0].pointer]).toEqual([400, '/text']);
    expect((await system.call('GET', path('login-link', 'voice', 'en'))).status).toBe(404);
  });

  it("of one tenant are in no other's messages", async () => {
    const at = path('factor-removed', 'sms', 'en');
    await put(at, { text: 'Ours: {{notMeLink}}' });
    const other = { key: system.keys.otherTenant };
    expect((await system.call('GET', at, other)).body.source).toBe('shipped');
    expect((await system.call('DELETE', at, other)).status).toBe(404);
    expect((await system.call('GET', '/v1/message-templates', other)).body.templates).not.toContainEqual(
      expect.objectContaining({ source: 'own' }),
    );
    expect((await system.call('GET', at)).body.text).toBe('Ours: {{notMeLink}}');
  });

  it('follow the language that the tenant chose for users of whom none is known', async () => {
    const set = (locale: string | null) => system.call('PUT', '/v1/message-locale', { body: { locale } });
    expect((await set('pt-br')).body).toEqual({ defaultLocale: 'pt-BR' });
    expect((await system.call('GET', '/v1/message-templates')).body.defaultLocale).toBe('pt-BR');
    expect((await sent(null)).text).toContain('é o seu código');
    expect((await sent('de')).text).toContain('ist Ihr Code');
    expect((await set(null)).body).toEqual({ defaultLocale: null });
    expect((await sent(null)).text).toContain('is your code');
  });

  it('keep the rest of the policy of the tenant when the language changes', async () => {
    const before = (await system.call('GET', '/v1/delivery-policy')).body;
    const policy = { ...before, origin: 'shop.example' };
    expect((await system.call('PUT', '/v1/delivery-policy', { body: policy })).status).toBe(200);
    await system.call('PUT', '/v1/message-locale', { body: { locale: 'es' } });
    expect((await system.call('GET', '/v1/delivery-policy')).body.origin).toBe('shop.example');
    await system.call('PUT', '/v1/delivery-policy', { body: before });
    expect((await system.call('GET', '/v1/message-templates')).body.defaultLocale).toBe('es');
    await system.call('PUT', '/v1/message-locale', { body: { locale: null } });
  });

  it('leave in the audit trail who changed which, and not the words', async () => {
    await put(path('pass-issued', 'sms', 'it'), { text: 'Parole segrete {{notMeLink}}' });
    const { rows } = await system.pool.query(
      `SELECT actor, detail FROM audit WHERE action = 'message-template.write' AND detail->>'locale' = 'it'`,
    );
    expect(rows).toEqual([
      {
        actor: expect.any(String),
        detail: { name: 'pass-issued', channel: 'sms', locale: 'it', version: 1 },
      },
    ]);
  });

  it('are no more than a tenant can need', async () => {
    await system.pool.query(
      `INSERT INTO message_templates (tenant_id, name, channel, locale, text, updated_at)
       SELECT $1, 'code', 'sms', 'en-x-' || n, '{{code}}', now() FROM generate_series(1, 300) AS n`,
      [system.tenantId],
    );
    const { status, body } = await put(path('code', 'sms', 'sv'), { text: 'Kod: {{code}}' });
    expect([status, body.code]).toEqual([409, 'conflict']);
    expect((await system.call('GET', path('code', 'sms', 'sv'))).status).toBe(404);
    await system.pool.query(`DELETE FROM message_templates WHERE locale LIKE 'en-x-%'`);
    expect((await put(path('code', 'sms', 'sv'), { text: 'Kod: {{code}}' })).status).toBe(201);
  });

  describe('in a preview', () => {
    const preview = (body: object, options: object = {}): Promise<Called> =>
      system.call('POST', '/v1/message-templates/preview', { body, ...options });

    it('are seen with the facts of a real message, and stored nowhere', async () => {
      const template = { text: 'Hallo: {{code}}, {{validFor}}' };
      const { body } = await preview({ name: 'code', channel: 'sms', locale: 'de-DE', template });
      expect(body).toEqual({
        locale: 'de-DE',
        source: 'given',
        text: 'Hallo: 492039, 10 Minuten',
        sms: { encoding: 'GSM-7', units: 25, segments: 1 },
      });
      expect((await system.call('GET', path('code', 'sms', 'de-DE'))).status).toBe(404);
    });

    it('show what a user of a locale gets today, with the link of this deployment', async () => {
      const { body } = await preview({ name: 'login-link', channel: 'email', locale: 'fr-CA' });
      expect([body.source, body.locale]).toEqual(['shipped', 'fr-CA']);
      expect(body.text).toContain(`${system.config.issuer}/t/`);
      expect(body.html).toMatch(/^<!doctype html>\n<html lang="fr-CA"/);
    });

    it('say what an SMS costs in an alphabet of its own', async () => {
      const { body } = await preview({ name: 'code', channel: 'sms', locale: 'es' });
      expect(body.sms).toMatchObject({ encoding: 'UCS-2' });
      const { body: english } = await preview({ name: 'code', channel: 'sms', locale: 'en' });
      expect(english.sms).toMatchObject({ encoding: 'GSM-7', segments: 1 });
    });

    it('end with the line of the host that the tenant binds codes to', async () => {
      const before = (await system.call('GET', '/v1/delivery-policy')).body;
      await system.call('PUT', '/v1/delivery-policy', { body: { ...before, origin: 'shop.example' } });
      const { body } = await preview({ name: 'code', channel: 'sms', locale: 'en' });
      expect(body.text.split('\n').at(-1)).toBe('@shop.example #492039');
      await system.call('PUT', '/v1/delivery-policy', { body: before });
    });

    it('are refused as they would be when stored', async () => {
      const { status, body } = await preview({
        name: 'code',
        channel: 'sms',
        locale: 'en',
        template: { text: 'none' },
      });
      expect([status, body.errors[0].pointer]).toEqual([400, '/template/text']);
      const unspeakable = await preview({ name: 'confirm-address', channel: 'voice', locale: 'en' });
      expect([unspeakable.status, unspeakable.body.errors[0].pointer]).toEqual([400, '/channel']);
    });
  });
});
