import { codeIn } from '../handset';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { stepUp, type Person } from './person';
import { newNumber, otherThan, purposeOf, Reachable } from './reachable-person';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('a login by a code that travels', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  async function withSms(address?: string): Promise<Reachable> {
    return await new Reachable(system, await system.known(), 'sms', address).confirmed();
  }

  const begin = (person: Person, fields: object = {}) => person.authenticate({ primary: 'pwd', ...fields });
  const read = (id: string, wait = 0) => system.call('GET', `/v1/authentications/${id}?wait=${String(wait)}`);
  /** As it is once its code is on its way no more. */
  async function taken(id: string) {
    const now = await read(id);
    return now.body.challenge?.delivery === 'delivering' ? await read(id, 20) : now;
  }
  const resend = (id: string) => system.call('POST', `/v1/authentications/${id}/resend`);
  const choose = (id: string, factorId: string) =>
    system.call('POST', `/v1/authentications/${id}/challenge`, { body: { factorId } });

  it('answers at once, tells when the code was taken, and is approved by it', async () => {
    const phone = await withSms();
    const begun = await begin(phone.person);
    expect(begun.body).toMatchObject({
      status: 'pending',
      options: [{ action: 'answer', factorId: phone.factorId, kind: 'sms' }],
      challenge: { factorId: phone.factorId, kind: 'sms', delivery: 'delivering' },
    });
    expect(begun.body.options[0].name).toBe(`+•••${phone.address.slice(-2)}`);
    const code = await phone.code();
    const waited = await taken(begun.body.id);
    expect(waited.body.challenge.delivery).toMatch(/^(?:sent|delivered)$/);
    expect(Date.parse(waited.body.challenge.resendAt)).toBeGreaterThan(system.clock.now());
    const answered = await phone.person.answer(begun.body.id, code);
    expect(answered.body).toMatchObject({ status: 'approved', assertion: expect.any(String) });
    const again = await begin(phone.person);
    expect((await phone.person.answer(again.body.id, code)).body.reason).toBe('wrong_code');
  });

  it('ends a long poll as soon as the code is taken, and not before the login ends after that', async () => {
    const phone = await withSms();
    const { body } = await begin(phone.person);
    expect((await taken(body.id)).body).toMatchObject({ status: 'pending', challenge: { delivery: 'sent' } });
    const ended = read(body.id, 20);
    await phone.person.answer(body.id, await phone.code());
    expect((await ended).body.status).toBe('approved');
  });

  it('reads the number by a call too', async () => {
    const phone = await new Reachable(system, await system.known(), 'voice').confirmed();
    const { body } = await begin(phone.person);
    expect((await phone.person.answer(body.id, await phone.code())).body.status).toBe('approved');
  });

  it('is aal2 with a password by SMS, and never more than aal1 by e-mail', async () => {
    const phone = await withSms();
    const high = await begin(phone.person, { acr: 'aal2' });
    expect((await phone.person.answer(high.body.id, await phone.code())).body.status).toBe('approved');
    const mail = await new Reachable(system, await system.known(), 'email').confirmed();
    const tooHigh = await begin(mail.person, { acr: 'aal2' });
    const answered = await mail.person.answer(tooHigh.body.id, await mail.code());
    expect(answered.body).toMatchObject({ status: 'denied', reason: 'acr_unreachable' });
    const low = await begin(mail.person);
    expect((await mail.person.answer(low.body.id, await mail.code())).body.status).toBe('approved');
  });

  it('counts wrong codes like any others, also where no code was sent', async () => {
    const phone = await withSms();
    const { body } = await begin(phone.person);
    const code = await phone.code();
    const wrong = await phone.person.answer(body.id, otherThan(code));
    expect(wrong.body).toMatchObject({ status: 'pending', reason: 'wrong_code' });
    const blind = await begin(phone.person, { response: { kind: 'sms', code: otherThan(code) } });
    expect(blind.body).toMatchObject({ status: 'pending', reason: 'wrong_code' });
    expect((await phone.person.read()).failures).toBe(2);
    expect((await phone.person.answer(body.id, code)).body.status).toBe('approved');
    expect((await phone.person.read()).failures).toBe(0);
  });

  it('sends no message for wrong codes alone', async () => {
    const phone = await withSms();
    const before = await phone.codesCome();
    for (let tries = 0; tries < 3; tries += 1)
      await begin(phone.person, { response: { kind: 'sms', code: '000000' } });
    const probe = await withSms();
    expect(probe.messages().length).toBeGreaterThan(0);
    expect(await phone.codesCome()).toBe(before);
  });

  it('replaces the code by a resend, after a wait that grows, and keeps the count of failures', async () => {
    const phone = await withSms();
    const { body } = await begin(phone.person);
    const first = await phone.code();
    await phone.person.answer(body.id, otherThan(first));
    const early = await resend(body.id);
    expect([early.status, early.body.code]).toEqual([429, 'try_later']);
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0);
    await system.clock.forward(31 * SECOND);
    const sent = await resend(body.id);
    expect(sent.body.challenge).toMatchObject({ kind: 'sms', delivery: 'delivering' });
    expect(Date.parse(sent.body.challenge.resendAt) - system.clock.now()).toBeGreaterThan(50 * SECOND);
    const second = await phone.code();
    expect(second).not.toBe(first);
    expect((await phone.person.answer(body.id, first)).body.reason).toBe('wrong_code');
    expect((await phone.person.read()).failures).toBe(2);
    expect((await phone.person.answer(body.id, second)).body.status).toBe('approved');
  });

  it('sends five codes within ten minutes at most, however they are asked for', async () => {
    const phone = await withSms();
    const before = await phone.codesCome();
    const begun = await Promise.all(Array.from({ length: 10 }, () => begin(phone.person)));
    expect(begun.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const states = begun.map(({ body }) => body.challenge.delivery as string);
    expect(states.filter((state) => state === 'delivering')).toHaveLength(4);
    expect(states.filter((state) => state === 'held')).toHaveLength(6);
    const held = begun.find(({ body }) => body.challenge.delivery === 'held');
    expect((await read(held?.body.id)).body.challenge).toMatchObject({ delivery: 'held' });
    expect(Date.parse(held?.body.challenge.resendAt)).toBeGreaterThan(system.clock.now());
    expect((await resend(held?.body.id)).body.code).toBe('try_later');
    for (const { body } of begun) await taken(body.id);
    expect((await phone.codesCome()) - before).toBe(4);
  });

  it('takes a code until its end and not one second longer', async () => {
    const phone = await withSms();
    const inTime = await begin(phone.person);
    const good = await phone.code();
    await system.clock.forward(10 * MINUTE - 5 * SECOND);
    expect((await phone.person.answer(inTime.body.id, good)).body.status).toBe('approved');
    const late = await begin(phone.person);
    const stale = await phone.code();
    await system.clock.forward(10 * MINUTE + SECOND);
    const refused = await phone.person.answer(late.body.id, stale);
    expect([refused.status, refused.body.code]).toEqual([409, 'authentication_closed']);
  });

  it('takes no code twice when the clock is set back', async () => {
    const phone = await withSms();
    const { body } = await begin(phone.person);
    const code = await phone.code();
    expect((await phone.person.answer(body.id, code)).body.status).toBe('approved');
    await system.clock.forward(-2 * MINUTE);
    const again = await begin(phone.person);
    const fresh = await phone.code();
    expect(fresh).not.toBe(code);
    expect((await phone.person.answer(again.body.id, code)).body.reason).toBe('wrong_code');
    expect((await phone.person.answer(again.body.id, fresh)).body.status).toBe('approved');
    await system.clock.forward(2 * MINUTE);
  });

  it('offers an authenticator app before a message, and sends one only to who chooses it', async () => {
    const person = await system.enrolled();
    const phone = await new Reachable(system, person, 'sms').confirmed(stepUp(person.assertion));
    const before = await phone.codesCome();
    const { body } = await begin(person);
    expect(body.options.map(({ kind }: { kind: string }) => kind)).toEqual(['totp', 'sms']);
    expect(body.challenge).toBeUndefined();
    const chosen = await choose(body.id, phone.factorId);
    expect(chosen.body.challenge).toMatchObject({ kind: 'sms', delivery: 'delivering' });
    const code = await phone.code();
    await choose(body.id, phone.factorId);
    await choose(body.id, person.phone?.factorId ?? '');
    const back = await choose(body.id, phone.factorId);
    expect(back.body.challenge.kind).toBe('sms');
    expect((await person.answer(body.id, code)).body.status).toBe('approved');
    expect(await phone.codesCome()).toBe(before + 1);
  });

  it('gives two users of one number a code each, that is none for the other', async () => {
    const number = newNumber();
    const one = await withSms(number);
    const other = await withSms(number);
    const [ofOne, ofOther] = [await begin(one.person), await begin(other.person)];
    await taken(ofOne.body.id);
    await taken(ofOther.body.id);
    const codes: string[] = [];
    for (const message of one.messages())
      if ((await purposeOf(system, message)) === 'challenge') codes.push(codeIn(message));
    const outcomes = [];
    for (const code of codes.slice(0, 2))
      outcomes.push((await one.person.answer(ofOne.body.id, code)).body.status);
    expect(outcomes.filter((status) => status === 'approved')).toHaveLength(1);
  });

  it('lets an answer or a resend win, and never an old code after a resend', async () => {
    for (let round = 0; round < 3; round += 1) {
      const phone = await withSms();
      const { body } = await begin(phone.person);
      const code = await phone.code();
      await system.clock.forward(31 * SECOND);
      const [answered, resent] = await Promise.all([phone.person.answer(body.id, code), resend(body.id)]);
      if (answered.body.status === 'approved') {
        expect([200, 409]).toContain(resent.status);
        continue;
      }
      expect([answered.body.reason, resent.status]).toEqual(['wrong_code', 200]);
      expect((await phone.person.answer(body.id, await phone.code())).body.status).toBe('approved');
    }
  });

  it('proves nothing by another login, another user or another tenant', async () => {
    const [one, other] = [await withSms(), await withSms()];
    const ofOne = await begin(one.person);
    const code = await one.code();
    const ofOther = await begin(other.person);
    expect((await other.person.answer(ofOther.body.id, code)).body.reason).toBe('wrong_code');
    const second = await begin(one.person);
    expect((await one.person.answer(second.body.id, code)).body.reason).toBe('wrong_code');
    const foreign = await system.call('POST', `/v1/authentications/${ofOne.body.id as string}/resend`, {
      key: system.running.keys.otherTenant,
    });
    expect(foreign.status).toBe(404);
  });

  it('costs at most 24 events, and neither number nor code is in them', async () => {
    const phone = await withSms();
    const { running } = system;
    const { rows } = await running.pool.query<{ user_id: string }>(
      'SELECT user_id FROM users WHERE external_id = $1',
      [phone.person.id],
    );
    const workflowId = `${running.tenantId}/${rows[0]?.user_id ?? ''}/life`;
    const lengthNow = async () =>
      (await running.temporal.workflow.getHandle(workflowId).describe()).historyLength;
    const before = await lengthNow();
    const { body } = await begin(phone.person);
    const code = await phone.code();
    await taken(body.id);
    await phone.person.answer(body.id, code);
    expect((await lengthNow()) - before).toBeLessThanOrEqual(24);
    const url = `${running.testUrl}/test/histories/${encodeURIComponent(workflowId)}?format=decoded`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${running.testKey}` } });
    const decoded = await response.text();
    expect(response.status).toBe(200);
    expect(decoded).toContain('authenticate');
    for (const secret of [phone.address, phone.address.slice(1), code]) expect(decoded).not.toContain(secret);
  });
});
