import { startMetricsListener, type MetricsListener } from '../src/metrics-listener';

const listeners: MetricsListener[] = [];
afterAll(async () => {
  for (const listener of listeners) await listener.stop();
});

async function listen(metrics: () => Promise<string>, more?: () => Promise<string>) {
  const listener = await startMetricsListener({
    host: '127.0.0.1',
    port: 0,
    variable: 'MFAFLOW_API_METRICS_PORT',
    registry: { metrics },
    ...(more !== undefined && { more }),
  });
  listeners.push(listener);
  return `http://127.0.0.1:${listener.port}`;
}

describe('the listener of the metrics', () => {
  it('answers /metrics with what both exporters have, and nothing else with anything', async () => {
    const url = await listen(
      () => Promise.resolve('# TYPE a gauge\na Nan\n'),
      () => Promise.resolve('# TYPE b gauge\nb 1\n'),
    );
    const answer = await fetch(`${url}/metrics?x=1`);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toBe('# TYPE a gauge\na NaN\n# TYPE b gauge\nb 1\n');
    expect(await (await fetch(`${url}/metrics`, { method: 'HEAD' })).text()).toBe('');
    for (const path of ['/', '/metrics/', '/metrics/x', '/METRICS', '/debug'])
      expect((await fetch(url + path)).status).toBe(404);
    const post = await fetch(`${url}/metrics`, { method: 'POST' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('collects once for all who ask at the same time, and anew for whoever comes after', async () => {
    let collections = 0;
    let finish = (): void => undefined;
    const url = await listen(async () => {
      collections += 1;
      await new Promise<void>((resolve) => (finish = resolve));
      return `# TYPE a gauge\na ${collections}\n`;
    });
    let asked = 0;
    const scrapes = Array.from({ length: 5 }, () => {
      asked += 1;
      return fetch(`${url}/metrics`).then((answer) => answer.text());
    });
    while (collections === 0 || asked < 5) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 200));
    finish();
    expect(new Set(await Promise.all(scrapes))).toEqual(new Set(['# TYPE a gauge\na 1\n']));
    const next = fetch(`${url}/metrics`);
    while (collections === 1) await new Promise((resolve) => setTimeout(resolve, 10));
    finish();
    expect(await (await next).text()).toContain('a 2');
  });

  it('says so when they cannot be collected, and why to nobody', async () => {
    const url = await listen(() => Promise.reject(new Error('postgres://secret')));
    const answer = await fetch(`${url}/metrics`);
    expect([answer.status, await answer.text()]).toEqual([500, 'The metrics could not be collected.\n']);
  });

  it('says which variable to change where it cannot listen', async () => {
    const port = Number(new URL(await listen(() => Promise.resolve('\n'))).port);
    const registry = { metrics: () => Promise.resolve('\n') };
    const variable = 'MFAFLOW_WORKER_METRICS_PORT';
    await expect(startMetricsListener({ host: '127.0.0.1', port, variable, registry })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken: stop what listens there, or choose another with ${variable}.`,
    );
    await expect(startMetricsListener({ host: '192.0.2.1', port: 0, variable, registry })).rejects.toThrow(
      'correct MFAFLOW_METRICS_HOST',
    );
  });
});
