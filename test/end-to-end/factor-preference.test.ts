import { type EndToEndSystem, startEndToEnd } from './end-to-end-system';
import { type Person, stepUp } from './person';

describe('the order in which factors are asked for', () => {
  let system: EndToEndSystem;
  let person: Person;
  let phoneId: string;
  let codesId: string;
  let codes: string[];

  beforeAll(async () => {
    system = await startEndToEnd();
  });
  afterAll(() => system.stop());
  beforeEach(async () => {
    person = await system.enrolled();
    codes = await person.enrolRecoveryCodes();
    const { factors } = await person.read();
    phoneId = person.phone!.factorId;
    codesId = factors.find(({ kind }: { kind: string }) => kind === 'recovery-code').id;
  });

  const prefer = (profile: object) => person.call('PUT', '', profile);
  const offered = (body: any): string[] => body.options.map((option: any) => option.factorId);
  const begin = (): Promise<any> => person.authenticate().then(({ body }) => body);

  it('is that of their enrolment while nobody prefers another, and no factor is chosen for the user', async () => {
    const begun = await begin();
    expect(offered(begun)).toEqual([phoneId, codesId]);
    expect(begun).not.toHaveProperty('challenge');
    expect((await person.read()).challenge).toEqual({
      possible: true,
      factors: [
        { id: phoneId, kind: 'totp' },
        { id: codesId, kind: 'recovery-code' },
      ],
      kinds: ['totp', 'recovery-code'],
    });
  });

  it('is the preferred one, in what is offered and in what is said of the user', async () => {
    await prefer({ preferredOrder: ['recovery-code', 'totp'] });
    expect(offered(await begin())).toEqual([codesId, phoneId]);
    expect((await person.read()).challenge.kinds).toEqual(['recovery-code', 'totp']);
  });

  it('begins with the default, which is challenged at once, and any other is answered as well', async () => {
    const second = await person.enrolPhone(stepUp(await person.stepUp()));
    await prefer({ defaultFactor: second.factorId, preferredOrder: ['recovery-code'] });
    const begun = await begin();
    expect(offered(begun)).toEqual([second.factorId, codesId, phoneId]);
    const challenge = { factorId: second.factorId, kind: 'totp' };
    expect(begun.challenge).toEqual(challenge);
    const seen = await system.call('GET', `/v1/authentications/${begun.id as string}`);
    expect(seen.body.challenge).toEqual(challenge);
    expect((await person.read()).challenge.default).toBe(second.factorId);
    const wrong = await person.answer(begun.id, person.wrongCode());
    expect(wrong.body).toMatchObject({ status: 'pending', reason: 'wrong_code', challenge });
    const { body } = await person.answer(begun.id, codes[0]!);
    expect(body.status).toBe('approved');
  });

  it('leaves a factor that was chosen the only one that is answered without being named', async () => {
    await prefer({ defaultFactor: phoneId });
    const { id } = await begin();
    await system.call('POST', `/v1/authentications/${id as string}/challenge`, {
      body: { factorId: codesId },
    });
    const other = await person.answer(id, await person.freshCode());
    expect(other.body).toMatchObject({ status: 'pending', reason: 'wrong_code' });
    expect((await person.answer(id, codes[0]!)).body.status).toBe('approved');
  });

  it('never makes a default of what is a last resort', async () => {
    const { status, body } = await prefer({ defaultFactor: codesId });
    expect([status, body.code]).toEqual([409, 'conflict']);
  });

  it('forgets a default that is removed, and keeps one that is replaced', async () => {
    await prefer({ defaultFactor: phoneId });
    const second = await person.enrolPhone(stepUp(await person.stepUp()), { replaces: phoneId });
    person.phone = second;
    expect((await person.read()).defaultFactor).toBe(second.factorId);
    const third = await person.enrolPhone(stepUp(await person.stepUp()));
    await person.call('DELETE', `/factors/${second.factorId}`, undefined, stepUp(await person.stepUp()));
    person.phone = third;
    expect(await person.read()).not.toHaveProperty('defaultFactor');
    const begun = await begin();
    expect(begun).not.toHaveProperty('challenge');
    expect((await person.login()).body.status).toBe('approved');
    expect((await system.records(person)).user['default_factor']).toBeNull();
  });

  it('has no default that was removed at the same moment', async () => {
    const assertion = await person.stepUp();
    for (let round = 0; round < 3; round += 1) {
      const second = await person.enrolPhone(stepUp(assertion));
      await Promise.all([
        prefer({ defaultFactor: second.factorId }),
        person.call('DELETE', `/factors/${second.factorId}`, undefined, stepUp(assertion)),
      ]);
      expect((await system.records(person)).user['default_factor']).toBeNull();
    }
  });

  it('says what stands in the way of a challenge', async () => {
    const nobody = await system.known();
    expect((await nobody.read()).challenge).toEqual({
      possible: false,
      reason: 'no_factor',
      factors: [],
      kinds: [],
    });
    for (let failures = 0; failures < 5; failures += 1) await person.fail();
    expect((await person.read()).challenge).toMatchObject({ possible: false, reason: 'waiting' });
    await person.call('POST', '/lock', { reason: 'stolen' });
    expect((await person.read()).challenge).toMatchObject({ possible: false, reason: 'locked' });
  });

  it('says of used-up codes that they are none', async () => {
    for (const code of codes) {
      const { body } = await person.authenticate({ response: { kind: 'recovery-code', code } });
      expect(body.status).toBe('approved');
    }
    expect((await person.read()).challenge.kinds).toEqual(['totp']);
  });

  it('is that of the flow of the tenant, as far as it can be known before a login', async () => {
    const { pool, tenantId } = system.running;
    const definition = {
      schema: 'mfaflow.flow/1',
      name: 'codes-only',
      trigger: { event: 'authentication.requested' },
      start: 'codes',
      nodes: [
        { id: 'codes', type: 'require-factor', config: { anyOf: ['recovery-code'] } },
        { id: 'in', type: 'allow', config: {} },
        { id: 'out', type: 'deny', config: { reason: 'needs_a_code' } },
      ],
      edges: [
        { from: 'codes', port: 'proved', to: 'in' },
        { from: 'codes', port: 'unavailable', to: 'out' },
      ],
    };
    await pool.query(
      `INSERT INTO flows (flow_id, tenant_id, name, version, definition) VALUES ('flo_codes', $1, 'codes', 1, $2)`,
      [tenantId, definition],
    );
    await pool.query(`UPDATE tenants SET login_flow_id = 'flo_codes' WHERE tenant_id = $1`, [tenantId]);
    try {
      await prefer({ defaultFactor: phoneId, preferredOrder: ['totp'] });
      expect((await person.read()).challenge).toMatchObject({ possible: true, kinds: ['recovery-code'] });
      expect(offered(await begin())).toEqual([codesId]);
      const other = await system.enrolled();
      expect((await other.read()).challenge).toMatchObject({ possible: false, reason: 'needs_a_code' });
    } finally {
      await pool.query('UPDATE tenants SET login_flow_id = NULL WHERE tenant_id = $1', [tenantId]);
    }
  });
});
