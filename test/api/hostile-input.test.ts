import type { AuthenticatedRoute } from '../../src/api/route';
import { routes } from '../../src/api/routes';
import { startSystem, type Called, type RunningSystem } from '../running-system';
import { ApiUser } from './api-user';
import { bodyOf, fullBodies, pathOf, type Named } from './route-samples';

type Step = string | number;

const withBody = routes.filter(
  (route): route is AuthenticatedRoute =>
    route.access === 'key' && route.body !== undefined && route.textBody === undefined,
);
/** Fields in which people write text of any script. */
const textFields = new Set(['name', 'reason', 'subject', 'userAgent', 'title', 'description']);
/** Fields that null takes away; 1e400 is null in JSON. */
const nullableFields = new Set(['locale', 'defaultFactor', 'countries']);
const tenMegabytes = 'x'.repeat(10 * 1024 * 1024);

function placesIn(value: unknown, place: Step[] = []): Step[][] {
  if (typeof value !== 'object' || value === null) return [place];
  const entries: [Step, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [place, ...entries.flatMap(([step, member]) => placesIn(member, [...place, step]))];
}

function at(value: any, place: Step[]): unknown {
  return place.reduce((inside, step) => inside[step], value);
}

function replaced(value: unknown, [step, ...rest]: Step[], by: unknown): unknown {
  if (step === undefined) return by;
  const copy: any = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  copy[step] = replaced(copy[step], rest, by);
  return copy;
}

/** What must not be taken where `valid` is. */
function hostileFor(valid: unknown, field: Step | undefined): unknown[] {
  const nothing = nullableFields.has(String(field)) ? [] : [null, 1e400];
  const always = [...nothing, 1.5, -1, [[]], '', 'a\0b', '\ud800', { __proto__: null, x: 1 }];
  if (typeof valid === 'string') {
    const unicode = textFields.has(String(field)) ? [] : ['١٢٣٤٥٦', '１２３'];
    return [...always, true, [valid], { valid }, ...unicode, `${valid}\n`, 'x'.repeat(3000)];
  }
  if (typeof valid === 'number') return [...always, String(valid), true, [valid], 1e15];
  if (typeof valid === 'boolean') return [...always, String(valid), 1, [valid]];
  if (Array.isArray(valid)) return [...always, 'x', true, { 0: valid[0] }];
  return [...always, 'x', true, [valid], { ...(valid as object), unknownField: 1 }];
}

describe('hostile input', () => {
  let system: RunningSystem;
  let named: Named;

  beforeAll(async () => {
    system = await startSystem();
    const user = await ApiUser.enrolled(system);
    const { body } = await user.authenticate();
    named = {
      userId: user.id,
      factorId: user.factorId,
      authenticationId: body.id,
      sessionId: 'ses_none',
      type: 'order.placed',
      keyId: 'key_none',
      tenantId: 'ten_none',
    };
  });
  afterAll(() => system.stop());

  const send = (route: AuthenticatedRoute, body: unknown, headers: Record<string, string> = {}) =>
    system.call(route.method.toUpperCase(), pathOf(route, named), { body, headers });

  function expectRefused({ status, body, headers }: Called, what: string): void {
    const isRefusal = status >= 400 && status < 500;
    expect({ what, status, isRefusal }).toEqual({ what, status, isRefusal: true });
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ type: `urn:mfaflow:error:${String(body.code)}`, status });
  }

  async function everythingStored(): Promise<unknown> {
    const tables = [
      'users',
      'factors',
      'authentications',
      'sessions',
      'commands',
      'audit',
      'outbox',
      'epochs',
      'api_keys',
      'tenants',
    ];
    const counts = tables.map((table) => `SELECT '${table}' AS name, count(*)::integer AS n FROM ${table}`);
    return (await system.pool.query(counts.join(' UNION ALL '))).rows;
  }

  it('is tried on every route that takes a body, with every field that it knows', () => {
    expect(withBody.map((route) => route.operationId).sort()).toEqual(Object.keys(fullBodies).sort());
  });

  it.each(withBody.map((route) => [route.operationId, route] as const))(
    'is refused in every field of %s, and changes nothing',
    async (_, route) => {
      const before = await everythingStored();
      const valid = bodyOf(route);
      for (const place of placesIn(valid)) {
        for (const hostile of hostileFor(at(valid, place), place.at(-1))) {
          const answer = await send(route, JSON.stringify(replaced(valid, place, hostile)));
          expectRefused(answer, `${place.join('/')} = ${JSON.stringify(hostile).slice(0, 40)}`);
          expect(answer.status).not.toBe(404);
        }
      }
      expect(await everythingStored()).toEqual(before);
    },
  );

  it.each(withBody.map((route) => [route.operationId, route] as const))(
    'is refused by %s when it is too large, no JSON, too deep, or reaches for the prototype',
    async (_, route) => {
      const valid = JSON.stringify(bodyOf(route));
      const inside = valid.slice(1);
      const large = await send(route, `{"x":"${tenMegabytes}",${inside}`);
      expect([large.status, large.body.code]).toEqual([413, 'payload_too_large']);
      const deep = '['.repeat(20_000) + ']'.repeat(20_000);
      for (const body of [
        valid.slice(0, -1),
        `${valid}x`,
        '"text"',
        'null',
        `{"__proto__":{"admin":true},${inside}`,
        `{"constructor":{"prototype":{}},${inside}`,
        `{"x":${deep},${inside}`,
        `{"\\ud800":1,${inside}`,
      ]) {
        const answer = await send(route, body);
        expect([body.slice(0, 30), answer.status]).toEqual([body.slice(0, 30), 400]);
        expectRefused(answer, body.slice(0, 30));
      }
      for (const headers of [
        { 'content-type': 'text/plain' },
        { 'content-type': 'application/x-www-form-urlencoded' },
        { 'content-encoding': 'gzip' },
        { 'content-type': 'application/json; charset=utf-7' },
      ]) {
        const answer = await send(route, valid, headers);
        expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
      }
    },
  );

  it.each(
    routes
      .filter(({ path }) => path.includes('{'))
      .map((route) => [`${route.method} ${route.path}`, route] as const),
  )('is refused in the path of %s', async (_, route) => {
    for (const text of ['%00', '%ED%A0%80', '%', '%2F', '..%2F..', '%20', '%D9%A3', 'x'.repeat(2000)]) {
      const answer = await system.call(route.method.toUpperCase(), pathOf(route, named, text), {
        body: bodyOf(route),
      });
      expectRefused(answer, text);
    }
  });

  it('is refused in the query', async () => {
    for (const query of [
      'limit=0',
      'limit=201',
      'limit=1&limit=2',
      'limit=١',
      'unknown=1',
      '__proto__=1',
      'cursor=%00',
      'limit[]=1',
    ]) {
      expectRefused(await system.call('GET', `/v1/users?${query}`), query);
    }
    for (const wait of ['26', '-1', '1.5', 'x', '']) {
      expectRefused(
        await system.call('GET', `/v1/authentications/${named.authenticationId}?wait=${wait}`),
        wait,
      );
    }
  });

  it('is refused in an Idempotency-Key', async () => {
    for (const key of ['', 'two words', 'x'.repeat(256), 'one, two']) {
      const answer = await system.call('PUT', `/v1/users/${named.userId}`, {
        headers: { 'Idempotency-Key': key },
      });
      expectRefused(answer, key);
    }
  });

  it('is refused where the operator gives a reason', async () => {
    for (const reason of [' ', 'x'.repeat(501), 'caf\u00e9']) {
      const answer = await system.call('DELETE', `/v1/users/${named.userId}/factors/${named.factorId}`, {
        headers: { 'MFAFlow-Reason': reason },
      });
      expectRefused(answer, reason);
    }
  });

  it('is never told back', async () => {
    const secret = 'planted-4711-secret';
    for (const body of [
      { code: [secret] },
      { code: `${secret}\0` },
      { [secret]: 1, code: '1' },
      `{"code":"${secret}`,
    ]) {
      const answer = await system.call('POST', `/v1/authentications/${named.authenticationId}/answer`, {
        body,
      });
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).not.toContain(secret);
    }
  });

  it('names what is wrong and where', async () => {
    const { body } = await system.call('POST', '/v1/imports', {
      body: { users: [{ id: 'a b', factors: [{ kind: 'pigeon', secret: 'A' }] }], more: 1 },
    });
    expect(body.errors).toEqual([
      { pointer: '/users/0/id', detail: expect.stringContaining('must be a valid') },
      {
        pointer: '/users/0/factors/0/kind',
        detail: 'must be one of totp, recovery-code, sms, voice, email, temporary-pass',
      },
      { pointer: '/more', detail: 'is not known here' },
    ]);
  });
});
