import { setTimeout as sleep } from 'node:timers/promises';
import { Person, type Backend } from '../end-to-end/person';
import { recordsOf } from '../end-to-end/user-records';
import { parseExposition, valueOf } from '../exposition';
import { createDeployment, testMode, type Deployment } from './deployment';
import { startProgram, type Program } from './programs';
import { StatementProxy, type Moment } from './statement-proxy';

let deployment: Deployment;
let proxy: StatementProxy;
let server: Program;
let worker: Program;
let backend: Backend;

beforeAll(async () => {
  deployment = await createDeployment({
    ...testMode,
    MFAFLOW_API_METRICS_PORT: '0',
    MFAFLOW_WORKER_METRICS_PORT: '0',
  });
  [worker, server] = await Promise.all([startWorker(), startProgram('server', deployment.environment)]);
  backend = deployment.backendOf(() => `http://127.0.0.1:${server.apiPort}`);
}, 120_000);

afterAll(async () => {
  for (const program of [server, worker]) program.kill('SIGTERM');
  await Promise.all([server.ended, worker.ended]);
  await proxy.close();
  await deployment.drop();
}, 60_000);

/** Its traffic with Postgres goes through a proxy. */
async function startWorker(): Promise<Program> {
  const { database, environment } = deployment;
  proxy = await StatementProxy.before(database.databaseUrl);
  return startProgram('worker', { ...environment, DATABASE_URL: proxy.urlOf(database.databaseUrl) });
}

async function killWorker(): Promise<void> {
  worker.kill('SIGKILL');
  await worker.ended;
  await proxy.close();
}

const later = { Prefer: 'respond-async' };

async function ended(id: string): Promise<string> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    await sleep(100);
    const { body } = await backend.call('GET', `/v1/authentications/${id}?wait=5`);
    if (body.status !== 'pending') return body.status as string;
  }
  throw new Error('the answer was lost');
}

describe('an answer that is sent off', () => {
  it('while no worker runs is decided once by the next one', async () => {
    const person = await Person.enrolled(backend);
    const id = await person.begin();
    const code = await person.freshCode();
    await killWorker();
    for (let times = 0; times < 3; times += 1) {
      const headers = { ...later, 'Idempotency-Key': 'nobody-works' };
      expect((await person.answer(id, code, headers)).status).toBe(202);
    }
    expect((await backend.call('GET', `/v1/authentications/${id}`)).body.status).toBe('pending');
    worker = await startWorker();
    expect(await ended(id)).toBe('approved');
    expect((await recordsOf(deployment.pool, deployment.tenantId, person.id)).sessions).toHaveLength(1);
  }, 120_000);

  it.each<Moment>(['before the read', 'between read and write', 'between commit and completion'])(
    'is decided once though its worker is killed %s',
    async (moment) => {
      const person = await Person.enrolled(backend);
      const id = await person.begin();
      const killed = new Promise<void>((resolve) => {
        proxy.at(moment, () => void killWorker().then(resolve));
      });
      expect((await person.answer(id, await person.freshCode(), later)).status).toBe(202);
      await killed;
      worker = await startWorker();
      expect(await ended(id)).toBe('approved');
      const { sessions, outbox } = await recordsOf(deployment.pool, deployment.tenantId, person.id);
      expect(sessions).toHaveLength(1);
      expect(outbox.filter(({ type }) => type === 'authentication.succeeded')).toHaveLength(1);
    },
    120_000,
  );
});

describe('/metrics', () => {
  const scrape = async (program: Program) => {
    const answer = await fetch(`http://127.0.0.1:${program.metricsPort}/metrics`);
    expect(answer.status).toBe(200);
    return parseExposition(await answer.text());
  };

  it('of a worker has what the SDK of Temporal exports beside its own, each family once', async () => {
    const person = await Person.enrolled(backend);
    await person.login();
    const families = await scrape(worker);
    expect(valueOf(families, 'mfaflow_decisions_total', { outcome: 'decided' })).toBeGreaterThan(0);
    expect(families.has('nodejs_eventloop_lag_seconds')).toBe(true);
    const ofSdk = [...families.keys()].filter((name) => name.startsWith('temporal_'));
    expect(ofSdk).toEqual(
      expect.arrayContaining([
        'temporal_workflow_task_execution_latency_seconds',
        'temporal_worker_task_slots_available',
        'temporal_sticky_cache_size',
        'temporal_request_total',
      ]),
    );
    const text = JSON.stringify([...families]);
    for (const private_ of [deployment.tenantId, 'usr_', person.id, deployment.apiKey])
      expect(text).not.toContain(private_);
  });

  it('of an API process has its own', async () => {
    const families = await scrape(server);
    expect(valueOf(families, 'mfaflow_commands_total', { command: 'authenticate' })).toBeGreaterThan(0);
    expect(
      valueOf(families, 'mfaflow_commands_total', { command: 'answer', outcome: 'taken' }),
    ).toBeGreaterThan(0);
  });

  it('is not to be had where the API listens', async () => {
    expect((await backend.call('GET', '/metrics')).status).toBe(404);
  });
});
