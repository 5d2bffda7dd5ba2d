import { request } from 'node:http';
import { errorCodes } from '../../src/domain/errors';
import { routes } from '../../src/api/routes';
import { parseExposition, valueOf, type Family } from '../exposition';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { inParallel } from './parallel-answers';

let system: EndToEndSystem;

beforeAll(async () => {
  system = await startEndToEnd({ MFAFLOW_API_METRICS_PORT: '0', MFAFLOW_WORKER_METRICS_PORT: '0' });
}, 60_000);

afterAll(() => system.stop());

async function scrape(of: 'api' | 'worker'): Promise<Map<string, Family>> {
  const answer = await fetch(system.running.metricsUrls[of]);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parseExposition(await answer.text());
}

const seriesOf = (families: Map<string, Family>): number =>
  [...families.values()].reduce((sum, { samples }) => sum + samples.length, 0);

/** A request as no client library would send it. */
function hostile(method: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  const { hostname, port } = new URL(system.running.apiUrl);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end();
  });
}

describe('the metrics of an API process', () => {
  it('count a login by the pattern of its route, and its command by what came of it', async () => {
    const person = await system.enrolled();
    const before = await scrape('api');
    expect((await person.login()).status).toBe(200);
    expect((await person.fail()).status).toBe(200);
    expect((await system.call('GET', '/v1/users/nobody')).status).toBe(404);
    const after = await scrape('api');
    const route = { route: '/v1/users/{userId}/authentications', method: 'POST', status: '2xx' };
    const grown = (name: string, labels: Record<string, string>) =>
      valueOf(after, name, labels) - valueOf(before, name, labels);
    expect(grown('mfaflow_http_request_duration_seconds_count', route)).toBe(2);
    expect(grown('mfaflow_commands_total', { command: 'authenticate', outcome: 'decided' })).toBe(2);
    expect(grown('mfaflow_command_duration_seconds_count', { command: 'authenticate' })).toBe(2);
    expect(grown('mfaflow_http_problems_total', { code: 'not_found' })).toBe(1);
    expect(valueOf(after, 'mfaflow_http_requests_in_flight')).toBe(0);
    expect(valueOf(after, 'mfaflow_commands_in_flight')).toBe(0);
    expect(valueOf(after, 'mfaflow_commands_waiting')).toBe(0);
  });

  it('show load that was shed, and limits that were met', async () => {
    const tight = await startEndToEnd({
      MFAFLOW_API_METRICS_PORT: '0',
      MFAFLOW_MAX_IN_FLIGHT: '1',
      MFAFLOW_MAX_WAITING: '0',
      MFAFLOW_LIMIT_USER_PER_MINUTE: '20',
    });
    const person = await tight.enrolled();
    const answers = await inParallel(40, () => person.authenticate());
    const families = parseExposition(await (await fetch(tight.running.metricsUrls.api)).text());
    for (const code of ['overloaded', 'rate_limited']) {
      const counted = valueOf(families, 'mfaflow_http_problems_total', { code });
      expect(counted).toBe(answers.filter(({ body }) => body.code === code).length);
      expect(counted).toBeGreaterThan(0);
    }
    await tight.stop();
  }, 60_000);

  it('show the process, its database connections and its key cache', async () => {
    const families = await scrape('api');
    expect(valueOf(families, 'mfaflow_build_info')).toBe(1);
    expect(families.has('nodejs_eventloop_lag_seconds')).toBe(true);
    expect(families.has('process_resident_memory_bytes')).toBe(true);
    expect(
      valueOf(families, 'mfaflow_database_connections', { database: 'main', state: 'total' }),
    ).toBeGreaterThan(0);
    expect(valueOf(families, 'mfaflow_data_key_lookups_total', { result: 'hit' })).toBeGreaterThan(0);
    expect(valueOf(families, 'mfaflow_data_key_lookups_total', { result: 'miss' })).toBeGreaterThan(0);
  });
});

