import { ticketFor } from '../api/link-page/tickets-of';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { reason, stepUp } from './person';
import { press } from './pressed-link';
import { Reachable } from './reachable-person';

describe('whoever holds no more than a mailbox', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  /** A step-up that is answered by what came to the address. */
  async function stepUpBy(reachable: Reachable, fields: object = {}): Promise<string> {
    const { person, factorId } = reachable;
    const id = await person.begin({ purpose: 'step-up', ...fields });
    await system.call('POST', `/v1/authentications/${id}/challenge`, { body: { factorId } });
    const { body } = await person.answer(id, await reachable.code());
    if (body.status !== 'approved') throw new Error(`the step-up was ${body.status as string}`);
    return body.assertion as string;
  }

  /** With an authenticator app, a mailbox beside it, and somebody who reads the mailbox. */
  async function withMailbox() {
    const person = await system.enrolled();
    const mail = await new Reachable(system, person, 'email').confirmed(stepUp(person.assertion));
    return { person, mail, phone: person.phone!, weak: await stepUpBy(mail) };
  }

  const refused = [403, 'step_up_required'];

  it('adds no factor, replaces none and removes none of a user with an authenticator app', async () => {
    const { person, phone, weak } = await withMailbox();
    const headers = stepUp(weak);
    for (const body of [
      { kind: 'totp' },
      { kind: 'totp', replaces: phone.factorId },
      { kind: 'recovery-code' },
    ]) {
      const enrolled = await person.call('POST', '/factors', body, headers);
      expect([enrolled.status, enrolled.body.code]).toEqual(refused);
      expect(enrolled.body.detail).toContain('stronger factor');
    }
    const removed = await person.call('DELETE', `/factors/${phone.factorId}`, undefined, headers);
    expect([removed.status, removed.body.code]).toEqual(refused);
    expect((await person.login()).body.status).toBe('approved');
  });

  it('confirms no enrolment that began while there was no factor', async () => {
    const person = await system.known();
    const begun = await person.beginPhone();
    person.phone = await person.enrolPhone();
    const mail = await new Reachable(system, person, 'email').confirmed(stepUp(person.assertion));
    const confirmed = await person.confirm(
      begun.factorId,
      await person.freshCode(begun),
      stepUp(await stepUpBy(mail)),
    );
    expect([confirmed.status, confirmed.body.code]).toEqual(refused);
  });

  it('gets no further by the assertion that the mailbox was confirmed with', async () => {
    const { person, phone } = await withMailbox();
    const removed = await person.call(
      'DELETE',
      `/factors/${phone.factorId}`,
      undefined,
      stepUp(person.assertion),
    );
    expect([removed.status, removed.body.code]).toEqual(refused);
  });

  it('gets no further by freezing the authenticator app', async () => {
    const { person, mail, phone } = await withMailbox();
    const { user } = await system.records(person);
    const { url } = await ticketFor(system.running, user['user_id'] as string, 'not-me', {
      factorId: phone.factorId,
    });
    await press(system, url);
    const enrolled = await person.call('POST', '/factors', { kind: 'totp' }, stepUp(await stepUpBy(mail)));
    expect([enrolled.status, enrolled.body.code]).toEqual(refused);
  });

  it('does not have the user erased', async () => {
    const { person, weak } = await withMailbox();
    const key = system.running.keys.manageUsers;
    const erased = await system.call('DELETE', `/v1/users/${person.id}`, { key, headers: stepUp(weak) });
    expect([erased.status, erased.body.code]).toEqual(refused);
  });

  it('changes what there is where the mailbox is all there is', async () => {
    const person = await system.known();
    const mail = await new Reachable(system, person, 'email').confirmed();
    const enrolled = await person.enrolPhone(stepUp(await stepUpBy(mail)));
    expect(enrolled.factorId).toMatch(/^fac_/);
  });

  it('is told apart from who lost the device: a recovery code or a temporary pass is enough', async () => {
    const person = await system.enrolled();
    const [code = ''] = await person.enrolRecoveryCodes();
    const byCode = await person.authenticate({
      purpose: 'step-up',
      response: { kind: 'recovery-code', code },
    });
    expect((await person.enrolPhone(stepUp(byCode.body.assertion))).factorId).toMatch(/^fac_/);
    const pass = await person.call(
      'POST',
      '/factors',
      { kind: 'temporary-pass' },
      reason('checked in person'),
    );
    const byPass = await person.authenticate({
      purpose: 'step-up',
      response: { kind: 'temporary-pass', code: pass.body.enrolment.code },
    });
    expect((await person.enrolPhone(stepUp(byPass.body.assertion))).factorId).toMatch(/^fac_/);
  });
});
