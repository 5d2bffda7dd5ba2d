import { setTimeout as sleep } from 'node:timers/promises';
import { randomId } from '../../src/security/random-id';
import { insist } from '../end-to-end/insist';
import { acceptedOnce, inParallel } from '../end-to-end/parallel-answers';
import { idempotencyKey, Person } from '../end-to-end/person';
import { recordsOf } from '../end-to-end/user-records';
import { Cluster } from './cluster';

const cluster = new Cluster();

beforeAll(() => cluster.start(), 1_800_000);
afterAll(() => cluster.stop(), 120_000);

const sessionsOf = async (person: Person): Promise<unknown[]> =>
  (await recordsOf(cluster.pool, cluster.tenantId, person.id)).sessions.map((row) => row['session_id']);

/** People who log in side by side, round after round; in the second round something happens under their hands. */
async function logInWhile(people: readonly Person[], rounds: number, happens: () => Promise<void>) {
  const sessions = people.map((): unknown[] => []);
  let happened: Promise<void> | undefined;
  for (let round = 1; round <= rounds; round += 1) {
    const codes: string[] = [];
    for (const person of people) codes.push(await person.freshCode());
    const logins = people.map((person, index) => {
      const response = { kind: 'totp' as const, code: codes[index]! };
      return person.authenticate({ response }, idempotencyKey(randomId()));
    });
    if (round === 2) happened = sleep(5).then(happens);
    for (const [index, { body }] of (await Promise.all(logins)).entries()) {
      expect([round, body.status]).toEqual([round, 'approved']);
      sessions[index]!.push(body.session.id);
    }
  }
  await happened;
  return sessions;
}

/** Each login left one session, the one that it was answered with, however often it had to be sent. */
async function expectEachOnce(people: readonly Person[], answered: readonly unknown[][]): Promise<void> {
  for (const [index, person] of people.entries()) {
    const kept = (await sessionsOf(person)).sort();
    expect(kept).toEqual([...answered[index]!].sort());
    expect(new Set(kept).size).toBe(kept.length);
  }
}

const people = (count: number): Promise<Person[]> => inParallel(count, () => cluster.patientPerson());

describe('two API and two worker processes on a Temporal server with Postgres', () => {
  it('accept one of thirty parallel answers with the same code, over both APIs, ten times', async () => {
    const person = await Person.enrolled(cluster.backend);
    for (let round = 1; round <= 10; round += 1) {
      const body = { response: { kind: 'totp' as const, code: await person.freshCode() } };
      const answers = await inParallel(30, () => {
        const headers = idempotencyKey(randomId());
        return insist(() => person.authenticate(body, headers));
      });
      expect([round, acceptedOnce(answers)]).toEqual([round, { approved: 1, sessions: 1, unforeseen: [] }]);
      await cluster.pool.query(
        `UPDATE users SET failures = 0, wait_until = NULL, locked_until = NULL, version = version + 1
         WHERE external_id = $1`,
        [person.id],
      );
    }
    expect(await sessionsOf(person)).toHaveLength(10);
  });

  it('carry out a command once that is sent to both APIs at once', async () => {
    const person = await Person.enrolled(cluster.backend);
    const body = { response: { kind: 'totp' as const, code: await person.freshCode() } };
    const headers = idempotencyKey(randomId());
    const answers = await inParallel(20, () => insist(() => person.authenticate(body, headers)));
    expect(new Set(answers.map(({ body: said }) => JSON.stringify(said))).size).toBe(1);
    expect(answers[0]!.body.status).toBe('approved');
    expect(await sessionsOf(person)).toHaveLength(1);
  });

  it('let everybody in once whose worker is killed', async () => {
    const all = await people(6);
    const answered = await logInWhile(all, 6, () => cluster.kill(cluster.workers));
    await expectEachOnce(all, answered);
    await cluster.addWorker();
  });

  it('let everybody in once whose API is killed, by the client that asks the other one', async () => {
    const all = await people(6);
    const answered = await logInWhile(all, 6, async () => {
      const [killed] = cluster.apis;
      killed?.kill('SIGKILL');
      await killed?.ended;
      // As a load balancer does that has noticed.
      await sleep(500);
      cluster.apis.splice(0, 1);
    });
    await expectEachOnce(all, answered);
    await cluster.addApi();
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'let everybody in once while the Temporal server restarts after %s',
    async (signal) => {
      const all = await people(6);
      const answered = await logInWhile(all, 5, () => cluster.temporal.restart(signal));
      await expectEachOnce(all, answered);
    },
  );

  it('lose nothing while workflows continue as new under ten streams', async () => {
    const all = await people(2);
    const commands = 200;
    const ids = await Promise.all(
      all.map(async (person) => {
        const begun = await inParallel(10, async () => {
          const mine: string[] = [];
          for (let n = 0; n < commands / 10; n += 1)
            mine.push((await insist(() => person.authenticate({}, idempotencyKey(randomId())))).body.id);
          return mine;
        });
        return begun.flat();
      }),
    );
    for (const [index, person] of all.entries()) {
      expect(new Set(ids[index])).toEqual(new Set(ids[index]!.filter((id) => id.startsWith('aut_'))));
      expect(new Set(ids[index]).size).toBe(commands);
      expect(await cluster.runsOf(person)).toBeGreaterThan(1);
      expect((await person.login()).body.status).toBe('approved');
    }
  });

  it('erase one user and leave the others', async () => {
    const [gone, stays] = (await people(2)) as [Person, Person];
    const { user } = await recordsOf(cluster.pool, cluster.tenantId, gone.id);
    const erased = await gone.call('DELETE', '', undefined, idempotencyKey(randomId()));
    expect(erased.status).toBe(202);
    expect((await gone.call('GET', '')).status).toBe(404);
    const certificate = erased.headers.get('location') ?? '';
    let certified = erased;
    while (certified.body.status === 'running') {
      await sleep(500);
      certified = await cluster.backend.call('GET', certificate);
    }
    expect(certified.body.status).toBe('done');
    const { rows } = await cluster.pool.query('SELECT 1 FROM factors WHERE user_id = $1', [user['user_id']]);
    expect(rows).toEqual([]);
    expect((await stays.login()).body.status).toBe('approved');
  });

  it('keep Temporal and mfaflow out of the databases of each other', async () => {
    const { rows } = await cluster.pool.query<{ allowed: boolean }>(
      `SELECT datname, has_database_privilege(current_user, datname, 'CONNECT') AS allowed
       FROM pg_database WHERE datname LIKE 'temporal%'`,
    );
    expect(rows).toHaveLength(2);
    expect(rows.every(({ allowed }) => !allowed)).toBe(true);
  });
});
