import type { AuthenticatedRoute } from '../../src/api/route';
import { routes } from '../../src/api/routes';
import { newApiKey } from '../../src/security/api-key';
import { startSystem, type Called, type RunningSystem } from '../running-system';
import { ApiUser } from './api-user';
import { bodyOf, fullBodies, pathOf, type Named } from './route-samples';

/** Everything that anybody may ask without a key. A route that is added here is open to the world. */
const publicRoutes = [
  'GET /',
  'GET /.well-known/jwks.json',
  'GET /healthz',
  'GET /openapi.json',
  'GET /readyz',
];

const guarded = routes.filter((route): route is AuthenticatedRoute => route.access === 'key');
const titled = guarded.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const);
/** Of which every tenant has one, in its own words or the shipped ones. */
const everybodys = '/v1/message-templates/';
/** Which make what their path names, where it is not there. */
const makingOperations = new Set(['putUser', 'putEventTransmitter', 'putEventType']);
/** Routes whose path names what a tenant has; tenants are nobody's own. */
const namesATenantsOwn = titled.filter(
  ([, { path, operationId, scopes }]) =>
    path.includes('{') &&
    !makingOperations.has(operationId) &&
    !scopes.includes('manage-tenants') &&
    !path.startsWith(everybodys),
);

describe('who may call what', () => {
  let system: RunningSystem;
  let named: Named;

  beforeAll(async () => {
    system = await startSystem();
    const user = await ApiUser.enrolled(system);
    const { body } = await user.login();
    const { body: key } = await system.call('POST', '/v1/api-keys', {
      body: { name: 'k', scopes: ['audit'] },
    });
    await system.call('PUT', '/v1/event-types/order.placed', { body: fullBodies['putEventType'] });
    await system.call('PUT', '/v1/event-transmitters/idp', { body: fullBodies['putEventTransmitter'] });
    named = {
      transmitterId: 'idp',
      type: 'order.placed',
      userId: user.id,
      factorId: user.factorId,
      authenticationId: body.id,
      sessionId: body.session.id,
      keyId: key.id,
      tenantId: system.tenantId,
    };
  });
  afterAll(() => system.stop());

  const ask = (route: AuthenticatedRoute, key: string, path = pathOf(route, named)): Promise<Called> =>
    system.call(route.method.toUpperCase(), path, {
      key,
      body: bodyOf(route),
      ...(route.textBody === undefined ? {} : { headers: { 'content-type': route.textBody } }),
    });

  it('is open to the world on a short, explicit list of routes alone', () => {
    const open = routes.filter((route) => route.access === 'public');
    expect(open.map((route) => `${route.method.toUpperCase()} ${route.path}`).sort()).toEqual(publicRoutes);
  });

  it.each(publicRoutes)('answers %s without a key', async (name) => {
    const { status } = await system.call('GET', name.replace('GET ', ''), { key: '' });
    expect(status).toBe(200);
  });

  it.each(titled)('asks for a key on %s', async (_, route) => {
    for (const key of ['', 'mfk_none', newApiKey()]) {
      const { status, body, headers } = await ask(route, key);
      expect([status, body.code]).toEqual([401, 'unauthenticated']);
      expect(headers.get('WWW-Authenticate')).toMatch(/^Bearer/);
    }
  });

  it.each(titled)('refuses a key without the scope on %s', async (_, route) => {
    const scopeOf = {
      authenticate: 'authenticate',
      manageUsers: 'manage-users',
      operate: 'operate',
      audit: 'audit',
      admin: 'admin',
      events: 'events',
      securityEvents: 'security-events',
      manageTenants: 'manage-tenants',
    } as const;
    const wrong = Object.entries(scopeOf).filter(([, scope]) => !route.scopes.includes(scope));
    expect(wrong.length).toBeGreaterThan(0);
    for (const [name] of wrong) {
      const { status, body } = await ask(route, system.keys[name as keyof typeof scopeOf]);
      expect([status, body.code]).toEqual([403, 'forbidden']);
    }
  });

  it.each(namesATenantsOwn)('shows another tenant what it shows of nothing on %s', async (_, route) => {
    const foreign = await ask(route, system.keys.otherTenant);
    const unknown = await ask(route, system.keys.otherTenant, pathOf(route, named, 'unknown'));
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
  });

  it("keeps a user of another tenant apart from one's own of the same id", async () => {
    const made = await system.call('PUT', `/v1/users/${named.userId}`, { key: system.keys.otherTenant });
    expect([made.status, made.body.factors]).toEqual([201, []]);
    const own = await system.call('GET', `/v1/users/${named.userId}`);
    expect(own.body.factors).toHaveLength(1);
  });

  it('answers a path that nobody declared with 404, and a method with 405 and those that there are', async () => {
    const nowhere = await system.call('GET', '/v1/nowhere');
    expect([nowhere.status, nowhere.body.code]).toEqual([404, 'not_found']);
    const slash = await system.call('GET', '/v1/users/');
    expect(slash.status).toBe(404);
    for (const method of ['POST', 'PATCH', 'OPTIONS']) {
      const { status, body, headers } = await system.call(method, '/v1/users');
      expect([status, body.code]).toEqual([405, 'method_not_allowed']);
      expect(headers.get('Allow')).toBe('HEAD, GET');
    }
  });

  it('says nothing of what it is made of, and lets nothing be cached or sniffed', async () => {
    const { headers } = await system.call('GET', '/v1/users');
    expect(headers.get('X-Powered-By')).toBeNull();
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Cache-Control')).toBe('no-store');
    const keySet = await system.call('GET', '/.well-known/jwks.json', { key: '' });
    expect(keySet.headers.get('Cache-Control')).toBe('public, max-age=300');
    expect(JSON.stringify(keySet.body)).not.toContain('"d"');
  });
});
