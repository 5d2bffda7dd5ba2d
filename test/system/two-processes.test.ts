import { insist } from '../end-to-end/insist';
import { acceptedOnce, inParallel } from '../end-to-end/parallel-answers';
import { idempotencyKey, Person, type Backend } from '../end-to-end/person';
import { recordsOf } from '../end-to-end/user-records';
import { createDeployment, testMode, type Deployment } from './deployment';
import { startProgram, type Program } from './programs';
import { StatementProxy, type Moment } from './statement-proxy';

/** Few enough for every run on two cores; `MFAFLOW_TEST_ROUNDS=200` takes twice as many. An even number. */
const ROUNDS = Number(process.env['MFAFLOW_TEST_ROUNDS'] ?? 100);
const AT_ONCE = 50;

interface WatchedWorker {
  program: Program;
  proxy: StatementProxy;
}

let deployment: Deployment;
let backend: Backend;
const servers: Program[] = [];
const workers: WatchedWorker[] = [];

beforeAll(async () => {
  deployment = await createDeployment({
    ...testMode,
    MFAFLOW_LIMIT_USER_PER_MINUTE: '1000000',
  });
  const { environment } = deployment;
  await startWorker();
  servers.push(...(await Promise.all([0, 1].map(() => startProgram('server', environment)))));
  await startWorker();
  let turn = 0;
  const nextUrl = (): string => {
    turn += 1;
    return `http://127.0.0.1:${servers[turn % servers.length]!.apiPort}`;
  };
  backend = deployment.backendOf(nextUrl);
}, 120_000);

afterAll(async () => {
  const programs = [...servers, ...workers.map(({ program }) => program)];
  for (const program of programs) program.kill('SIGTERM');
  await Promise.all(programs.map(({ ended }) => ended));
  await Promise.all(workers.map(({ proxy }) => proxy.close()));
  await deployment.drop();
}, 60_000);

/** A worker whose traffic with Postgres goes through a proxy of its own. */
async function startWorker(): Promise<void> {
  const { database, environment } = deployment;
  const proxy = await StatementProxy.before(database.databaseUrl);
  const program = await startProgram('worker', {
    ...environment,
    DATABASE_URL: proxy.urlOf(database.databaseUrl),
  });
  workers.push({ program, proxy });
}

/** Kills whichever worker comes to that moment first; resolves when it is dead. */
function killAWorkerAt(moment: Moment): Promise<void> {
  return new Promise((resolve) => {
    for (const worker of [...workers]) {
      worker.proxy.at(moment, () => {
        for (const { proxy } of workers) proxy.forget();
        workers.splice(workers.indexOf(worker), 1);
        worker.program.kill('SIGKILL');
        void worker.program.ended.then(() => worker.proxy.close()).then(resolve);
      });
    }
  });
}

async function giveBudgetBack(person: Person): Promise<void> {
  await deployment.pool.query(
    `UPDATE users SET failures = 0, wait_until = NULL, locked_until = NULL, version = version + 1 WHERE external_id = $1`,
    [person.id],
  );
}

describe('two API and two worker processes', () => {
  it(`accept exactly one of ${AT_ONCE} parallel identical answers, ${ROUNDS} rounds, also when a worker is killed between commit and completion`, async () => {
    const person = await Person.enrolled(backend);
    let killed: Promise<void> | undefined;
    for (let round = 1; round <= ROUNDS; round += 1) {
      const body = { response: { kind: 'totp' as const, code: await person.freshCode() } };
      if (round === ROUNDS / 2) killed = killAWorkerAt('between commit and completion');
      const shared = round % 2 === 0;
      const answers = await inParallel(AT_ONCE, (index) => {
        const headers = idempotencyKey(shared ? `round-${round}` : `round-${round}-${index}`);
        return insist(() => person.authenticate(body, headers));
      });
      if (shared) {
        expect(new Set(answers.map(({ body: said }) => JSON.stringify(said))).size).toBe(1);
        expect(answers[0]!.body.status).toBe('approved');
      } else {
        expect([round, acceptedOnce(answers)]).toEqual([round, { approved: 1, sessions: 1, unforeseen: [] }]);
        await giveBudgetBack(person);
      }
      if (round === ROUNDS / 2) await killed;
    }
    expect(workers).toHaveLength(1);
    const { sessions, outbox } = await recordsOf(deployment.pool, deployment.tenantId, person.id);
    expect(sessions).toHaveLength(ROUNDS);
    expect(outbox.filter(({ type }) => type === 'authentication.succeeded')).toHaveLength(ROUNDS);
    await startWorker();
  }, 400_000);

  it.each<Moment>(['before the read', 'between read and write', 'between commit and completion'])(
    'end a login once when its worker is killed %s, and tell the retry the same',
    async (moment) => {
      const person = await Person.enrolled(backend);
      const body = { response: { kind: 'totp' as const, code: await person.freshCode() } };
      const login = () => person.authenticate(body, idempotencyKey('killed'));
      const before = await recordsOf(deployment.pool, deployment.tenantId, person.id);
      const killed = killAWorkerAt(moment);
      const first = insist(login);
      await killed;
      const during = await recordsOf(deployment.pool, deployment.tenantId, person.id);
      expect(during.sessions).toHaveLength(moment === 'between commit and completion' ? 1 : 0);
      const answers = [await first, await insist(login), await insist(login)];
      for (const answer of answers) expect(answer.body).toEqual(answers[0]!.body);
      expect(answers[0]!.body.status).toBe('approved');
      const after = await recordsOf(deployment.pool, deployment.tenantId, person.id);
      expect(after.sessions.map((row) => row['session_id'])).toEqual([answers[0]!.body.session.id]);
      expect(after.commands).toHaveLength(before.commands.length + 1);
      expect(after.audit).toHaveLength(before.audit.length + 1);
      await startWorker();
    },
    120_000,
  );

  it('say that they are unavailable while only the workers are cut off from Postgres, do nothing by halves, and come back', async () => {
    const person = await Person.enrolled(backend);
    const body = { response: { kind: 'totp' as const, code: await person.freshCode() } };
    const login = () => person.authenticate(body, idempotencyKey('cut-off'));
    const before = await recordsOf(deployment.pool, deployment.tenantId, person.id);
    for (const { proxy } of workers) proxy.cut(true);
    const refused = await login();
    expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await recordsOf(deployment.pool, deployment.tenantId, person.id)).toEqual(before);
    for (const { proxy } of workers) proxy.cut(false);
    expect((await insist(login)).body.status).toBe('approved');
  }, 60_000);
});
