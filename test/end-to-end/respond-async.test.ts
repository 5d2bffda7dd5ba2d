import { setTimeout as sleep } from 'node:timers/promises';
import { lifecycleWorkflowId } from '../../src/temporal/names';
import type { Called } from '../running-system';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { inParallel } from './parallel-answers';
import { idempotencyKey, type Person } from './person';

let system: EndToEndSystem;

beforeAll(async () => {
  system = await startEndToEnd();
}, 60_000);

afterAll(() => system.stop());

const later = { Prefer: 'respond-async' };

const read = (id: string, wait = 0): Promise<Called> =>
  system.call('GET', `/v1/authentications/${id}?wait=${wait}`);

/** As an application does that sent a code off and wants to know. */
async function until(id: string, isSo: (body: Called['body']) => boolean): Promise<Called['body']> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    await sleep(50);
    const { body } = await read(id);
    if (isSo(body)) return body;
  }
  throw new Error('it never came to that');
}

async function userIdOf(person: Person): Promise<string> {
  const { rows } = await system.running.pool.query<{ user_id: string }>(
    'SELECT user_id FROM users WHERE external_id = $1',
    [person.id],
  );
  return rows[0]!.user_id;
}

async function handleOf(person: Person) {
  const workflowId = lifecycleWorkflowId(system.running.tenantId, await userIdOf(person));
  return system.running.temporal.workflow.getHandle(workflowId);
}

