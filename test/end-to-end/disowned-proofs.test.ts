import { linkIn } from '../handset';
import { ticketFor } from '../api/link-page/tickets-of';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { idempotencyKey, stepUp, type Person } from './person';
import { press } from './pressed-link';
import { noticesTo, Reachable } from './reachable-person';

describe('"this wasn’t me" reaches what was proved already', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  /** Presses the link of a message that was about these. */
  async function disown(person: Person, subject: Record<string, string>): Promise<string> {
    const { user } = await system.records(person);
    const { url } = await ticketFor(system.running, user['user_id'] as string, 'not-me', subject);
    return await press(system, url);
  }

  const removal = async (person: Person, factorId: string, assertion: string) => {
    const { status, body } = await person.call(
      'DELETE',
      `/factors/${factorId}`,
      undefined,
      stepUp(assertion),
    );
    return [status, body?.code];
  };
  const introspect = async (token: string): Promise<unknown> =>
    (await system.call('POST', '/v1/sessions/introspect', { body: { token } })).body.active;
  const refresh = async (token: string): Promise<unknown> =>
    (await system.call('POST', '/v1/sessions/refresh', { body: { token } })).body;
  const read = async (id: string) => (await system.call('GET', `/v1/authentications/${id}`)).body;

  it('a step-up without a session is no authority any more, and nobody is told of a session', async () => {
    const person = await system.enrolled();
    const key = idempotencyKey('step-up-that-was-not-me');
    const code = await person.freshCode();
    const proved = () => person.authenticate({ purpose: 'step-up', response: { kind: 'totp', code } }, key);
    const { body } = await proved();
    const page = await disown(person, { authenticationId: body.id as string });
    expect(page).toContain('no longer accepted');
    expect(page).not.toContain('session');
    expect(await removal(person, person.phone!.factorId, body.assertion as string)).toEqual([
      403,
      'step_up_required',
    ]);
    expect(await read(body.id as string)).toMatchObject({ status: 'denied', reason: 'revoked' });
    const again = await proved();
    expect(again.body.status).toBe('denied');
    expect(again.body.assertion).toBeUndefined();
  });

  it('a confirmation is no authority any more', async () => {
    const person = await system.enrolled();
    const { authentications } = await system.records(person);
    const enrolment = authentications.find(({ purpose }) => purpose === 'enrolment');
    await disown(person, { authenticationId: enrolment?.['authentication_id'] as string });
    expect(await removal(person, person.phone!.factorId, person.assertion)).toEqual([
      403,
      'step_up_required',
    ]);
  });

  it('a frozen factor takes its sessions, its logins and its own confirmation with it', async () => {
    const person = await system.enrolled();
    const phone = person.phone!;
    const second = await person.enrolPhone(stepUp(person.assertion));
    const ownAssertion = person.assertion;
    const login = async (by: typeof phone) =>
      (
        await person.authenticate({
          response: { factorId: by.factorId, code: await person.freshCode(by) },
        })
      ).body;
    const [theirs, mine] = [await login(second), await login(phone)];
    const within = await person.authenticate({
      purpose: 'step-up',
      response: { factorId: second.factorId, code: await person.freshCode(second) },
    });
    expect(await read(within.body.id as string)).toMatchObject({ status: 'approved' });
    expect(await disown(person, { factorId: second.factorId })).toContain('session');
    expect([await introspect(theirs.session.token), await introspect(mine.session.token)]).toEqual([
      false,
      true,
    ]);
    expect(await refresh(theirs.session.token)).toEqual({ active: false });
    for (const assertion of [ownAssertion, theirs.assertion as string])
      for (const factorId of [phone.factorId, second.factorId])
        expect(await removal(person, factorId, assertion)).toEqual([403, 'step_up_required']);
    for (const id of [theirs.id, within.body.id as string])
      expect(await read(id)).toMatchObject({ status: 'denied', reason: 'revoked' });
    const { outbox } = await system.records(person);
    expect(outbox).toContainEqual(
      expect.objectContaining({
        type: 'session.revoked',
        data: { sessionId: theirs.session.id, reason: 'disowned' },
      }),
    );
    expect(await removal(person, second.factorId, mine.assertion as string)).toEqual([200, undefined]);
  });

  it('an enrolment that a step-up has allowed and nobody has confirmed is given up', async () => {
    const person = await system.enrolled();
    const { body } = await person.login({ purpose: 'step-up' });
    const begun = await person.beginPhone(stepUp(body.assertion));
    await disown(person, { authenticationId: body.id as string });
    expect((await person.confirm(begun.factorId, await person.freshCode(begun))).status).toBe(404);
  });

  it('the notice of an enrolment reaches the session whose step-up allowed it', async () => {
    const person = await system.enrolled();
    const mail = await new Reachable(system, person, 'email').confirmed(stepUp(person.assertion));
    const known = (await noticesTo(system, mail.address, 1)).length;
    const { session } = (await person.login()).body;
    const { body } = await person.login({ purpose: 'step-up', session: session.token });
    const added = await person.enrolPhone(stepUp(body.assertion));
    const [notice] = await noticesTo(system, mail.address, known + 1);
    await press(system, linkIn(notice!));
    expect((await person.call('GET', `/factors/${added.factorId}`)).body.frozen).toBe(true);
    expect(await introspect(session.token)).toBe(false);
    expect(await removal(person, person.phone!.factorId, body.assertion)).toEqual([403, 'step_up_required']);
  });

  it('a factor that was removed is no authority any more, however fresh its proof', async () => {
    const person = await system.enrolled();
    const byPhone = person.assertion;
    const second = await person.enrolPhone(stepUp(byPhone));
    const bySecond = person.assertion;
    expect(await removal(person, second.factorId, byPhone)).toEqual([200, undefined]);
    expect(await removal(person, person.phone!.factorId, bySecond)).toEqual([403, 'step_up_required']);
  });

  it('a removed factor lends a session nothing when another is proved in it', async () => {
    const person = await system.known();
    const phone = await new Reachable(system, person, 'sms').confirmed();
    const mail = await new Reachable(system, person, 'email').confirmed(stepUp(person.assertion));
    const begun = await person.begin();
    await system.call('POST', `/v1/authentications/${begun}/challenge`, {
      body: { factorId: phone.factorId },
    });
    const login = (await person.answer(begun, await phone.code())).body;
    const before = (await person.call('GET', '/sessions')).body.sessions[0];
    expect(before.acr).toBe('aal1');
    expect(await removal(person, phone.factorId, login.assertion)).toEqual([200, undefined]);
    const raised = await person.begin({ purpose: 'step-up', session: login.session.token, primary: 'pwd' });
    await system.call('POST', `/v1/authentications/${raised}/challenge`, {
      body: { factorId: mail.factorId },
    });
    expect((await person.answer(raised, await mail.code())).body.status).toBe('approved');
    expect((await person.call('GET', '/sessions')).body.sessions[0]).toMatchObject({
      id: login.session.id,
      acr: 'aal1',
    });
  });
});
