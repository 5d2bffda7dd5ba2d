import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { reason, stepUp } from './person';
import { newNumber, Reachable } from './reachable-person';

const MINUTE = 60_000;

describe('a choice between ways by which codes travel', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  const choose = (id: string, factorId: string) =>
    system.call('POST', `/v1/authentications/${id}/challenge`, { body: { factorId } });

  it('sends one message each, however often it goes back and forth', async () => {
    const number = newNumber();
    const text = await new Reachable(system, await system.known(), 'sms', number).confirmed();
    const { person } = text;
    const call = await new Reachable(system, person, 'voice', number).confirmed(stepUp(person.assertion));
    await system.clock.forward(11 * MINUTE);
    const before = await text.codesCome();
    const { body } = await person.authenticate({ primary: 'pwd' });
    for (let round = 0; round < 3; round += 1) {
      await choose(body.id, call.factorId);
      await choose(body.id, text.factorId);
    }
    const first = await text.code();
    const second = await text.code();
    expect(await text.codesCome()).toBe(before + 2);
    const answers = [first, second].map((code) => person.answer(body.id, code));
    const statuses = (await Promise.all(answers)).map((answer) => answer.body.status ?? answer.body.code);
    expect(statuses).toContain('approved');
  });

  it('begins with what reaches the assurance that was asked for, and with a mailbox last', async () => {
    const mail = await new Reachable(system, await system.known(), 'email').confirmed();
    const { person } = mail;
    const phone = await new Reachable(system, person, 'sms').confirmed(stepUp(person.assertion));
    const high = await person.authenticate({ primary: 'pwd', acr: 'aal2' });
    expect(high.body.challenge).toMatchObject({ factorId: phone.factorId, kind: 'sms' });
    expect((await person.answer(high.body.id, await phone.code())).body.status).toBe('approved');
    const low = await person.authenticate({ primary: 'pwd' });
    expect(low.body.challenge).toMatchObject({ kind: 'sms' });
  });

  it('ends when an epoch of its kind refuses the codes that were sent', async () => {
    const phone = await new Reachable(system, await system.known(), 'sms').confirmed();
    const { body } = await phone.person.authenticate({ primary: 'pwd' });
    const code = await phone.code();
    const epoch = { scope: 'kind', subject: 'sms', reason: 'the provider was breached' };
    expect((await system.call('POST', '/v1/epochs', { body: epoch })).status).toBe(201);
    const read = await system.call('GET', `/v1/authentications/${body.id as string}`);
    expect(read.body).toMatchObject({ status: 'denied', reason: 'revoked' });
    expect((await phone.person.answer(body.id, code)).body).toMatchObject({
      status: 'denied',
      reason: 'revoked',
    });
    const again = await phone.person.authenticate({ primary: 'pwd' });
    expect((await phone.person.answer(again.body.id, await phone.code())).body.status).toBe('approved');
  });

  it('counts links that were asked for as messages to the user', async () => {
    const phone = await new Reachable(system, await system.known(), 'sms').confirmed();
    const { person } = phone;
    await system.clock.forward(11 * MINUTE);
    const { body } = await person.call('GET', '/contacts');
    const ticket = { purpose: 'confirm-address', contactId: body.contacts[0].id, send: true };
    for (let number = 0; number < 5; number += 1)
      expect((await person.call('POST', '/tickets', ticket)).status).toBe(201);
    const begun = await person.authenticate({ primary: 'pwd' });
    expect(begun.body.challenge).toMatchObject({ delivery: 'held' });
  });
});

describe('what was shown of a temporary pass', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  async function issued(config: object) {
    const person = await system.known();
    const body = { kind: 'temporary-pass', config };
    const { body: pass } = await person.call('POST', '/factors', body, reason('lost the phone'));
    return { person, id: pass.id as string, code: pass.enrolment.code as string };
  }

  async function isKept(factorId: string): Promise<boolean> {
    const read = 'SELECT disclosure IS NOT NULL AS kept FROM factors WHERE factor_id = $1';
    return (await system.running.pool.query<{ kept: boolean }>(read, [factorId])).rows[0]?.kept ?? false;
  }

  it('is kept for the retry of a lost answer, ten minutes and until its first use', async () => {
    const { person, id, code } = await issued({ minutes: 600, once: false });
    expect(await isKept(id)).toBe(true);
    const login = await person.authenticate({ response: { kind: 'temporary-pass', code } });
    expect(login.body.status).toBe('approved');
    expect(await isKept(id)).toBe(false);
    const unused = await issued({ minutes: 600 });
    await system.clock.forward(11 * MINUTE);
    // Runs what is due, as the schedules would.
    await system.running.moveClock(system.clock.now() - Date.now() + MINUTE);
    expect(await isKept(unused.id)).toBe(false);
  });
});
