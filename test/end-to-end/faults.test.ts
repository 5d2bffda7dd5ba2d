import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { CuttableProxy } from '../cuttable-proxy';
import { startSystem, type Called, type RunningSystem } from '../running-system';
import { applicationOf } from './end-to-end-system';
import { idempotencyKey, Person } from './person';
import { TestClock } from './test-clock';

let system: RunningSystem;
let postgres: CuttableProxy;
let temporal: CuttableProxy;
/** Straight to Postgres, to see what is in it while the system cannot reach it. */
let direct: Pool;
let person: Person;

beforeAll(async () => {
  const admin = new URL(process.env['MFAFLOW_TEST_POSTGRES_ADMIN_URL']!);
  postgres = await CuttableProxy.before(admin.host);
  temporal = await CuttableProxy.before(process.env['MFAFLOW_TEST_TEMPORAL_ADDRESS']!);
  let directUrl = '';
  system = await startSystem(
    { MFAFLOW_LOG_LEVEL: 'silent' },
    {
      temporalAddress: `127.0.0.1:${temporal.port}`,
      postgres: (url) => {
        if (!url.endsWith('_keys')) directUrl = url;
        const proxied = new URL(url);
        proxied.port = String(postgres.port);
        return proxied.href;
      },
    },
  );
  direct = new Pool({ connectionString: directUrl, max: 2 });
  person = await Person.enrolled({ ...applicationOf(system), clock: new TestClock(direct) });
}, 60_000);

afterAll(async () => {
  postgres.mend();
  temporal.mend();
  await direct.end();
  await system.stop();
  await postgres.close();
  await temporal.close();
});

/** What of this person could change by half a decision. */
async function rows(): Promise<unknown> {
  const of = `WHERE user_id = u.user_id`;
  const { rows: found } = await direct.query(
    `SELECT version, failures, (SELECT jsonb_agg(counter) FROM factors ${of}) AS counters,
       (SELECT count(*) FROM authentications ${of}) AS authentications, (SELECT count(*) FROM sessions ${of}) AS sessions,
       (SELECT count(*) FROM commands ${of}) AS commands, (SELECT count(*) FROM audit ${of}) AS audit,
       (SELECT count(*) FROM outbox ${of}) AS outbox
     FROM users u WHERE external_id = $1`,
    [person.id],
  );
  return found[0];
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('it did not come back by itself');
    await sleep(100);
  }
}

/** One look serves all who ask within half a second, so that what was just broken shows a moment later. */
async function saysNotReady(check: string): Promise<void> {
  let status = 0;
  await until(async () => {
    const answer = await system.call('GET', '/readyz', { key: '' });
    status = answer.status;
    return answer.body.checks[check] === false;
  });
  expect(status).toBe(503);
}

const isReady = async () => (await system.call('GET', '/readyz', { key: '' })).status === 200;

function expectUnavailable(answer: Called): void {
  expect(answer.status).toBe(503);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body).toMatchObject({ code: 'unavailable', status: 503 });
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
}

describe.each([
  ['Postgres', () => postgres, 'postgres'],
  ['Temporal', () => temporal, 'temporal'],
] as const)('while %s is away', (_name, proxy, check) => {
  it('a login is unavailable, nothing is half done, and the same command succeeds when it is back', async () => {
    await until(isReady);
    const code = await person.freshCode();
    const before = await rows();
    proxy().cut();
    const key = idempotencyKey(`fault-${check}`);
    const attempt = () => person.authenticate({ response: { kind: 'totp', code } }, key);
    expectUnavailable(await attempt());
    expect(await rows()).toEqual(before);
    await saysNotReady(check);
    expect((await system.call('GET', '/healthz', { key: '' })).status).toBe(200);
    proxy().mend();
    await until(isReady);
    await until(async () => (await attempt()).body.status === 'approved');
    const again = await attempt();
    expect(again.body.status).toBe('approved');
    const { rows: sessions } = await direct.query('SELECT session_id FROM sessions WHERE session_id = $1', [
      again.body.session.id,
    ]);
    expect(sessions).toHaveLength(1);
  }, 90_000);
});

describe('readiness', () => {
  it('fails while the clock of a process is more than two seconds off', async () => {
    await until(isReady);
    await direct.query(`INSERT INTO process_heartbeats VALUES ('off', 'worker', clock_timestamp(), 2500)`);
    await saysNotReady('clock');
    await direct.query(`DELETE FROM process_heartbeats WHERE process_id = 'off'`);
    await until(isReady);
  });

  it('fails without a worker that was seen lately', async () => {
    await direct.query(
      `UPDATE process_heartbeats SET seen_at = seen_at - interval '1 minute' WHERE kind = 'worker'`,
    );
    await saysNotReady('worker');
    await until(isReady);
  }, 40_000);
});
