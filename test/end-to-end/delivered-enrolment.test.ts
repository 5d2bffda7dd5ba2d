import { linkIn } from '../handset';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { reason, stepUp, type Person } from './person';
import { newNumber, noticesTo, otherThan, purposeOf, Reachable } from './reachable-person';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('enrolling an address', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  const enrolWith = (person: Person, kind: string, config: object) =>
    person.call('POST', '/factors', { kind, config });
  const contactsOf = async (person: Person) => (await person.call('GET', '/contacts')).body.contacts;

  const told = async (address: string, least: number) => await noticesTo(system, address, least);

  it('confirms a number by the code that came to it, names it masked, and knows it as verified', async () => {
    const person = await system.known();
    const phone = new Reachable(system, person, 'sms');
    const { body } = await phone.enrol();
    expect(body).toMatchObject({
      kind: 'sms',
      status: 'pending',
      name: `+•••${phone.address.slice(-2)}`,
      challenge: { delivery: 'delivering' },
    });
    expect(body.enrolment).toBeUndefined();
    const code = await phone.code();
    const wrong = await person.confirm(phone.factorId, otherThan(code));
    expect(wrong.body).toMatchObject({ status: 'pending', reason: 'wrong_code' });
    const right = await person.confirm(phone.factorId, code);
    expect(right.body).toMatchObject({ status: 'active', assertion: expect.any(String) });
    expect(right.body.offer).toEqual(expect.arrayContaining(['totp', 'recovery-code']));
    expect(await contactsOf(person)).toMatchObject([
      { kind: 'phone', address: phone.address, verifiedAt: expect.any(String) },
    ]);
  });

  it('reads an address as people type it', async () => {
    const person = await system.known();
    const national = newNumber();
    const typed = ` ${national.slice(0, 3)} (0) ${national.slice(3, 7)} ${national.slice(7)}`;
    const enrolled = await enrolWith(person, 'sms', { phone: typed.replace(' (0)', '') });
    expect([enrolled.status, enrolled.body.status]).toEqual([201, 'pending']);
    const mail = await enrolWith(await system.known(), 'email', { address: ' Alice.Example@EXAMPLE.com ' });
    expect(mail.status).toBe(201);
  });

  it.each<[string, string, object]>([
    ['a number without a country', 'sms', { phone: '07400123456' }],
    ['a landline for text messages', 'sms', { phone: '+442079460018' }],
    ['a premium-rate number', 'voice', { phone: '+449098790879' }],
    ['a number that cannot exist', 'sms', { phone: '+4400000' }],
    ['a toll-free number', 'voice', { phone: '+18005550199' }],
    ['no number', 'sms', {}],
    ['a number that is none', 'sms', { phone: 5 }],
    ['an address with a line break', 'email', { address: 'a@example.com\r\nBcc: b@example.com' }],
    ['an address with a comment', 'email', { address: 'a(comment)@example.com' }],
    ['two addresses', 'email', { address: 'a@example.com,b@example.com' }],
    ['an address that is too long', 'email', { address: `${'a'.repeat(250)}@example.com` }],
    ['an address without a mailbox', 'email', { address: '@example.com' }],
    ['a variant that is none', 'email', { address: 'a@example.com', variant: 'pigeon' }],
    ['what nobody asked for', 'sms', { phone: '+447400123456', to: '+447400123457' }],
  ])('refuses %s, and sends nothing', async (_what, kind, config) => {
    const person = await system.known();
    const { status, body } = await enrolWith(person, kind, config);
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    for (const typed of Object.values(config))
      if (String(typed).length > 5) expect(JSON.stringify(body)).not.toContain(String(typed));
    const sent = await person.call('GET', '/deliveries');
    expect([sent.status, sent.body.deliveries]).toEqual([200, []]);
  });

  it('does not take a look-alike of an address for the address', async () => {
    const person = await system.known();
    const mail = await new Reachable(system, person, 'email').confirmed();
    const alike = mail.address.replace('example', 'ехample');
    const enrolled = await person.call(
      'POST',
      '/factors',
      { kind: 'email', config: { address: alike } },
      stepUp(person.assertion),
    );
    if (enrolled.status === 201) {
      const { body } = await person.call('GET', `/factors/${enrolled.body.id as string}`);
      expect(body.id).not.toBe(mail.factorId);
    } else expect([enrolled.status, enrolled.body.code]).toEqual([400, 'invalid_request']);
    const codes = mail.messages().length - (await told(mail.address, 1)).length;
    expect(codes).toBe(1);
  });

  it('sends another code for the confirmation, after its wait', async () => {
    const phone = new Reachable(system, await system.known(), 'sms');
    await phone.enrol();
    const first = await phone.code();
    const early = await phone.person.call('POST', `/factors/${phone.factorId}/resend`);
    expect([early.status, early.body.code]).toEqual([429, 'try_later']);
    await system.clock.forward(31 * SECOND);
    const sent = await phone.person.call('POST', `/factors/${phone.factorId}/resend`);
    expect(sent.body).toMatchObject({ status: 'pending', challenge: { delivery: 'delivering' } });
    const second = await phone.code();
    expect((await phone.person.confirm(phone.factorId, first)).body.reason).toBe('wrong_code');
    expect((await phone.person.confirm(phone.factorId, second)).body.status).toBe('active');
    const after = await phone.person.call('POST', `/factors/${phone.factorId}/resend`);
    expect(after.status).toBe(409);
  });

  it('is over after ten minutes, whatever was sent', async () => {
    const phone = new Reachable(system, await system.known(), 'sms');
    await phone.enrol();
    const code = await phone.code();
    await system.clock.forward(10 * MINUTE + SECOND);
    const late = await phone.person.confirm(phone.factorId, code);
    expect([late.status, late.body.code]).toEqual([410, 'enrolment_expired']);
  });

  it('tells every address of a change of number, the old one included', async () => {
    const person = await system.known();
    const old = await new Reachable(system, person, 'sms').confirmed();
    const byNumber = person.assertion;
    const mail = await new Reachable(system, person, 'email').confirmed(stepUp(byNumber));
    const before = { old: (await told(old.address, 2)).length, mail: (await told(mail.address, 1)).length };
    const fresh = new Reachable(system, person, 'sms');
    await fresh.enrol(stepUp(byNumber), { replaces: old.factorId });
    await person.confirm(fresh.factorId, await fresh.code());
    expect(await told(old.address, before.old + 1)).toHaveLength(before.old + 1);
    expect(await told(mail.address, before.mail + 1)).toHaveLength(before.mail + 1);
    expect(await told(fresh.address, 1)).toHaveLength(1);
    const { body } = await person.call('GET', '/factors');
    expect(body.factors.map(({ id }: { id: string }) => id).sort()).toEqual(
      [fresh.factorId, mail.factorId].sort(),
    );
  });

  it('tells of enrolment and removal of an authenticator app too', async () => {
    const person = await system.known();
    const mail = await new Reachable(system, person, 'email').confirmed();
    const before = (await told(mail.address, 1)).length;
    person.phone = await person.enrolPhone(stepUp(person.assertion));
    const enrolled = (await told(mail.address, before + 1)).length;
    expect(enrolled).toBe(before + 1);
    await person.call('DELETE', `/factors/${person.phone.factorId}`, undefined, reason('lost'));
    const removed = await told(mail.address, enrolled + 1);
    expect(removed).toHaveLength(enrolled + 1);
    expect(linkIn(removed[0]!)).toContain('/t/');
  });

  it('freezes the factor that somebody says was not theirs, once, and not by looking', async () => {
    const person = await system.known();
    const mail = await new Reachable(system, person, 'email').confirmed();
    const before = (await told(mail.address, 1)).length;
    person.phone = await person.enrolPhone(stepUp(person.assertion));
    const [notice] = await told(mail.address, before + 1);
    const link = new URL(linkIn(notice!));
    const url = system.running.apiUrl + link.pathname;
    const page = await fetch(url);
    const form = /name="form" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
    expect((await person.login()).body.status).toBe('approved');
    const press = () =>
      fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: new URL(system.running.config.issuer).origin,
        },
        body: new URLSearchParams({ form }).toString(),
      });
    expect((await press()).status).toBe(200);
    const refused = await person.login();
    expect(refused.body.status).not.toBe('approved');
    const shown = await person.call('GET', `/factors/${person.phone.factorId}`);
    expect(shown.body.frozen).toBe(true);
    expect((await press()).status).toBe(404);
    const { outbox, audit } = await system.records(person);
    expect(outbox.filter(({ type }) => type === 'user.disowned')).toHaveLength(1);
    expect(audit).toContainEqual(expect.objectContaining({ action: 'user.disown', actor: 'ticket' }));
  });

  it('logs in by a link: looking does nothing, the button shows the code, and the application answers with it', async () => {
    const person = await system.known();
    const mail = await new Reachable(system, person, 'email').confirmed({}, { config: { variant: 'link' } });
    const begun = await person.authenticate({ primary: 'pwd' });
    let message = await mail.next();
    while ((await purposeOf(system, message)) !== 'challenge') message = await mail.next();
    expect(message.text.replaceAll(/https?:\S+/g, '')).not.toMatch(/\d{6}/);
    const url = system.running.apiUrl + new URL(linkIn(message)).pathname;
    const looked = await (await fetch(url)).text();
    await fetch(url);
    const form = /name="form" value="([^"]+)"/.exec(looked)?.[1] ?? '';
    const press = () =>
      fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: new URL(system.running.config.issuer).origin,
        },
        body: new URLSearchParams({ form }).toString(),
      });
    const pressed = await press();
    const code = /class="code">(\d{6})</.exec(await pressed.text())?.[1] ?? '';
    const stillOpen = await system.call('GET', `/v1/authentications/${begun.body.id as string}`);
    expect(stillOpen.body.status).toBe('pending');
    expect((await press()).status).toBe(404);
    expect((await person.answer(begun.body.id, code)).body.status).toBe('approved');
  });
});

it('refuses to enrol what no provider could reach', async () => {
  const system = await startEndToEnd({ MFAFLOW_INBOX_URL: '', MFAFLOW_INBOX_KEY: '' });
  const person = await system.known();
  for (const [kind, config] of [
    ['sms', { phone: newNumber() }],
    ['voice', { phone: newNumber() }],
    ['email', { address: 'a@example.com' }],
  ] as const) {
    const { status, body } = await person.call('POST', '/factors', { kind, config });
    expect([status, body.code]).toEqual([409, 'conflict']);
  }
  expect((await person.call('POST', '/factors', { kind: 'totp' })).status).toBe(201);
  await system.stop();
}, 60_000);