describe('an answer with Prefer: respond-async', () => {
  it('is taken at once, and its outcome is what the authentication becomes', async () => {
    const person = await system.enrolled();
    const id = await person.begin({ nonce: 'n1' });
    const taken = await person.answer(id, await person.freshCode(), later);
    expect(taken.status).toBe(202);
    expect(taken.headers.get('preference-applied')).toBe('respond-async');
    expect(taken.headers.get('location')).toBe(`/v1/authentications/${id}`);
    expect(taken.body).toMatchObject({ id, status: 'pending' });
    const { status, body } = await system.call('GET', `${taken.headers.get('location')!}?wait=25`);
    expect([status, body.status]).toEqual([200, 'approved']);
    expect(body.assertion).toEqual(expect.any(String));
    expect(body.session.token).toEqual(expect.any(String));
    const { sessions } = await system.records(person);
    expect(sessions).toHaveLength(1);
  });

  it('shows a wrong code as the synchronous one does, and how long to wait after the fifth', async () => {
    const person = await system.enrolled();
    const id = await person.begin();
    for (let failures = 1; failures <= 5; failures += 1) {
      expect((await person.answer(id, person.wrongCode(), later)).status).toBe(202);
      await until(id, () => true);
      for (;;) {
        const { failures: counted } = await person.read();
        if (counted === failures) break;
        await sleep(20);
      }
    }
    const { body } = await read(id);
    expect(body).toMatchObject({ status: 'pending', reason: 'wrong_code' });
    expect(body.retryAfter).toBeGreaterThan(0);
    expect(body.retryAfter).toBeLessThanOrEqual(30);
    const refused = await person.answer(id, await person.freshCode(), later);
    expect([refused.status, refused.body.code]).toEqual([429, 'try_later']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  }, 60_000);

  it('is decided once under its Idempotency-Key, which also asks for what was decided', async () => {
    const person = await system.enrolled();
    const id = await person.begin();
    const wrong = person.wrongCode();
    const key = idempotencyKey('async-once');
    const taken = await inParallel(10, () => person.answer(id, wrong, { ...later, ...key }));
    expect(taken.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 202));
    await until(id, ({ reason }) => reason === 'wrong_code');
    const asked = await person.answer(id, wrong, key);
    expect([asked.status, asked.body.reason]).toEqual([200, 'wrong_code']);
    expect((await person.answer(id, wrong, { ...later, ...key })).status).toBe(202);
    expect((await person.read()).failures).toBe(1);
    const other = await person.answer(id, '999999', { ...later, ...key });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
  });

  it('may be sent again after it ended the authentication, which another answer may not', async () => {
    const person = await system.enrolled();
    const id = await person.begin();
    const code = await person.freshCode();
    const key = idempotencyKey('async-again');
    await person.answer(id, code, { ...later, ...key });
    await until(id, ({ status }) => status === 'approved');
    const again = await person.answer(id, code, { ...later, ...key });
    expect([again.status, again.body.status]).toEqual([202, 'approved']);
    const another = await person.answer(id, code, later);
    expect([another.status, another.body.code]).toEqual([409, 'authentication_closed']);
    expect((await system.records(person)).sessions).toHaveLength(1);
  });

  it('is refused at once where nothing has to be decided for that', async () => {
    const person = await system.enrolled();
    const id = await person.begin();
    const path = `/v1/authentications/${id}/answer`;
    const send = (options: object, at = path) => system.call('POST', at, { headers: later, ...options });
    const code = { code: '123456' };
    const answers = [
      await send({ body: code, key: '' }),
      await send({ body: code, key: system.running.keys.audit }),
      await send({ body: code, key: system.running.keys.otherTenant }),
      await send({ body: code }, '/v1/authentications/aut_none/answer'),
      await send({ body: { code: 7 } }),
      await send({ body: code, headers: { ...later, 'Idempotency-Key': 'a b' } }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [401, 'unauthenticated'],
      [403, 'forbidden'],
      [404, 'not_found'],
      [404, 'not_found'],
      [400, 'invalid_request'],
      [400, 'invalid_request'],
    ]);
    expect((await person.read()).failures).toBe(0);
  });

  it('approves once of a hundred at once, and takes sixty a minute of one user', async () => {
    const person = await system.enrolled();
    const id = await person.begin();
    const code = await person.freshCode();
    const answers = await inParallel(100, () => person.answer(id, code, later));
    const known = answers.filter(
      ({ status, body }) =>
        status === 202 || ['rate_limited', 'overloaded', 'authentication_closed'].includes(body.code),
    );
    expect(known).toHaveLength(100);
    expect(answers.filter(({ status }) => status === 202).length).toBeLessThanOrEqual(60);
    expect((await until(id, ({ status }) => status !== 'pending')).status).toBe('approved');
    const { sessions, outbox } = await system.records(person);
    expect(sessions).toHaveLength(1);
    expect(outbox.filter(({ type }) => type === 'authentication.succeeded')).toHaveLength(1);
    expect((await person.read()).failures).toBe(0);
  }, 60_000);

  it('races an answer that waits, and one of both is right', async () => {
    const person = await system.enrolled();
    const id = await person.begin();
    const code = await person.freshCode();
    await Promise.all([person.answer(id, code, later), person.answer(id, code)]);
    expect((await until(id, ({ status }) => status !== 'pending')).status).toBe('approved');
    expect((await system.records(person)).sessions).toHaveLength(1);
  });

  it('does nothing to an authentication that is gone when its turn comes', async () => {
    const person = await system.enrolled();
    const handle = await handleOf(person);
    const id = await person.begin();
    await system.running.pool.query('ALTER TABLE commands RENAME TO commands_away');
    try {
      await handle.signal('answerLater', {
        id: 'gone',
        fingerprint: 'f',
        actor: 'key_1',
        authenticationId: id,
        sealedCode: 'AAAAAAAAAAAAAAAAAAA',
      });
      await system.running.pool.query('DELETE FROM authentications WHERE authentication_id = $1', [id]);
    } finally {
      await system.running.pool.query('ALTER TABLE commands_away RENAME TO commands');
    }
    while ((await handle.query<{ answersQueued: number }>('state')).answersQueued > 0) await sleep(50);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    expect((await person.login()).body.status).toBe('approved');
  }, 60_000);

  it('other routes ignore the preference', async () => {
    const person = await system.enrolled();
    const login = await person.login({}, later);
    expect([login.status, login.body.status]).toEqual([200, 'approved']);
    expect(login.headers.get('preference-applied')).toBeNull();
  });

  it('leaves no code in the history of its user', async () => {
    const person = await system.enrolled();
    const id = await person.begin();
    const code = await person.freshCode();
    await person.answer(id, code, later);
    await until(id, ({ status }) => status === 'approved');
    const handle = await handleOf(person);
    const url = `${system.running.testUrl}/test/histories/${handle.workflowId}`;
    for (const format of ['raw', 'decoded']) {
      const answer = await fetch(`${url}?format=${format}`, {
        headers: { authorization: `Bearer ${system.running.testKey}` },
      });
      const history = await answer.text();
      expect(history).toContain('answerLater');
      expect(history).not.toContain(`"${code}"`);
    }
  });
});
