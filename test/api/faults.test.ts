import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { pino } from 'pino';
import { createApp } from '../../src/api/app';
import type { ApiDependencies } from '../../src/api/dependencies';
import { createSigningKeys } from '../../src/security/signing-keys';
import { MfaError } from '../../src/domain/errors';
import { call, startSystem, type RunningSystem } from '../running-system';
import { ApiUser } from './api-user';

describe('with a part of it away', () => {
  let system: RunningSystem;
  let dependencies: ApiDependencies;
  const servers: Server[] = [];

  beforeAll(async () => {
    system = await startSystem();
    const { pool, dataKeys, secrets } = system.foundation;
    const log = pino({ level: 'silent' });
    const signingKeys = createSigningKeys({ pool, dataKeys, issuer: system.config.issuer, log });
    await signingKeys.ensure();
    signingKeys.close();
    dependencies = {
      pool,
      dataKeys,
      secrets,
      log,
      signingKeys,
      config: system.config,
      lifecycle: {
        execute: () => Promise.reject(new MfaError('unavailable', { retryAfterSeconds: 1 })),
        answerLater: () => Promise.reject(new MfaError('unavailable', { retryAfterSeconds: 1 })),
      },
      startDelivery: () => Promise.reject(new MfaError('unavailable')),
      providers: [],
      startErasure: () => Promise.reject(new MfaError('unavailable')),
      temporalHealthy: () => Promise.resolve(false),
      liveApiProcesses: () => 1,
    };
  });
  afterAll(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await system.stop();
  });

  async function listen(app: RequestListener): Promise<string> {
    const server = createServer(app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    servers.push(server);
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }

  it('says 503 and when to try again while Postgres is away, and knows nobody', async () => {
    const away = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    const url = await listen(createApp({ ...dependencies, pool: away }));
    for (const [method, path] of [
      ['GET', '/v1/users/x'],
      ['PUT', '/v1/users/x'],
      ['POST', '/v1/users/x/authentications'],
    ] as const) {
      const { status, body, headers } = await call(url, method, path, { key: system.keys.all });
      expect([status, body.code]).toEqual([503, 'unavailable']);
      expect(headers.get('Retry-After')).toBe('1');
      expect(JSON.stringify(body)).not.toMatch(/ECONN|127\.0\.0\.1/);
    }
    expect((await call(url, 'GET', '/healthz', {})).status).toBe(200);
    const ready = await call(url, 'GET', '/readyz', {});
    expect([ready.status, ready.body.checks.postgres]).toEqual([503, false]);
    await away.end();
  });

  it('says 503 for what Temporal carries out, and goes on with the rest', async () => {
    const user = await ApiUser.create(system);
    const url = await listen(createApp(dependencies));
    const begun = await call(url, 'POST', user.path('/authentications'), { key: system.keys.all, body: {} });
    expect([begun.status, begun.body.code, begun.headers.get('Retry-After')]).toEqual([
      503,
      'unavailable',
      '1',
    ]);
    expect((await call(url, 'GET', user.path(), { key: system.keys.all })).status).toBe(200);
    const ready = await call(url, 'GET', '/readyz', {});
    expect([ready.status, ready.body.checks.temporal, ready.body.checks.worker]).toEqual([503, false, true]);
  });
});
