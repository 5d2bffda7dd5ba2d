import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { idempotencyKey, stepUp, type Person } from './person';

interface Issued {
  session: string;
  pending: string;
  assertion: string;
  retry: () => Promise<{ body: any }>;
}

describe('raising an epoch', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  let logins = 0;

  async function issueTo(person: Person): Promise<Issued> {
    logins += 1;
    const headers = idempotencyKey(`login-${logins}`);
    const body = { response: { kind: 'totp' as const, code: await person.freshCode() } };
    const login = await person.authenticate(body, headers);
    return {
      session: login.body.session.token,
      pending: await person.begin(),
      assertion: login.body.assertion,
      retry: () => person.authenticate(body, headers),
    };
  }

  const introspect = async (token: string) =>
    (await system.call('POST', '/v1/sessions/introspect', { body: { token } })).body.active as boolean;
  const refresh = async (token: string) =>
    (await system.call('POST', '/v1/sessions/refresh', { body: { token } })).body.active as boolean;
  const raise = (scope: string, subject?: string) =>
    system.call('POST', '/v1/epochs', { body: { scope, reason: 'incident 7', ...(subject && { subject }) } });

  /** Whether what was issued still stands, way by way. */
  async function standing(person: Person, issued: Issued) {
    const retried = (await issued.retry()).body;
    const enrolled = await person.call('POST', '/factors', { kind: 'totp' }, stepUp(issued.assertion));
    const within = await person.authenticate({ purpose: 'step-up', session: issued.session, maxAge: 3_600 });
    return {
      introspected: await introspect(issued.session),
      steppedUpWithin: within.body.status === 'approved',
      refreshed: await refresh(issued.session),
      minted: retried.assertion !== undefined || retried.session?.token !== undefined,
      acceptedAsStepUp: enrolled.status === 201,
      answered: (await person.answer(issued.pending, await person.freshCode())).body.status === 'approved',
    };
  }

  const all = (value: boolean) => ({
    introspected: value,
    steppedUpWithin: value,
    refreshed: value,
    minted: value,
    acceptedAsStepUp: value,
    answered: value,
  });

  it('refuses nothing of others', async () => {
    const person = await system.enrolled(['finance']);
    const issued = await issueTo(person);
    const other = await system.known();
    await raise('user', other.id);
    await raise('group', 'sales');
    await raise('kind', 'recovery-code');
    const elsewhere = await system.call('POST', '/v1/epochs', {
      body: { scope: 'tenant', reason: 'their own' },
      key: system.running.keys.otherTenant,
    });
    expect(elsewhere.status).toBe(201);
    expect(await standing(person, issued)).toEqual(all(true));
  });

  it.each([
    ['tenant', () => undefined],
    ['group', () => 'finance'],
    ['user', (person: Person) => person.id],
  ] as const)(
    'of a %s refuses at once everything that was issued before, and nothing that comes after',
    async (scope, subject) => {
      const person = await system.enrolled(['finance', 'staff']);
      const issued = await issueTo(person);
      expect((await raise(scope, subject(person))).status).toBe(201);
      expect(await standing(person, issued)).toEqual(all(false));
      expect((await system.call('GET', `/v1/authentications/${issued.pending}`)).body).toMatchObject({
        status: 'denied',
        reason: 'revoked',
      });
      expect(await standing(person, await issueTo(person))).toEqual(all(true));
    },
  );

  it.each([
    ['session', { introspected: false, steppedUpWithin: false, refreshed: false, minted: false }],
    ['assertion', { minted: false, acceptedAsStepUp: false }],
    ['authentication', { minted: false, acceptedAsStepUp: false, answered: false }],
    [
      'totp',
      {
        introspected: false,
        steppedUpWithin: false,
        refreshed: false,
        minted: false,
        acceptedAsStepUp: false,
      },
    ],
  ])('of the kind %s refuses what is of it or came by it', async (kind, refused) => {
    const person = await system.enrolled();
    const issued = await issueTo(person);
    await raise('kind', kind);
    expect(await standing(person, issued)).toEqual({ ...all(true), ...refused });
    expect(await standing(person, await issueTo(person))).toEqual(all(true));
  });

  it('counts what was proved before it for nothing in an authentication that is still open', async () => {
    const person = await system.enrolled();
    const [code] = await person.enrolRecoveryCodes();
    const half = await person.login({ acr: 'aal2' });
    expect(half.body.status).toBe('pending');
    await raise('kind', 'totp');
    expect((await person.answer(half.body.id, code!)).body).toMatchObject({
      status: 'denied',
      reason: 'revoked',
    });
  });

  it('is not undone by leaving the group', async () => {
    const person = await system.enrolled(['contractors']);
    const issued = await issueTo(person);
    await raise('group', 'contractors');
    await person.call('PUT', '', { groups: [] });
    expect(await introspect(issued.session)).toBe(false);
  });

  it('spares the sessions of who joins the group later, and ends them when it is raised again', async () => {
    const person = await system.enrolled();
    const issued = await issueTo(person);
    await raise('group', 'newcomers');
    await person.call('PUT', '', { groups: ['newcomers'] });
    expect(await standing(person, issued)).toEqual(all(true));
    const later = await issueTo(person);
    await raise('group', 'newcomers');
    await person.call('PUT', '', { groups: ['newcomers', 'staff'] });
    expect(await standing(person, later)).toEqual(all(false));
  });

  it('is one write for a retry, and more for each new request', async () => {
    const headers = idempotencyKey('raise-once');
    const body = { scope: 'group', subject: 'retried', reason: 'incident 8' };
    const [first, again] = await Promise.all(
      [0, 1].map(() => system.call('POST', '/v1/epochs', { body, headers })),
    );
    expect(again!.body).toEqual(first!.body);
    const next = await system.call('POST', '/v1/epochs', { body });
    expect(Number(next.body.value)).toBeGreaterThan(Number(first!.body.value));
    expect((await raise('user', 'nobody')).status).toBe(404);
  });
});
