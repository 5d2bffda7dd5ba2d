import { errorCodes } from '../../src/domain/errors';
import { openApiDocument } from '../../src/api/openapi';
import type { Route } from '../../src/api/route';
import { routes } from '../../src/api/routes';
import { fullBodies, pathOf, type Named } from './route-samples';
import { startSystem, type RunningSystem } from '../running-system';
import { ApiUser } from './api-user';

const document: any = openApiDocument(routes, 'http://127.0.0.1:3000');
const operations = routes.map((route) => [route.operationId, route] as const);

function operationOf(route: Route): any {
  return document.paths[route.path][route.method];
}

function everyReference(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === '$ref' && typeof member === 'string' ? [member] : everyReference(member),
  );
}

describe('the description of the API', () => {
  it('is plain JSON of OpenAPI 3.1', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(JSON.stringify(document)).not.toContain('$schema');
  });

  it('refers to nothing that is not in it', () => {
    const references = new Set(everyReference(document));
    expect(references.size).toBeGreaterThan(10);
    for (const reference of references) {
      const name = reference.replace('#/components/schemas/', '');
      expect([name, name in document.components.schemas]).toEqual([name, true]);
    }
  });

  it('gives every operation a name of its own', () => {
    const names = routes.map((route) => route.operationId);
    expect(new Set(names).size).toBe(names.length);
    const tags: string[] = document.tags.map((tag: { name: string }) => tag.name);
    for (const route of routes) expect(tags).toContain(route.tag);
  });

  it.each(operations)('says of %s what an integrator has to know', (_, route) => {
    const operation = operationOf(route);
    expect(operation.summary).not.toBe('');
    expect(operation.description).not.toBe('');
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters: { in: string; name: string; required: boolean }[] = operation.parameters ?? [];
    const declared = parameters.filter((parameter) => parameter.in === 'path');
    expect(declared.map(({ name }) => name)).toEqual(inPath);
    expect(declared.every(({ required }) => required)).toBe(true);
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['500']));
    if (route.access === 'public') return;
    expect(operation.security).toEqual(route.scopes.map((scope) => ({ apiKey: [scope] })));
    expect(Object.keys(operation.responses)).toEqual(
      expect.arrayContaining(['400', '401', '403', '429', '503']),
    );
    expect(parameters.some(({ name }) => name === 'Idempotency-Key')).toBe(route.writes);
    expect(operation.requestBody === undefined).toBe(route.body === undefined);
  });

  it.each(operations)('has examples for %s that its own schemas take', (_, route) => {
    for (const [status, { schema, example }] of Object.entries(route.responses)) {
      if (schema === undefined) continue;
      expect([status, schema.safeParse(example).error]).toEqual([status, undefined]);
    }
    if (route.access === 'public' || route.body === undefined) return;
    expect(route.body.safeParse(route.bodyExample).error).toBeUndefined();
  });

  it('knows every error code that there is', () => {
    expect(document.components.schemas.Problem.properties.code.enum).toEqual(Object.keys(errorCodes));
  });
});

describe('an answer', () => {
  let system: RunningSystem;
  let named: Named;

  beforeAll(async () => {
    system = await startSystem();
    const user = await ApiUser.enrolled(system, ['staff']);
    const { body } = await user.login({ context: { ip: '203.0.113.7' } });
    await user.wrongCode();
    await system.call('PUT', '/v1/users/leaver', { body: {} });
    const erasure = await system.call('DELETE', '/v1/users/leaver');
    const email = { kind: 'email', address: 'told@example.com' };
    const contact = await system.call('POST', user.path('/contacts'), { body: email });
    const ticket = await system.call('POST', user.path('/tickets'), {
      body: { purpose: 'confirm-address', contactId: contact.body.id, send: true },
    });
    const sent = await system.call('GET', user.path('/deliveries'));
    await system.call('PUT', '/v1/event-types/order.placed', { body: fullBodies['putEventType'] });
    await system.call('PUT', '/v1/event-transmitters/idp', { body: fullBodies['putEventTransmitter'] });
    named = {
      transmitterId: 'idp',
      type: 'order.placed',
      userId: user.id,
      factorId: user.factorId,
      authenticationId: body.id,
      sessionId: body.session.id,
      keyId: '',
      erasureId: erasure.body.id,
      ticketId: ticket.body.id,
      deliveryId: sent.body.deliveries[0].id,
      tenantId: system.tenantId,
    };
    await system.call('POST', '/v1/epochs', { body: { scope: 'user', subject: user.id, reason: 'test' } });
  });
  afterAll(() => system.stop());

  it.each(operations.filter(([, route]) => route.method === 'get'))(
    'of %s is as it is described',
    async (_, route) => {
      const { status, body } = await system.call('GET', pathOf(route, named));
      const declared = route.responses[status];
      expect(declared).toBeDefined();
      expect(declared?.schema?.safeParse(body).error).toBeUndefined();
    },
  );

  it('is described by the server itself, for anybody', async () => {
    const { body, headers } = await system.call('GET', '/openapi.json', { key: '' });
    expect(Object.keys(body.paths).sort()).toEqual([...new Set(routes.map((route) => route.path))].sort());
    expect(body.servers).toEqual([{ url: system.config.issuer }]);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });
});
