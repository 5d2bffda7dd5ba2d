import { defaultDataConverter } from '@temporalio/common';
import { createTemporalClient } from '../../src/temporal/connection';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { type Person, stepUp } from './person';

const SECOND = 1_000;

describe('an attacker', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  const sessionOf = async (person: Person) =>
    (await person.login()).body.session as { id: string; token: string };
  const refresh = async (token: string) =>
    (await system.call('POST', '/v1/sessions/refresh', { body: { token } })).body.token as string;

  it('makes no login out of a session that is there', async () => {
    const person = await system.enrolled();
    const { token } = await sessionOf(person);
    for (const fields of [{ acr: 'aal1' as const }, { maxAge: 1_000_000 }, {}]) {
      const answer = await person.authenticate({ purpose: 'login', session: token, ...fields });
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    }
  });

  it('steps up with no token of a session but its newest', async () => {
    const person = await system.enrolled();
    const stolen = (await sessionOf(person)).token;
    const newest = await refresh(stolen);
    await system.clock.forward(11 * SECOND);
    const within = (session: string) => person.authenticate({ purpose: 'step-up', acr: 'aal1', session });
    expect((await within(stolen)).status).toBe(404);
    expect((await within(newest)).body.status).toBe('approved');
  });

  it('confirms no enrolment that began before an epoch was raised', async () => {
    const person = await system.enrolled();
    const evil = await person.beginPhone(stepUp(person.assertion));
    await system.call('POST', '/v1/epochs', {
      body: { scope: 'user', subject: person.id, reason: 'incident' },
    });
    const confirmed = await person.confirm(evil.factorId, await person.freshCode(evil));
    expect([confirmed.status, confirmed.body.code]).toEqual([410, 'enrolment_expired']);
  });

  it('changes no factor by the assertion of a session that was revoked since', async () => {
    const person = await system.enrolled();
    const login = await person.login();
    const assertion = login.body.assertion as string;
    await person.call('DELETE', '/sessions');
    const enrolled = await person.call('POST', '/factors', { kind: 'totp' }, stepUp(assertion));
    expect([enrolled.status, enrolled.body.code]).toEqual([403, 'step_up_required']);
  });

  it('gives a lifecycle no command from beside the API, however near to Temporal', async () => {
    const person = await system.enrolled();
    for (let wrong = 0; wrong < 3; wrong += 1) await person.fail();
    const { workflowId } = await person.read();
    const beside = createTemporalClient(defaultDataConverter, 'beside');
    const forged = { id: 'forged', fingerprint: 'x', actor: 'key_x', reason: 'none', resetFailures: true };
    const update = beside.workflow
      .getHandle(workflowId as string)
      .executeUpdate('unlock', { args: [forged] });
    await expect(update).rejects.toThrow();
    await beside.connection.close();
    expect((await person.read()).failures).toBe(3);
    expect((await person.login()).body.status).toBe('approved');
  });

  it('asks about one user no oftener by spreading answers over authentications', async () => {
    const limited = await startEndToEnd({ MFAFLOW_LIMIT_USER_PER_MINUTE: '12' });
    try {
      const person = await limited.enrolled();
      const open = [await person.begin(), await person.begin(), await person.begin()];
      const statuses = [];
      for (let n = 0; n < 12; n += 1) statuses.push((await person.answer(open[n % 3]!, '000000')).body.code);
      expect(statuses).toContain('rate_limited');
    } finally {
      await limited.stop();
    }
  }, 60_000);
});
