import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { reason, stepUp, type Person } from './person';

const MINUTE = 60_000;

describe('the failure budget over HTTP', () => {
  let system: EndToEndSystem;
  let person: Person;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  beforeEach(async () => {
    person = await system.enrolled();
  });

  const failures = async (): Promise<number> => (await person.read()).failures as number;
  const budgetOf = async () => {
    const { user } = await system.records(person);
    return Object.fromEntries(
      ['failures', 'wait_until', 'locked_until', 'operator_only'].map((name) => [name, user[name]]),
    );
  };

  /** As if so many answers had been wrong before; waits and locks are over. */
  async function failed(times: number): Promise<void> {
    await system.running.pool.query(
      `UPDATE users SET failures = $1, wait_until = NULL, locked_until = NULL, version = version + 1
       WHERE external_id = $2`,
      [times, person.id],
    );
  }

  /** Fails once more and says how long the door is shut then, in seconds. */
  async function failOnce(): Promise<number | undefined> {
    const { body } = await person.fail();
    expect(body.status === 'denied' ? body.reason : [body.status, body.reason]).toEqual(
      body.status === 'denied' ? 'locked' : ['pending', 'wrong_code'],
    );
    return body.retryAfter as number | undefined;
  }

  it('lets four wrong codes pass without a wait and asks for 30 seconds from the fifth, doubling', async () => {
    const waits: (number | undefined)[] = [];
    for (let failure = 1; failure <= 9; failure += 1) {
      const wait = await failOnce();
      waits.push(wait);
      if (wait !== undefined) await system.clock.forward(wait * 1_000 + 100);
    }
    expect(waits).toEqual([undefined, undefined, undefined, undefined, 30, 60, 120, 240, 480]);
    expect(await failures()).toBe(9);
  });

  it('evaluates and counts nothing during a wait, the right code included, and says when to come again', async () => {
    await failed(4);
    await failOnce();
    const before = await budgetOf();
    const right = await person.freshCode();
    const pending = await person.begin();
    const refused = [
      await person.authenticate({ response: { kind: 'totp', code: right } }),
      await person.fail(),
      await person.answer(pending, right),
      await person.answer(pending, person.wrongCode()),
    ];
    for (const { status, body, headers } of refused) {
      expect([status, body.code]).toEqual([429, 'try_later']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(30);
    }
    expect(await budgetOf()).toEqual(before);
    // Not evaluated means not spent: after the wait the same code is still good.
    await system.clock.forward(30_100);
    expect((await person.answer(pending, right)).body.status).toBe('approved');
    expect(await budgetOf()).toEqual({
      failures: 0,
      wait_until: null,
      locked_until: null,
      operator_only: false,
    });
  });

  it('tells the caller of a begun authentication how long the wait is', async () => {
    await failed(4);
    await failOnce();
    const { body } = await person.authenticate();
    expect(body).toMatchObject({ status: 'pending' });
    expect(body.retryAfter).toBeGreaterThan(0);
    expect((await person.read()).status).toBe('waiting');
  });

  it('locks for 15 minutes at the tenth, doubling with each further one', async () => {
    await failed(9);
    const locks: (number | undefined)[] = [];
    for (let failure = 10; failure <= 12; failure += 1) {
      const lock = await failOnce();
      locks.push(lock);
      expect((await person.read()).status).toBe('locked');
      await system.clock.forward(lock! * 1_000 + 100);
    }
    expect(locks.map((seconds) => seconds! / 60)).toEqual([15, 30, 60]);
    expect(await failures()).toBe(12);
    expect((await person.login()).body.status).toBe('approved');
    expect(await failures()).toBe(0);
  });

  it('answers a right code and a wrong one alike while the user is locked, and counts neither', async () => {
    const pending = await person.begin();
    await failed(9);
    await failOnce();
    const before = await budgetOf();
    const right = await person.freshCode();
    const wrong = person.wrongCode();
    const pairs = [
      await Promise.all(
        [right, wrong].map((code) => person.authenticate({ response: { kind: 'totp', code } })),
      ),
      await Promise.all([right, wrong].map((code) => person.answer(pending, code))),
    ];
    for (const [one, other] of pairs) {
      expect(one!.status).toBe(423);
      const shown = ({ status, body, headers }: typeof one & object) => ({
        status,
        body: { ...body, instance: undefined, requestId: undefined },
        type: headers.get('content-type'),
      });
      expect(shown(one!)).toEqual(shown(other!));
    }
    expect((await person.authenticate()).body.code).toBe('user_locked');
    expect(await budgetOf()).toEqual(before);
  });

  it('keeps the count when time or an operator opens the door, so that the next wrong code locks again', async () => {
    await failed(9);
    await failOnce();
    const unlocked = await person.call('POST', '/unlock', { reason: 'called back' });
    expect(unlocked.body).toMatchObject({ status: 'active', failures: 10 });
    expect(await failOnce()).toBe(30 * 60);
    await system.clock.forward(31 * MINUTE);
    expect(await failures()).toBe(11);
    const reset = await person.call('POST', '/unlock', { reason: 'identity checked', resetFailures: true });
    expect(reset.body).toMatchObject({ status: 'active', failures: 0 });
    expect(await failOnce()).toBeUndefined();
    const { audit } = await system.records(person);
    expect(audit.at(-2)).toMatchObject({
      action: 'user.unlock',
      detail: { reason: 'identity checked', resetFailures: true },
    });
  });

  it('opens for an operator alone after the hundredth', async () => {
    await failed(99);
    expect((await person.fail()).body).toMatchObject({ status: 'denied', reason: 'locked' });
    await system.clock.forward(400 * 24 * 60 * MINUTE);
    const still = await person.login();
    expect([still.status, still.body.code, still.headers.get('retry-after')]).toEqual([
      423,
      'user_locked',
      null,
    ]);
    await person.call('POST', '/unlock', { reason: 'identity checked' });
    expect((await person.login()).body.status).toBe('approved');
    expect(await failures()).toBe(0);
  });

  it('is one budget over confirmations, answers, several authentications and recovery codes', async () => {
    await person.enrolRecoveryCodes();
    const second = await person.beginPhone(stepUp(await person.stepUp()));
    const [one, other] = [await person.begin(), await person.begin()];
    await person.confirm(second.factorId, person.wrongCode(second));
    await person.answer(one, person.wrongCode());
    await person.answer(other, person.wrongCode());
    await person.authenticate({ response: { kind: 'recovery-code', code: '0000-0000-0000-0000-0000' } });
    expect(await failures()).toBe(4);
    const fifth = await person.authenticate({
      purpose: 'step-up',
      response: { kind: 'totp', code: 'not-a-code' },
    });
    expect(fifth.body.retryAfter).toBe(30);
    const shut = [
      await person.confirm(second.factorId, await person.freshCode(second)),
      await person.answer(one, await person.freshCode()),
    ];
    expect(shut.map(({ status }) => status)).toEqual([429, 429]);
  });

  it('ends the authentication in which the lock fell, and leaves no way on in it', async () => {
    const pending = await person.begin();
    await failed(9);
    const last = await person.answer(pending, person.wrongCode());
    expect(last.body).toMatchObject({ status: 'denied', reason: 'locked' });
    await system.clock.forward(16 * MINUTE);
    const late = await person.answer(pending, await person.freshCode());
    expect([late.status, late.body.code]).toEqual([409, 'authentication_closed']);
  });

  it('is shut by an operator for right and wrong codes, until an operator opens it', async () => {
    await person.call('POST', '/lock', { reason: 'phone stolen' });
    expect(await person.read()).toMatchObject({ status: 'locked', lockReason: 'phone stolen' });
    await system.clock.forward(60 * 24 * 60 * MINUTE);
    expect((await person.login()).status).toBe(423);
    const enrol = await person.call('POST', '/factors', { kind: 'totp' }, reason('replacement phone'));
    expect(enrol.status).toBe(201);
    await person.call('POST', '/unlock', { reason: 'phone found' });
    expect((await person.login()).body.status).toBe('approved');
  });
});
