import type { Called } from '../running-system';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { race } from './parallel-answers';
import { stepUp, type Person } from './person';
import type { UserRecords } from './user-records';

const MINUTE = 60_000;

/** Where one person of the tenant stands when the hostile request comes. */
interface Scene {
  person: Person;
  pending: string;
  enrolment: string;
  session: { id: string; token: string };
}

describe('a request that does not fit the state', () => {
  let system: EndToEndSystem;
  let scene: Scene;
  let stranger: Person;

  beforeAll(async () => {
    system = await startEndToEnd();
    stranger = await system.enrolled();
  }, 60_000);

  afterAll(() => system.stop());

  beforeEach(async () => {
    const person = await system.enrolled();
    const { session } = (await person.login()).body;
    const enrolment = await person.beginPhone(stepUp(person.assertion));
    scene = { person, session, pending: await person.begin(), enrolment: enrolment.factorId };
  });

  const post = (path: string, body: object, key?: string): Promise<Called> =>
    system.call('POST', path, { body, ...(key !== undefined && { key }) });

  /** What may never move by a refused request: everything but the counters of the failure budget. */
  function withoutCounters(records: UserRecords) {
    const counters = ['version', 'failures', 'wait_until', 'locked_until', 'last_command_at'];
    const user = Object.fromEntries(
      Object.entries(records.user).filter(([name]) => !counters.includes(name)),
    );
    const { factors, spentCodes, sessions } = records;
    const authentications = records.authentications.map(({ reason, ...row }) => ({
      ...row,
      wrong: reason !== null,
    }));
    return { user, factors, spentCodes, sessions, authentications };
  }

  /** Sends the request alone, again, and fifty at once; refused each time, alike, and without a trace. */
  async function expectRefused(code: string, send: () => Promise<Called>): Promise<void> {
    const before = await system.records(scene.person);
    const answers = [await send(), await send(), ...(await race(50, send))];
    expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set([code]));
    for (const { status, headers } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(headers.get('content-type')).toContain('application/problem+json');
    }
    expect(await system.records(scene.person)).toEqual(before);
  }

  describe('with an unknown id is refused and changes nothing', () => {
    it.each<[string, string, () => Promise<Called>]>([
      [
        'not_found',
        'an authentication to answer',
        () => post('/v1/authentications/aut_unknown/answer', { code: '123456' }),
      ],
      [
        'not_found',
        'an authentication to choose for',
        () => post('/v1/authentications/aut_unknown/challenge', { factorId: 'fac_x' }),
      ],
      ['not_found', 'a session to revoke', () => system.call('DELETE', '/v1/sessions/ses_unknown')],
      ['not_found', 'a factor to confirm', () => scene.person.confirm('fac_unknown', '123456')],
      [
        'not_found',
        'a factor to rename',
        () => scene.person.call('PATCH', '/factors/fac_unknown', { name: 'x' }),
      ],
      ['not_found', 'a factor to remove', () => scene.person.call('DELETE', '/factors/fac_unknown')],
      [
        'not_found',
        'a factor to replace',
        () =>
          scene.person.call(
            'POST',
            '/factors',
            { kind: 'totp', replaces: 'fac_x' },
            stepUp(scene.person.assertion),
          ),
      ],
      ['not_found', 'a user to lock', () => post('/v1/users/nobody/lock', { reason: 'x' })],
      [
        'not_acceptable_factor',
        'a factor to answer with',
        () => scene.person.authenticate({ response: { factorId: 'fac_x', code: '123456' } }),
      ],
    ])('%s: %s', (code, _, send) => expectRefused(code, send));
  });

  describe('about what is another tenant’s is as unknown as nothing', () => {
    const theirs = () => system.running.keys.otherTenant;
    it.each<[string, () => Promise<Called>]>([
      ['the user', () => post(`/v1/users/${scene.person.id}/authentications`, {}, theirs())],
      ['the lock', () => post(`/v1/users/${scene.person.id}/lock`, { reason: 'x' }, theirs())],
      [
        'the authentication',
        async () =>
          post(`/v1/authentications/${scene.pending}/answer`, { code: scene.person.wrongCode() }, theirs()),
      ],
      ['the result', () => system.call('GET', `/v1/authentications/${scene.pending}`, { key: theirs() })],
      [
        'the enrolment',
        () =>
          post(
            `/v1/users/${scene.person.id}/factors/${scene.enrolment}/confirm`,
            { code: '123456' },
            theirs(),
          ),
      ],
      ['the session', () => system.call('DELETE', `/v1/sessions/${scene.session.id}`, { key: theirs() })],
    ])('%s', (_, send) => expectRefused('not_found', send));
  });

  describe('about what is another user’s of the same tenant is refused', () => {
    it.each<[string, string, () => Promise<Called>]>([
      ['not_found', 'their enrolment', () => stranger.confirm(scene.enrolment, '123456')],
      [
        'not_found',
        'their factor',
        () =>
          stranger.call(
            'DELETE',
            `/factors/${scene.person.phone!.factorId}`,
            undefined,
            stepUp(stranger.assertion),
          ),
      ],
      [
        'not_found',
        'their session',
        () => stranger.authenticate({ purpose: 'step-up', session: scene.session.token }),
      ],
      [
        'not_acceptable_factor',
        'their factor as an answer',
        () => stranger.authenticate({ response: { factorId: scene.person.phone!.factorId, code: '123456' } }),
      ],
      [
        'step_up_required',
        'their removal by one’s own step-up',
        () =>
          scene.person.call(
            'DELETE',
            `/factors/${scene.person.phone!.factorId}`,
            undefined,
            stepUp(stranger.assertion),
          ),
      ],
    ])('%s: %s', (code, _, send) => expectRefused(code, send));

    it('a code of another user’s app is a wrong one', async () => {
      const { body } = await scene.person.answer(scene.pending, await stranger.freshCode());
      expect(body).toMatchObject({ status: 'pending', reason: 'wrong_code' });
    });
  });

  describe('that comes out of order or too late is refused', () => {
    it.each<[string, string, () => Promise<unknown>, () => Promise<Called>]>([
      [
        'authentication_closed',
        'an answer to an approved authentication',
        async () => scene.person.answer(scene.pending, await scene.person.freshCode()),
        () => scene.person.answer(scene.pending, scene.person.wrongCode()),
      ],
      [
        'authentication_closed',
        'an answer after ten minutes',
        () => system.clock.forward(11 * MINUTE),
        () => scene.person.answer(scene.pending, scene.person.wrongCode()),
      ],
      [
        'authentication_closed',
        'a choice after ten minutes',
        () => system.clock.forward(11 * MINUTE),
        () =>
          post(`/v1/authentications/${scene.pending}/challenge`, { factorId: scene.person.phone!.factorId }),
      ],
      [
        'enrolment_expired',
        'a confirmation after ten minutes',
        () => system.clock.forward(11 * MINUTE),
        () => scene.person.confirm(scene.enrolment, '123456'),
      ],
      [
        'factor_not_pending',
        'a second confirmation',
        () => Promise.resolve(),
        () => scene.person.confirm(scene.person.phone!.factorId, '123456'),
      ],
      [
        'not_acceptable_factor',
        'an answer by a factor that is not confirmed',
        () => Promise.resolve(),
        () => scene.person.authenticate({ response: { factorId: scene.enrolment, code: '123456' } }),
      ],
      [
        'not_found',
        'a step-up within a revoked session',
        () => system.call('DELETE', `/v1/sessions/${scene.session.id}`),
        () => scene.person.authenticate({ purpose: 'step-up', session: scene.session.token }),
      ],
      [
        'conflict',
        'recovery codes before any other factor',
        async () => {
          scene.person = await system.known();
        },
        () => scene.person.call('POST', '/factors', { kind: 'recovery-code' }),
      ],
    ])('%s: %s', async (code, _, prepare, send) => {
      await prepare();
      await expectRefused(code, send);
    });
  });

  describe('of a locked user is refused', () => {
    it.each<[string, () => Promise<Called>]>([
      ['a login', () => scene.person.authenticate()],
      [
        'a code',
        () => scene.person.authenticate({ response: { kind: 'totp', code: scene.person.wrongCode() } }),
      ],
      ['an answer', () => scene.person.answer(scene.pending, scene.person.wrongCode())],
      [
        'a choice',
        () =>
          post(`/v1/authentications/${scene.pending}/challenge`, { factorId: scene.person.phone!.factorId }),
      ],
      ['a confirmation', () => scene.person.confirm(scene.enrolment, '123456')],
      [
        'an enrolment on the user’s word',
        () => scene.person.call('POST', '/factors', { kind: 'totp' }, stepUp(scene.person.assertion)),
      ],
    ])('%s', async (_, send) => {
      await scene.person.call('POST', '/lock', { reason: 'phone stolen' });
      await expectRefused('user_locked', send);
    });
  });

  it('that is wrong moves the counters of the failure budget and nothing else', async () => {
    const before = withoutCounters(await system.records(scene.person));
    const { body } = await scene.person.answer(scene.pending, scene.person.wrongCode());
    expect(body.reason).toBe('wrong_code');
    await scene.person.confirm(scene.enrolment, scene.person.wrongCode());
    const after = withoutCounters(await system.records(scene.person));
    expect(after).toEqual({
      ...before,
      authentications: before.authentications.map((row) =>
        (row as Record<string, unknown>)['authentication_id'] === scene.pending
          ? { ...row, wrong: true }
          : row,
      ),
    });
    expect((await scene.person.read()).failures).toBe(2);
  });
});
