import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { createApp } from '../../src/api/app';
import { failureOf } from '../../src/api/request-log';
import { createErasureStarter } from '../../src/temporal/erasure-client';
import { createLifecycleClient } from '../../src/temporal/lifecycle-client';
import { createSigningKeys } from '../../src/security/signing-keys';
import { call, startSystem, type RunningSystem } from '../running-system';
import { ApiUser } from './api-user';

/** What must be in no line: a code, a nonce, an address, an agent, the id that the tenant gave, a name. */
const planted = {
  code: '314159',
  nonce: 'planted-nonce',
  ip: '203.0.113.77',
  userAgent: 'PlantedAgent/1',
  name: 'Planted Name',
  query: 'planted-query',
  idempotencyKey: 'planted-idempotency-key',
  email: 'planted-mail',
  phone: '442079460187',
};

describe('the log of requests', () => {
  let system: RunningSystem;
  let server: Server;
  let url: string;
  let lines: Record<string, unknown>[] = [];

  beforeAll(async () => {
    system = await startSystem();
    const { pool, dataKeys, secrets } = system.foundation;
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(JSON.parse(chunk.toString('utf8')) as Record<string, unknown>);
        done();
      },
    });
    const log = pino({ level: 'debug' }, stream);
    const signingKeys = createSigningKeys({ pool, dataKeys, issuer: system.config.issuer, log });
    await signingKeys.ensure();
    signingKeys.close();
    const lifecycle = createLifecycleClient(system.temporal, system.config.taskQueue);
    const app = createApp({
      pool,
      dataKeys,
      secrets,
      log,
      signingKeys,
      lifecycle,
      startDelivery: () => Promise.resolve(),
      providers: [],
      startErasure: createErasureStarter(system.temporal, system.config.taskQueue),
      config: system.config,
      temporalHealthy: () => Promise.resolve(true),
      liveApiProcesses: () => 1,
    });
    server = createServer(app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await system.stop();
  });
  beforeEach(() => {
    lines = [];
  });

  async function lineAfter(method: string, path: string, options: Parameters<typeof call>[3]) {
    const answer = await call(url, method, path, options);
    while (lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
    return { answer, line: lines[0]! };
  }

  it('has one line a request, with the pattern of the route and ids of ours', async () => {
    const user = await ApiUser.create(system);
    const { line, answer } = await lineAfter('GET', user.path(), { key: system.keys.all });
    expect(lines).toHaveLength(1);
    expect(line).toMatchObject({
      route: '/v1/users/{userId}',
      method: 'GET',
      status: 200,
      tenantId: system.tenantId,
      keyId: expect.stringMatching(/^key_/),
      userId: expect.stringMatching(/^usr_/),
      requestId: answer.headers.get('Request-Id'),
      ms: expect.any(Number),
    });
  });

  it('holds nothing secret or personal of a request, whether it succeeds or fails', async () => {
    const user = await ApiUser.enrolled(system);
    const { secret, assertion } = user;
    const key = system.keys.all;
    const headers = { 'Idempotency-Key': planted.idempotencyKey, 'MFAFlow-Step-Up': assertion };
    const context = { ip: planted.ip, userAgent: planted.userAgent };
    const login = await call(url, 'POST', user.path('/authentications'), {
      key,
      headers,
      body: { nonce: planted.nonce, context, response: { kind: 'totp', code: await user.freshCode() } },
    });
    await call(url, 'POST', user.path('/authentications'), {
      key,
      body: { context, response: { code: planted.code } },
    });
    await call(url, 'POST', user.path('/factors'), {
      key,
      headers,
      body: { kind: 'totp', name: planted.name },
    });
    await call(url, 'GET', `/v1/users?cursor=${planted.query}`, { key });
    const email = `${planted.email}@example.com`;
    for (const query of [`email=${email}`, `email=${email}@`, `phone=%2B${planted.phone}`]) {
      await call(url, 'GET', `/v1/users?${query}`, { key });
      await call(url, 'GET', `/v1/users/?${query}`, { key });
    }
    await call(url, 'POST', '/v1/user-searches', { key, body: { email } });
    await call(url, 'POST', '/v1/user-searches', { key, body: { phone: planted.phone } });
    await call(url, 'POST', user.path('/contacts'), { key, body: { kind: 'email', address: email } });
    await call(url, 'PUT', user.path(), {
      key,
      body: { contacts: [{ kind: 'phone', address: planted.phone }] },
    });
    await call(url, 'POST', '/v1/sessions/introspect', { key, body: `{"token":"${planted.nonce}` });
    await call(url, 'GET', `/${planted.query}`, { key });
    for (const method of ['GET', 'POST', 'DELETE']) {
      await call(url, method, `/t/tic_x.${planted.query}`, { key: '', headers: { origin: url } });
    }
    await call(url, 'GET', `/v1/users/%00${planted.query}`, { key });
    expect(login.body.status).toBe('approved');
    const said = JSON.stringify(lines);
    expect(lines.length).toBeGreaterThanOrEqual(7);
    for (const text of [
      ...Object.values(planted),
      secret,
      assertion,
      key,
      user.id,
      login.body.assertion,
      login.body.session.token,
    ]) {
      expect(said).not.toContain(text);
    }
  });

  it('says what failed without the message of the failure', async () => {
    const original = system.pool.query.bind(system.pool);
    const query = jest.spyOn(system.pool, 'query').mockImplementation((...args: unknown[]) => {
      if (typeof args[0] === 'string' && args[0].includes('FROM users u'))
        throw new Error(`row of ${planted.name}`);
      return (original as any)(...args);
    });
    try {
      const { answer, line } = await lineAfter('GET', '/v1/users', { key: system.keys.all });
      expect([answer.status, answer.body.code]).toEqual([500, 'internal']);
      expect(line).toMatchObject({ status: 500, code: 'internal', failure: { name: 'Error' } });
      expect(JSON.stringify([answer.body, lines])).not.toContain(planted.name);
      expect(JSON.stringify(answer.body)).not.toContain('at ');
    } finally {
      query.mockRestore();
    }
  });

  it('keeps the code and the place of an error, and the chain of its causes', () => {
    const cause = Object.assign(new Error('secret'), { code: 'ECONNREFUSED' });
    const failure = failureOf(new Error('secret', { cause }));
    expect(failure).toMatchObject({ name: 'Error', cause: { code: 'ECONNREFUSED' } });
    expect(JSON.stringify(failure)).not.toContain('secret');
  });
});
