import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  createClient,
  MfaflowProblem,
  MfaflowUnreachable,
  type ClientOptions,
  type MfaflowClient,
} from '../../client/index';
import {
  cutOff,
  halfAnAnswer,
  json,
  problem,
  ScriptedServer,
  silence,
  slowly,
  type Reply,
} from './scripted-server';

let server: ScriptedServer;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

beforeAll(async () => {
  server = await ScriptedServer.start();
});

afterAll(() => server.stop());

const client = (options: Partial<ClientOptions> = {}): MfaflowClient =>
  createClient({ url: server.url, apiKey: 'mfk_secret', ...options });

const login = (through = client(), userId = 'alice', headers: Record<string, string> = {}) =>
  through.POST('/v1/users/{userId}/authentications', {
    params: { path: { userId } },
    body: { response: { kind: 'totp', code: '123456' } },
    headers,
  });

const approved = json(200, { id: 'aut_1', status: 'approved' });
const keys = () => server.received.map(({ headers }) => headers['idempotency-key']);

async function thrownBy(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    return error as Error;
  }
  throw new Error('the call succeeded');
}

describe('a call', () => {
  it('carries the key, JSON, and ids as they are', async () => {
    server.answer(approved);
    const { data, response } = await login(client({ url: `${server.url}/` }), 'a|b c/d?e');
    expect([data.status, response.status]).toEqual(['approved', 200]);
    expect(server.received).toHaveLength(1);
    const { url, headers, body } = server.received[0]!;
    expect(url).toBe('/v1/users/a%7Cb%20c%2Fd%3Fe/authentications');
    expect(headers.authorization).toBe('Bearer mfk_secret');
    expect(JSON.parse(body)).toEqual({ response: { kind: 'totp', code: '123456' } });
  });

  it('has a new Idempotency-Key when it writes, the given one when there is one, and none when it reads', async () => {
    server.answer(approved);
    await login();
    await login();
    await login(client(), 'alice', { 'Idempotency-Key': 'mine' });
    await client().GET('/v1/users');
    await client().POST('/v1/sessions/introspect', { body: { token: 'mfs_1' } });
    const [first, second, third, ...reads] = keys();
    expect(first).toMatch(/^[\w-]{36}$/);
    expect(second).not.toBe(first);
    expect(third).toBe('mine');
    expect(reads).toEqual([undefined, undefined]);
  });

  it.each(['', '.', '..'])('with the id "%s" is not sent, since it would go elsewhere', async (userId) => {
    server.answer(json(204, {}));
    const path = { path: { userId } };
    const error = await thrownBy(client().DELETE('/v1/users/{userId}/sessions', { params: path }));
    expect(error).toBeInstanceOf(TypeError);
    expect(server.received).toEqual([]);
  });

  it('throws what mfaflow refuses with, with what there is to branch on', async () => {
    server.answer(problem(423, 'user_locked', { 'Retry-After': '60', 'Request-Id': 'req_1' }));
    const error = await thrownBy(login());
    expect(error).toBeInstanceOf(MfaflowProblem);
    expect(error).toMatchObject({ code: 'user_locked', status: 423, retryAfter: 60, requestId: 'req_1' });
    expect(error.message).toBe('mfaflow refused: user_locked: user_locked');
  });

  it('takes the word of nobody in between', async () => {
    server.answer((response) => void response.writeHead(403, { 'Content-Type': 'text/html' }).end('<p>no'));
    const error = await thrownBy(login());
    expect(error).toBeInstanceOf(MfaflowUnreachable);
    expect(error).toMatchObject({ status: 403 });
  });

  it('hands the key to nobody that it is redirected to', async () => {
    const elsewhere = await ScriptedServer.start();
    elsewhere.answer(approved);
    server.answer((response) => void response.writeHead(307, { Location: `${elsewhere.url}/` }).end());
    expect(await thrownBy(login(client({ retries: 0 })))).toBeInstanceOf(MfaflowUnreachable);
    expect(elsewhere.received).toEqual([]);
    await elsewhere.stop();
  });

  it('shows the key in no error and not when the client is printed', async () => {
    server.answer(problem(401, 'unauthenticated'));
    const shown = [client(), await thrownBy(login())].map((thing) => inspect(thing, { depth: 9 }));
    expect(shown.join()).not.toContain('mfk_secret');
  });
});

