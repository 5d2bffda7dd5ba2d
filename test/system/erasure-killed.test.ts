import { erase, untilErased } from '../end-to-end/erasing';
import { Person, type Backend } from '../end-to-end/person';
import { createDeployment, testMode, type Deployment } from './deployment';
import { startProgram, type Program } from './programs';
import { StatementProxy, type Passing } from './statement-proxy';

/** Where a worker dies, step after step of the erasure, and on the way to which database. */
const DEATHS: [string, 'main' | 'keys', Passing][] = [
  [
    'terminated, and nothing deleted yet',
    'main',
    { statement: 'SELECT FROM users WHERE user_id = $1 FOR UPDATE', at: 'before' },
  ],
  ['in the middle of the rows', 'main', { statement: 'DELETE FROM sessions', at: 'before' }],
  [
    'rows deleted, and Temporal not told',
    'main',
    {
      statement: `jsonb_build_object('deleted'`,
      at: 'before',
      then: { statement: 'COMMIT', at: 'after' },
    },
  ],
  ['about to destroy the key', 'keys', { statement: `SET wrapped = ''`, at: 'before' }],
  ['key destroyed, and Temporal not told', 'keys', { statement: `SET wrapped = ''`, at: 'after' }],
  ['about to note the runs', 'main', { statement: 'AS listed (run_id)', at: 'before' }],
  ['deletion of the runs asked for', 'main', { statement: 'SET asked_at = now()', at: 'after' }],
  ['about to certify the runs', 'main', { statement: `jsonb_build_object('runsGone'`, at: 'before' }],
  ['certificate written, and Temporal not told', 'main', { statement: `SET status = 'done'`, at: 'after' }],
];

let deployment: Deployment;
let server: Program;
let backend: Backend;
let worker: { program: Program; main: StatementProxy; keys: StatementProxy };

beforeAll(async () => {
  deployment = await createDeployment(testMode);
  await startWorker();
  server = await startProgram('server', deployment.environment);
  backend = deployment.backendOf(() => `http://127.0.0.1:${server.apiPort}`);
}, 120_000);

afterAll(async () => {
  for (const program of [server, worker.program]) program.kill('SIGTERM');
  await Promise.all([server.ended, worker.program.ended]);
  await Promise.all([worker.main.close(), worker.keys.close()]);
  await deployment.drop();
}, 60_000);

async function startWorker(): Promise<void> {
  const { database, environment } = deployment;
  const main = await StatementProxy.before(database.databaseUrl);
  const keys = await StatementProxy.before(database.keysDatabaseUrl);
  const program = await startProgram('worker', {
    ...environment,
    DATABASE_URL: main.urlOf(database.databaseUrl),
    KEYS_DATABASE_URL: keys.urlOf(database.keysDatabaseUrl),
  });
  worker = { program, main, keys };
}

/** Kills the worker at that point; resolves when it is dead. */
function killedAt(place: 'main' | 'keys', passing: Passing): Promise<void> {
  const { program, main, keys } = worker;
  return new Promise((resolve) => {
    (place === 'main' ? main : keys).atStatement(passing, () => {
      program.kill('SIGKILL');
      void program.ended.then(() => Promise.all([main.close(), keys.close()])).then(() => resolve());
    });
  });
}

it(`ends an erasure whose worker is killed ${String(DEATHS.length)} times, once at each step, and counts everything once`, async () => {
  const person = await Person.enrolled(backend, ['finance']);
  for (let logins = 0; logins < 3; logins += 1) await person.login({ context: { ip: '203.0.113.7' } });
  const { id, internalUserId } = await startErasureAndKill(person);
  const { certificate } = await untilErased(backend, id);
  expect(certificate.rowsDeleted).toMatchObject({ users: 1, factors: 1, sessions: 3 });
  expect(certificate.keysDestroyed).toHaveLength(1);
  expect(certificate.runsGone).toHaveLength(1);
  expect(certificate.runsLeft).toEqual([]);
  const { rows: trail } = await deployment.pool.query(
    `SELECT outcome FROM audit WHERE user_id = $1 AND action = 'user.erase' ORDER BY sequence`,
    [internalUserId],
  );
  expect(trail).toEqual([{ outcome: 'started' }, { outcome: 'done' }]);
  const { rows: left } = await deployment.pool.query(
    `SELECT FROM factors WHERE user_id = $1 UNION ALL SELECT FROM sessions WHERE user_id = $1
     UNION ALL SELECT FROM authentications WHERE user_id = $1 UNION ALL SELECT FROM lifecycle_runs WHERE user_id = $1`,
    [internalUserId],
  );
  expect(left).toEqual([]);
  await logsInAnew(person);
}, 900_000);

async function startErasureAndKill(person: Person) {
  let erasure: Awaited<ReturnType<typeof erase>> | undefined;
  for (const [, place, passing] of DEATHS) {
    const killed = killedAt(place, passing);
    erasure ??= await erase(person);
    await killed;
    await startWorker();
  }
  if (erasure === undefined) throw new Error('nobody died');
  return erasure;
}

async function logsInAnew(person: Person): Promise<void> {
  expect((await person.call('PUT', '', {})).status).toBe(201);
  person.phone = undefined;
  person.phone = await person.enrolPhone();
  expect((await person.login()).body.status).toBe('approved');
}
