import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import pino from 'pino';
import { createCodecServer } from '../../src/api/codec-server';
import { deriveDeploymentSecrets } from '../../src/security/deployment-secrets';
import { tenantScope } from '../../src/security/key-scope';
import { sealPayload } from '../../src/security/sealed-payload';
import { alice, createTestKeys, looseKey, mallory, type TestKeys } from '../security/test-keys';

const uiOrigin = 'http://127.0.0.1:8233';
const withheld = '(sealed: no key of your tenant opens this payload)';
const callers: Record<string, { tenantId: string; scopes: string[] }> = {
  'key-audit': { tenantId: 'acme', scopes: ['audit'] },
  'key-admin': { tenantId: 'acme', scopes: ['authenticate', 'admin'] },
  'key-authenticate': { tenantId: 'acme', scopes: ['authenticate', 'manage-users', 'operate'] },
  'key-evil': { tenantId: 'evil', scopes: ['admin'] },
};

let keys: TestKeys;
let server: Server;
let url: string;
let audited: { tenantId: string; keyIds: string[] }[];
let auditAway: boolean;

beforeAll(async () => {
  keys = await createTestKeys();
  const app = createCodecServer({
    keys: keys.dataKeys,
    authenticate: (key) => Promise.resolve(callers[key]),
    onDecode(event) {
      if (auditAway) return Promise.reject(new Error('away'));
      audited.push(event);
      return Promise.resolve();
    },
    cookieKey: deriveDeploymentSecrets(keys.deploymentKey).cookieKey,
    uiOrigins: [uiOrigin],
    secure: false,
    log: pino({ level: 'silent' }),
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await keys.close();
});
beforeEach(() => {
  audited = [];
  auditAway = false;
});

const clear = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);

/** What the Temporal UI sends and shows. */
async function decode(
  payloads: Payload[],
  headers: Record<string, string>,
): Promise<{ status: number; shown: unknown }> {
  const body = {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
      ),
      data: Buffer.from(data ?? []).toString('base64'),
    })),
  };
  const response = await fetch(`${url}/decode`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-namespace': 'default', ...headers },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as {
    payloads?: { data: string; metadata: { encoding: string } }[];
    code?: string;
  };
  return {
    status: response.status,
    shown:
      answer.payloads?.map(({ data }): unknown => JSON.parse(Buffer.from(data, 'base64').toString('utf8'))) ??
      answer.code,
  };
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

async function logIn(key: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers,
    body: new URLSearchParams({ key }),
  });
}

const cookieOf = (response: Response): string => response.headers.get('set-cookie')!.split(';')[0]!;

describe('payloads', () => {
  test("of one's own tenant and its users are shown, and that they were is recorded", async () => {
    const ofUser = await keys.dataKeys.ensure(alice);
    const ofTenant = await keys.dataKeys.ensure(tenantScope('acme'));
    const payloads = [
      sealPayload(ofUser, clear({ a: 1 })),
      sealPayload(ofTenant, clear('b')),
      clear('never sealed'),
    ];
    expect(await decode(payloads, bearer('key-audit'))).toEqual({
      status: 200,
      shown: [{ a: 1 }, 'b', 'never sealed'],
    });
    expect(audited).toEqual([{ tenantId: 'acme', keyIds: [ofUser.keyId, ofTenant.keyId] }]);
  });

  test('of another tenant, of the deployment, under a destroyed or unknown key, or damaged: one and the same sentence', async () => {
    const own = await keys.dataKeys.ensure(alice);
    const foreign = await keys.dataKeys.ensure(mallory);
    const erased = await keys.dataKeys.ensure({ tenantId: 'acme', userId: 'erased' });
    await keys.destroy(erased.scope);
    keys.dataKeys.forget(erased.scope);
    const whole = sealPayload(own, clear('x'));
    const relabelled = (keyId: string): Payload => ({
      ...whole,
      metadata: { encoding: Buffer.from(`m1${keyId}`) },
    });
    const payloads = [
      sealPayload(foreign, clear('x')),
      sealPayload(keys.deploymentKey, clear('x')),
      sealPayload(erased, clear('x')),
      sealPayload(looseKey(alice), clear('x')),
      { ...whole, data: Buffer.from(whole.data ?? []).fill(0, 12, 14) },
      relabelled(foreign.keyId),
      relabelled("' OR 1=1 --"),
    ];
    expect(await decode(payloads, bearer('key-admin'))).toEqual({
      status: 200,
      shown: payloads.map(() => withheld),
    });
    expect(audited).toEqual([]);
    expect(await decode([payloads[0]!], bearer('key-evil'))).toEqual({ status: 200, shown: ['x'] });
  });

  test('a user who reads for one tenant sees nothing of the other, in either direction', async () => {
    const [acme, evil] = [await keys.dataKeys.ensure(alice), await keys.dataKeys.ensure(mallory)];
    const payloads = [sealPayload(acme, clear('of acme')), sealPayload(evil, clear('of evil'))];
    expect((await decode(payloads, bearer('key-audit'))).shown).toEqual(['of acme', withheld]);
    expect((await decode(payloads, bearer('key-evil'))).shown).toEqual([withheld, 'of evil']);
  });

  test('are not shown when it cannot be recorded', async () => {
    const own = await keys.dataKeys.ensure(alice);
    auditAway = true;
    expect(await decode([sealPayload(own, clear('x'))], bearer('key-audit'))).toEqual({
      status: 503,
      shown: 'unavailable',
    });
  });

  test.each([
    ['no key', {}],
    ['a key that is not known', bearer('key-unknown')],
    ['a key without the scope', bearer('key-authenticate')],
    ['another scheme', { authorization: 'Basic key-audit' }],
    ['a made-up cookie', { cookie: 'mfaflow_codec=YWNtZQ.9999999999.' + 'A'.repeat(43) }],
  ])('with %s: logged out, for sealed and clear alike', async (_name, headers) => {
    expect(await decode([clear('x')], headers as Record<string, string>)).toEqual({
      status: 401,
      shown: 'unauthenticated',
    });
  });
});