describe('a call that could not be answered for a moment', () => {
  const passing: [string, Reply][] = [
    ['503 unavailable', problem(503, 'unavailable', { 'Retry-After': '0' })],
    ['429 overloaded', problem(429, 'overloaded', { 'Retry-After': '0' })],
    ['429 rate_limited', problem(429, 'rate_limited')],
    ['a 502 of a proxy', (response) => void response.writeHead(502).end('bad gateway')],
    ['a connection that broke', cutOff],
  ];

  it.each(passing)('is sent again after %s, as the same command', async (_, reply) => {
    server.answer(reply, approved);
    expect((await login()).data.status).toBe('approved');
    expect(server.received).toHaveLength(2);
    expect(new Set(keys()).size).toBe(1);
    expect(server.received[1]!.body).toBe(server.received[0]!.body);
  });

  it('is sent again when no answer came in time', async () => {
    server.answer(silence, approved);
    expect((await login(client({ timeout: 500 }))).data.status).toBe('approved');
    expect(new Set(keys()).size).toBe(1);
  });

  it('is sent again, and given up, however much memory is cleaned up while it waits', async () => {
    const cleaning = setInterval(collectGarbage, 50);
    try {
      server.answer(silence, approved);
      expect((await login(client({ timeout: 500 }))).data.status).toBe('approved');
      server.answer(silence);
      expect(await thrownBy(login(client({ timeout: 300 })))).toBeInstanceOf(MfaflowUnreachable);
    } finally {
      clearInterval(cleaning);
    }
  });

  it('waits for a long poll as long as it asked mfaflow to wait', async () => {
    server.answer(slowly(1_200, approved));
    const params = { path: { authenticationId: 'aut_8dKw2LrVx0QyB5nA' }, query: { wait: '2' } };
    const { data } = await client({ timeout: 300 }).GET('/v1/authentications/{authenticationId}', { params });
    expect(data.status).toBe('approved');
    expect(server.received).toHaveLength(1);
  });

  it('is late when its answer stops in the middle', async () => {
    server.answer(halfAnAnswer, approved);
    expect((await login(client({ timeout: 300 }))).data.status).toBe('approved');
    expect(server.received).toHaveLength(2);
  });

  it('is sent three times and no more', async () => {
    server.answer(cutOff);
    expect(await thrownBy(login())).toBeInstanceOf(MfaflowUnreachable);
    expect(server.received).toHaveLength(3);
    server.answer(problem(503, 'unavailable', { 'Retry-After': '0' }));
    expect(await thrownBy(login())).toMatchObject({ code: 'unavailable' });
    expect(server.received).toHaveLength(3);
  });

  it.each([
    ['a person has to wait', problem(429, 'try_later', { 'Retry-After': '1' })],
    ['the wait is a long one', problem(503, 'unavailable', { 'Retry-After': '3600' })],
    ['it was refused', problem(403, 'forbidden')],
    ['it went wrong inside', problem(500, 'internal')],
  ])('is not sent again when %s', async (_, reply) => {
    server.answer(reply, approved);
    expect(await thrownBy(login())).toBeInstanceOf(MfaflowProblem);
    expect(server.received).toHaveLength(1);
  });

  it('is given up when the caller gives up, also during the pause', async () => {
    server.answer(problem(503, 'unavailable', { 'Retry-After': '4' }));
    const giveUp = new AbortController();
    const call = client().GET('/v1/users', { signal: giveUp.signal });
    while (server.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    giveUp.abort();
    expect((await thrownBy(call)).name).toBe('AbortError');
    expect(server.received).toHaveLength(1);
  });

  it('goes through the fetch that was given', async () => {
    const sent: string[] = [];
    const through = client({
      fetch: (request) => {
        sent.push(new URL(request.url).pathname);
        return fetch(request);
      },
    });
    server.answer(cutOff, approved);
    await login(through);
    expect(sent).toEqual(['/v1/users/alice/authentications', '/v1/users/alice/authentications']);
  });
});
