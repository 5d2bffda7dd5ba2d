import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { insist } from './insist';
import { acceptedOnce, inParallel, race } from './parallel-answers';
import { idempotencyKey } from './person';

const ROUNDS = 3;
const AT_ONCE = 50;

describe('fifty identical requests at once', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  it('are one login when each has an Idempotency-Key of its own', async () => {
    const person = await system.enrolled();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const body = { response: { kind: 'totp' as const, code: await person.freshCode() } };
      const answers = await race(AT_ONCE, (headers) => person.authenticate(body, headers));
      expect(acceptedOnce(answers)).toEqual({ approved: 1, sessions: 1, unforeseen: [] });
      await reset(person.id);
    }
    const { sessions, outbox } = await system.records(person);
    expect(sessions).toHaveLength(ROUNDS);
    expect(outbox.filter(({ type }) => type === 'authentication.succeeded')).toHaveLength(ROUNDS);
  }, 60_000);

  it('are one login with one answer for all when they share an Idempotency-Key', async () => {
    const person = await system.enrolled();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const body = { response: { kind: 'totp' as const, code: await person.freshCode() } };
      const headers = idempotencyKey(`shared-${round}`);
      const answers = await inParallel(AT_ONCE, () => insist(() => person.authenticate(body, headers)));
      expect(new Set(answers.map((answer) => JSON.stringify([answer.status, answer.body]))).size).toBe(1);
      expect(answers[0]!.body.status).toBe('approved');
    }
    const { sessions, user } = await system.records(person);
    expect([sessions.length, user['failures']]).toEqual([ROUNDS, 0]);
  }, 60_000);

  it('answer one pending authentication once', async () => {
    const person = await system.enrolled();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const id = await person.begin();
      const code = await person.freshCode();
      const answers = await race(AT_ONCE, (headers) => person.answer(id, code, headers));
      const approved = answers.filter(({ body }) => body.status === 'approved');
      expect(approved).toHaveLength(1);
      for (const { status, body } of answers.filter((answer) => answer !== approved[0])) {
        expect([status, body.code]).toEqual([409, 'authentication_closed']);
      }
    }
    expect((await system.records(person)).sessions).toHaveLength(ROUNDS);
  }, 60_000);

  it('spend a recovery code once', async () => {
    const person = await system.enrolled();
    const codes = await person.enrolRecoveryCodes();
    for (const code of codes.slice(0, ROUNDS)) {
      const answers = await race(AT_ONCE, (headers) =>
        person.authenticate({ response: { kind: 'recovery-code', code } }, headers),
      );
      expect(acceptedOnce(answers)).toEqual({ approved: 1, sessions: 1, unforeseen: [] });
      await reset(person.id);
    }
    expect((await system.records(person)).spentCodes).toHaveLength(ROUNDS + 1);
  }, 60_000);

  it('count as many wrong codes as the budget lets pass, and no more', async () => {
    const person = await system.enrolled();
    const wrong = person.wrongCode();
    const answers = await race(AT_ONCE, (headers) =>
      person.authenticate({ response: { kind: 'totp', code: wrong } }, headers),
    );
    const evaluated = answers.filter(({ body }) => body.reason === 'wrong_code');
    expect(evaluated).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(AT_ONCE - 5);
    expect((await person.read()).failures).toBe(5);
  }, 60_000);

  it('make one user and one epoch', async () => {
    const created = await inParallel(AT_ONCE, () => system.call('PUT', '/v1/users/everybody', { body: {} }));
    expect(created.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(created.filter(({ status }) => status === 200)).toHaveLength(AT_ONCE - 1);
    const headers = idempotencyKey('one-epoch');
    const body = { scope: 'group', subject: 'nobody', reason: 'a drill' };
    const raised = await inParallel(AT_ONCE, () => system.call('POST', '/v1/epochs', { body, headers }));
    expect(new Set(raised.map((answer) => answer.body.value)).size).toBe(1);
  }, 60_000);

  /** What lost the race was wrong, and counted: an operator gives the budget back. */
  async function reset(userId: string): Promise<void> {
    const body = { reason: 'next round', resetFailures: true };
    await system.call('POST', `/v1/users/${userId}/unlock`, { body });
  }
});
