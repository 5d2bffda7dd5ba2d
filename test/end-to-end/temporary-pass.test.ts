import { expireEnrolments } from '../../src/persistence/expiry-repository';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { reason, stepUp, type Person } from './person';
import { noticesTo, Reachable } from './reachable-person';

const MINUTE = 60_000;

describe('a temporary pass', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  const issue = (person: Person, config: object = {}, headers = reason('lost the phone, identity checked')) =>
    person.call('POST', '/factors', { kind: 'temporary-pass', config }, headers);
  const use = (person: Person, code: string, fields: object = {}) =>
    person.authenticate({ ...fields, response: { kind: 'temporary-pass', code } });

  it('is issued by an operator with a reason, shown once, and lets its user in once', async () => {
    const person = await system.known();
    const issued = await issue(person);
    expect(issued.body).toMatchObject({
      kind: 'temporary-pass',
      status: 'active',
      enrolment: { code: expect.stringMatching(/^(?:[0-9a-z]{4}-){3}[0-9a-z]{4}$/) },
    });
    const code = issued.body.enrolment.code as string;
    const read = await person.call('GET', `/factors/${issued.body.id as string}`);
    expect(read.body).toMatchObject({ status: 'active', codesLeft: 1, expiresAt: expect.any(String) });
    expect(JSON.stringify(read.body)).not.toContain(code);
    const login = await use(person, code, { primary: 'pwd' });
    expect(login.body.status).toBe('approved');
    expect((await use(person, code, { primary: 'pwd' })).body.status).not.toBe('approved');
  });

  it('is issued to nobody by themselves, with a step-up or without', async () => {
    const person = await system.enrolled();
    for (const headers of [{}, stepUp(await person.stepUp())]) {
      const { status, body } = await person.call('POST', '/factors', { kind: 'temporary-pass' }, headers);
      expect([status, body.code]).toEqual([403, 'step_up_required']);
    }
    const withoutScope = await system.call('POST', `/v1/users/${person.id}/factors`, {
      key: system.running.keys.manageUsers,
      headers: reason('not mine to say'),
      body: { kind: 'temporary-pass' },
    });
    expect(withoutScope.status).toBe(403);
  });

  it('is never enough for aal2 alone', async () => {
    const person = await system.known();
    const code = (await issue(person, { once: false })).body.enrolment.code as string;
    expect((await use(person, code, { acr: 'aal2' })).body.status).not.toBe('approved');
    expect((await use(person, code, { acr: 'aal2', primary: 'pwd' })).body.status).not.toBe('approved');
    expect((await use(person, code)).body.status).toBe('approved');
  });

  it('ends by itself, refused from that moment on and swept with an event', async () => {
    const person = await system.known();
    const issued = await issue(person, { minutes: 10, once: false });
    const code = issued.body.enrolment.code as string;
    await system.clock.forward(10 * MINUTE - 2_000);
    expect((await use(person, code)).body.status).toBe('approved');
    await system.clock.forward(3_000);
    expect((await use(person, code)).body.status).not.toBe('approved');
    expect((await person.call('GET', `/factors/${issued.body.id as string}`)).status).toBe(404);
    await expireEnrolments(system.running.pool, 100);
    const { factors, outbox, audit } = await system.records(person);
    expect(factors).toHaveLength(0);
    const gone = { factorId: issued.body.id, kind: 'temporary-pass', reason: 'expired' };
    expect(outbox).toContainEqual(expect.objectContaining({ type: 'factor.removed', data: gone }));
    expect(audit).toContainEqual(expect.objectContaining({ action: 'factor.remove', outcome: 'expired' }));
  });

  it('replaces the one before, and every address hears of it', async () => {
    const person = await system.known();
    const mail = await new Reachable(system, person, 'email').confirmed();
    const first = (await issue(person)).body.enrolment.code as string;
    const second = (await issue(person)).body.enrolment.code as string;
    expect((await use(person, first)).body.status).not.toBe('approved');
    expect((await use(person, second)).body.status).toBe('approved');
    // Of its own enrolment, and of each pass.
    expect(await noticesTo(system, mail.address, 3)).toHaveLength(3);
    for (const { text, html } of mail.messages()) expect(`${text}${html ?? ''}`).not.toContain(second);
  });

  it.each([{ minutes: 9 }, { minutes: 43_201 }, { minutes: '60' }, { once: 'yes' }, { hours: 1 }])(
    'is refused with %j',
    async (config) => {
      const { status, body } = await issue(await system.known(), config);
      expect([status, body.code]).toEqual([400, 'invalid_request']);
    },
  );
});