describe('the metrics of a worker', () => {
  it('count decisions, how authentications go, and what failure budgets do', async () => {
    const person = await system.enrolled();
    const before = await scrape('worker');
    await person.login();
    for (let failures = 1; failures <= 5; failures += 1) await person.fail();
    expect((await person.fail()).status).toBe(429);
    const after = await scrape('worker');
    const grown = (name: string, labels: Record<string, string>) =>
      valueOf(after, name, labels) - valueOf(before, name, labels);
    expect(grown('mfaflow_decisions_total', { command: 'authenticate', outcome: 'decided' })).toBe(6);
    expect(grown('mfaflow_decisions_total', { command: 'authenticate', outcome: 'try_later' })).toBe(1);
    expect(grown('mfaflow_decision_duration_seconds_count', { command: 'authenticate' })).toBe(7);
    expect(grown('mfaflow_authentications_total', { status: 'approved' })).toBe(1);
    expect(grown('mfaflow_authentications_total', { status: 'pending', reason: 'wrong_code' })).toBe(5);
    expect(grown('mfaflow_failure_budget_total', { outcome: 'failure' })).toBe(5);
    expect(grown('mfaflow_failure_budget_total', { outcome: 'wait_began' })).toBe(1);
    expect(grown('mfaflow_failure_budget_total', { outcome: 'refused_waiting' })).toBe(1);
  });

  it('show how far behind each sweep is', async () => {
    const person = await system.known();
    await person.call('POST', '/factors', { kind: 'totp' });
    const calm = await scrape('worker');
    expect(valueOf(calm, 'mfaflow_sweep_lag_seconds', { sweep: 'abandonEnrolments' })).toBe(0);
    // The figure is read again after a while: another system sees the same database as it is now.
    await system.clock.forward(15 * 60_000);
    for (const end = Date.now() + 20_000; ;) {
      const families = await scrape('worker');
      expect(families.get('mfaflow_sweep_lag_seconds')?.samples).toHaveLength(6);
      const lag = valueOf(families, 'mfaflow_sweep_lag_seconds', { sweep: 'abandonEnrolments' });
      if (lag > 0) {
        expect(lag).toBeGreaterThanOrEqual(290);
        expect(lag).toBeLessThan(400);
        break;
      }
      if (Date.now() > end) throw new Error('no lag is shown');
    }
    await system.running.moveClock(60 * 60_000);
    const families = await scrape('worker');
    expect(
      valueOf(families, 'mfaflow_sweep_pages_total', { sweep: 'abandonEnrolments', outcome: 'done' }),
    ).toBeGreaterThan(0);
    expect(valueOf(families, 'mfaflow_sweep_rows_total', { sweep: 'abandonEnrolments' })).toBeGreaterThan(0);
  }, 60_000);
});

describe('whatever is sent', () => {
  it('makes no more series, and nothing of it is in a label', async () => {
    const planted = 'PLANTED-c0ffee';
    const beforehand = await system.known();
    await beforehand.call('GET', '');
    const warmUp = async (round: string) => {
      await hostile('GET', `/${round}`);
      await hostile('PURGE', `/${round}`);
      await hostile('GET', `/docs/${round}`);
      await hostile('GET', `/%E0%A4%A`);
      await hostile('GET', `/v1/users/${round}`, { authorization: `Bearer ${system.running.keys.all}` });
      await hostile('POST', `/v1/users/${round}`, { authorization: `Bearer ${round}` });
      await hostile('GET', `/v1/users/a?${round}=1`, { 'user-agent': round, origin: `http://${round}` });
      await system.call('PUT', `/v1/users/person-${round}`, { body: {} });
      await system.call('POST', `/v1/users/person-${round}/authentications`, { body: {} });
      await system.call('POST', `/v1/authentications/${round}/answer`, { body: { code: round } });
    };
    await warmUp('first');
    const before = { api: seriesOf(await scrape('api')), worker: seriesOf(await scrape('worker')) };
    for (let round = 0; round < 20; round += 1)
      await inParallel(10, (index) => warmUp(`${planted}-${round}-${index}`));
    const after = { api: await scrape('api'), worker: await scrape('worker') };
    expect(seriesOf(after.worker)).toBeLessThanOrEqual(before.worker + 40);
    expect(seriesOf(after.api)).toBeLessThanOrEqual(before.api + 60);
    const { tenantId, tenant, keys } = system.running;
    for (const families of Object.values(after)) {
      const text = JSON.stringify([...families]);
      for (const secret of [planted, tenantId, `"${tenant}"`, keys.all, 'usr_', 'person-'])
        expect(text).not.toContain(secret);
    }
  }, 120_000);

  it('label values come from closed sets', async () => {
    const families = await scrape('api');
    const valuesOf = (name: string, of: string) =>
      new Set((families.get(name)?.samples ?? []).map(({ labels }) => labels[of] ?? ''));
    const patterns = [...routes.map(({ path }) => path), '/docs', '/docs/{file}', 'unmatched'];
    const requests = 'mfaflow_http_request_duration_seconds';
    for (const value of valuesOf(requests, 'route')) expect(patterns).toContain(value);
    for (const value of valuesOf(requests, 'method'))
      expect(['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'other']).toContain(value);
    for (const value of valuesOf(requests, 'status')) expect(value).toMatch(/^([1-5]xx|aborted)$/);
    for (const value of valuesOf('mfaflow_http_problems_total', 'code'))
      expect(Object.keys(errorCodes)).toContain(value);
  });
});