describe('logging in', () => {
  test('with a key that may read leaves a cookie for an hour, out of reach of scripts and other sites', async () => {
    const response = await logIn('key-audit');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    expect(response.headers.get('set-cookie')).toMatch(
      /^mfaflow_codec=[\w-]+\.\d+\.[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(response.headers.get('set-cookie')).not.toContain('key-audit');
  });

  test('comes from a page that lets a browser name itself as the origin of its form', async () => {
    const { headers } = await fetch(url);
    expect(headers.get('referrer-policy')).toBe('same-origin');
  });

  test('lets the Temporal UI decode, and no other page', async () => {
    const cookie = cookieOf(await logIn('key-audit'));
    const own = [sealPayload(await keys.dataKeys.ensure(alice), clear('x'))];
    expect((await decode(own, { cookie, origin: uiOrigin })).shown).toEqual(['x']);
    expect((await decode(own, { cookie, origin: 'http://127.0.0.1:9999' })).status).toBe(401);
    expect((await decode(own, { cookie, origin: 'null' })).status).toBe(401);
  });

  test('goes by the cookie when the UI passes an access token of its own along', async () => {
    const cookie = cookieOf(await logIn('key-audit'));
    const own = [sealPayload(await keys.dataKeys.ensure(alice), clear('x'))];
    expect((await decode(own, { cookie, origin: uiOrigin, ...bearer('eyJ.ui.token') })).shown).toEqual(['x']);
  });

  test('altered in any part the cookie is none', async () => {
    const cookie = cookieOf(await logIn('key-audit'));
    const [tenant, expiresAt, signature] = cookie.split('=')[1]!.split('.') as [string, string, string];
    for (const forged of [
      `${Buffer.from('evil').toString('base64url')}.${expiresAt}.${signature}`,
      `${tenant}.${Number(expiresAt) + 1}.${signature}`,
      `${tenant}.${expiresAt}.${'A'.repeat(43)}`,
      `${tenant}.${expiresAt}`,
    ]) {
      expect(
        (await decode([clear('x')], { cookie: `mfaflow_codec=${forged}`, origin: uiOrigin })).status,
      ).toBe(401);
    }
  });

  test.each(['key-unknown', 'key-authenticate', ''])('with %j is refused in the same words', async (key) => {
    const response = await logIn(key);
    expect(response.status).toBe(401);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await response.text()).toContain('That key does not open anything here.');
  });

  test('from a page of another site is refused', async () => {
    expect((await logIn('key-audit', { origin: 'http://evil.example' })).status).toBe(401);
    expect((await logIn('key-audit', { origin: url })).status).toBe(303);
  });

  test('out takes the cookie away', async () => {
    const response = await fetch(`${url}/logout`, { method: 'POST', redirect: 'manual' });
    expect(response.headers.get('set-cookie')).toContain('mfaflow_codec=; Max-Age=0');
  });

  test('shows a form, or that one is logged in, on a page that can run no script', async () => {
    const page = await fetch(url);
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^ ]+'; form-action 'self'/,
    );
    expect(await page.text()).toContain('name="key"');
    const cookie = cookieOf(await logIn('key-admin'));
    expect(await (await fetch(url, { headers: { cookie } })).text()).toContain('Log out');
  });
});

describe('the protocol', () => {
  test('lets the origin of the UI ask with credentials, and names no other', async () => {
    const preflight = (origin: string) => fetch(`${url}/decode`, { method: 'OPTIONS', headers: { origin } });
    const granted = (await preflight(uiOrigin)).headers;
    expect(granted.get('access-control-allow-origin')).toBe(uiOrigin);
    expect(granted.get('access-control-allow-credentials')).toBe('true');
    expect(granted.get('access-control-allow-headers')).toContain('x-namespace');
    const refused = (await preflight('http://evil.example')).headers;
    expect(refused.get('access-control-allow-origin')).toBeNull();
    expect(refused.get('access-control-allow-credentials')).toBeNull();
  });

  test('is found under any prefix', async () => {
    const response = await fetch(`${url}/acme/codec/decode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer('key-audit') },
      body: '{"payloads":[]}',
    });
    expect(await response.json()).toEqual({ payloads: [] });
  });

  test('encodes nothing', async () => {
    const response = await fetch(`${url}/encode`, {
      method: 'POST',
      headers: bearer('key-admin'),
      body: '{"payloads":[]}',
    });
    expect(response.status).toBe(405);
    expect((await fetch(`${url}/decode`)).status).toBe(405);
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
  });

  test.each([
    '',
    '[]',
    '"x"',
    '{}',
    '{"payloads":{}}',
    '{"payloads":[1]}',
    '{"payloads":[{"data":1}]}',
    '{"payloads":[{"metadata":{"encoding":"not base64!"}}]}',
    '{',
  ])('refuses a body that is none of it: %j', async (body) => {
    const response = await fetch(`${url}/decode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer('key-audit') },
      body,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_request', status: 400 });
  });

  test('refuses more than 2 MB', async () => {
    const response = await fetch(`${url}/decode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer('key-audit') },
      body: JSON.stringify({ payloads: [{ data: 'A'.repeat(2_100_000) }] }),
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'payload_too_large' });
  });
});
