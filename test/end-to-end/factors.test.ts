import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { shownBy } from '../factors/totp/authenticator';
import { type Person, reason, stepUp } from './person';

const MINUTE = 60_000;

describe('the factors of a user over HTTP', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  const use = (person: Person, factorId: string, code: string) =>
    person.authenticate({ response: { factorId, code } });

  it('shows the secret as URI, text and picture to who enrols, until it is confirmed', async () => {
    const person = await system.known();
    const { status, body } = await person.call('POST', '/factors', { kind: 'totp', name: 'Phone' });
    expect([status, body.status, body.name]).toEqual([201, 'pending', 'Phone']);
    const uri = new URL(body.enrolment.otpauthUri);
    expect([uri.protocol, uri.host]).toEqual(['otpauth:', 'totp']);
    expect(decodeURIComponent(uri.pathname)).toBe(`/acme:${person.id}`);
    expect(uri.searchParams.get('issuer')).toBe('acme');
    expect(uri.searchParams.get('secret')).toBe(body.enrolment.secret);
    expect(body.enrolment.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(body.enrolment.qrSvg).toMatch(
      /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^]*<\/svg>\s*$/,
    );
    const phone = { factorId: body.id, otpauthUri: body.enrolment.otpauthUri, usedStep: 0 };
    expect((await person.confirm(phone.factorId, await person.freshCode(phone))).body.status).toBe('active');
    const listed = await person.call('GET', '/factors');
    expect(JSON.stringify(listed.body)).not.toContain(body.enrolment.secret);
    expect(listed.body.factors).toMatchObject([{ id: phone.factorId, name: 'Phone', status: 'active' }]);
  });

  it.each([
    { algorithm: 'SHA256', digits: 8, period: 60 },
    { algorithm: 'SHA512', digits: 6, period: 30 },
  ])('enrols an app by $algorithm with $digits digits every $period seconds', async (config) => {
    const person = await system.known();
    const { body } = await person.call('POST', '/factors', { kind: 'totp', config });
    const phone = { factorId: body.id, otpauthUri: body.enrolment.otpauthUri, usedStep: 0 };
    expect(new URL(phone.otpauthUri).searchParams.get('algorithm')).toBe(config.algorithm);
    const confirmed = await person.confirm(phone.factorId, shownBy(phone.otpauthUri, system.clock.now()));
    expect(confirmed.body.status).toBe('active');
  });

  it('counts a factor only when its own code has confirmed it, in time', async () => {
    const person = await system.enrolled();
    const second = await person.beginPhone(stepUp(person.assertion));
    const early = await use(person, second.factorId, await person.freshCode(second));
    expect([early.status, early.body.code]).toEqual([422, 'not_acceptable_factor']);
    const byTheFirst = await person.confirm(second.factorId, await person.freshCode());
    expect(byTheFirst.body).toMatchObject({ status: 'pending', reason: 'wrong_code' });
    await system.clock.forward(11 * MINUTE);
    const late = await person.confirm(second.factorId, await person.freshCode(second));
    expect([late.status, late.body.code]).toEqual([410, 'enrolment_expired']);
    expect((await person.read()).factors).toHaveLength(1);
  });

  it('lets the old factor work until the new one is confirmed, and from then on the new one alone', async () => {
    const person = await system.enrolled();
    const old = person.phone!;
    const next = await person.beginPhone(stepUp(person.assertion), { replaces: old.factorId });
    expect((await use(person, old.factorId, await person.freshCode(old))).body.status).toBe('approved');
    expect((await person.confirm(next.factorId, await person.freshCode(next))).body.status).toBe('active');
    const gone = await use(person, old.factorId, await person.freshCode(old));
    expect([gone.status, gone.body.code]).toEqual([422, 'not_acceptable_factor']);
    expect((await use(person, next.factorId, await person.freshCode(next))).body.status).toBe('approved');
    expect((await person.read()).factors).toEqual([{ id: next.factorId, kind: 'totp', status: 'active' }]);
  });

  it('puts new recovery codes in place of the old, once the new ones are confirmed', async () => {
    const person = await system.enrolled();
    const [old = ''] = await person.enrolRecoveryCodes();
    const renewed = await person.enrolRecoveryCodes(await person.stepUp());
    expect((await person.read()).factors).toHaveLength(2);
    const byCode = (code: string) => person.authenticate({ response: { kind: 'recovery-code', code } });
    expect((await byCode(old)).body.reason).toBe('wrong_code');
    expect((await byCode(renewed[0]!)).body.status).toBe('approved');
  });

  it('keeps to one set of recovery codes when two were begun', async () => {
    const person = await system.enrolled();
    await person.enrolRecoveryCodes();
    const assertion = await person.stepUp();
    const begun = [];
    for (let set = 0; set < 2; set += 1) {
      const { body } = await person.call('POST', '/factors', { kind: 'recovery-code' }, stepUp(assertion));
      begun.push({ id: body.id as string, code: body.enrolment.codes[0] as string });
    }
    expect((await person.confirm(begun[0]!.id, begun[0]!.code)).body.status).toBe('active');
    const second = await person.confirm(begun[1]!.id, begun[1]!.code);
    expect([second.status, second.body.code]).toEqual([409, 'factor_limit_reached']);
    const active = (await person.read()).factors.filter(
      ({ status }: { status: string }) => status === 'active',
    );
    expect(active.map(({ kind }: { kind: string }) => kind)).toEqual(['totp', 'recovery-code']);
  });

  it('takes the code that confirmed recovery codes for nothing else', async () => {
    const person = await system.enrolled();
    const { body } = await person.call(
      'POST',
      '/factors',
      { kind: 'recovery-code' },
      stepUp(person.assertion),
    );
    const [code] = body.enrolment.codes;
    await person.confirm(body.id, code);
    expect((await person.authenticate({ response: { kind: 'recovery-code', code } })).body.reason).toBe(
      'wrong_code',
    );
  });

  it('lets only one of two enrolments that began without a step-up become the first factor', async () => {
    const person = await system.known();
    const mine = await person.beginPhone();
    const theirs = await person.beginPhone();
    await person.confirm(mine.factorId, await person.freshCode(mine));
    const second = await person.confirm(theirs.factorId, await person.freshCode(theirs));
    expect([second.status, second.body.code]).toEqual([403, 'step_up_required']);
  });

  it('forgets in an open authentication what was proved by a factor that is removed before it ends', async () => {
    const person = await system.enrolled();
    const [spare = ''] = await person.enrolRecoveryCodes();
    const authenticationId = await person.begin({ acr: 'aal2' });
    const proved = await person.answer(authenticationId, await person.freshCode());
    expect(proved.body.status).toBe('pending');
    const removed = await person.call(
      'DELETE',
      `/factors/${person.phone!.factorId}`,
      undefined,
      reason('the phone was stolen'),
    );
    expect(removed.body.status).toBe('removed');
    const answered = await person.answer(authenticationId, spare);
    expect(answered.body).toMatchObject({ status: 'denied', reason: 'acr_unreachable' });
  });

  it('renames and removes', async () => {
    const person = await system.enrolled();
    const path = `/factors/${person.phone!.factorId}`;
    expect((await person.call('PATCH', path, { name: 'Work phone' })).body.name).toBe('Work phone');
    const removed = await person.call('DELETE', path, undefined, stepUp(person.assertion));
    expect([removed.status, removed.body.status]).toEqual([200, 'removed']);
    expect((await person.call('GET', path)).status).toBe(404);
    expect((await person.authenticate()).body).toMatchObject({ status: 'denied', reason: 'no_factor' });
  });

  it('imports what another system enrolled, and nothing beside a factor that is here', async () => {
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    const totp = { kind: 'totp', secret };
    const send = async (users: object[]) =>
      (await system.call('POST', '/v1/imports', { body: { users }, key: system.running.keys.manageUsers }))
        .body.users[0];
    const person = await system.known();
    expect(await send([{ id: person.id, factors: [totp, { ...totp, name: 'again' }] }])).toMatchObject({
      result: 'updated',
    });
    person.phone = { factorId: '', otpauthUri: `otpauth://totp/x?secret=${secret}`, usedStep: 0 };
    const code = await person.freshCode();
    expect((await person.authenticate({ response: { kind: 'totp', code } })).body.status).toBe('approved');
    expect((await person.authenticate({ response: { kind: 'totp', code } })).body.reason).toBe('wrong_code');
    expect(await send([{ id: person.id, factors: [totp] }])).toEqual({ id: person.id, result: 'exists' });
    const another = { kind: 'totp', secret: 'A'.repeat(32) };
    expect(await send([{ id: person.id, factors: [another] }])).toMatchObject({
      result: 'refused',
      code: 'step_up_required',
    });
    expect((await person.read()).factors).toHaveLength(1);
  });

  describe('a change of factors', () => {
    let person: Person;
    let someone: Person;

    beforeAll(async () => {
      person = await system.enrolled();
      await person.enrolRecoveryCodes();
      someone = await system.enrolled();
    });

    const changes: [
      string,
      (headers: Record<string, string>, key?: string) => Promise<{ status: number; body: any }>,
    ][] = [
      ['a second factor', (headers, key) => send('POST', '/factors', headers, key, { kind: 'totp' })],
      [
        'a replacement',
        (headers, key) =>
          send('POST', '/factors', headers, key, { kind: 'totp', replaces: person.phone!.factorId }),
      ],
      [
        'new recovery codes',
        (headers, key) => send('POST', '/factors', headers, key, { kind: 'recovery-code' }),
      ],
      ['a removal', (headers, key) => send('DELETE', `/factors/${person.phone!.factorId}`, headers, key)],
    ];

    const send = (
      method: string,
      below: string,
      headers: Record<string, string>,
      key?: string,
      body?: object,
    ) =>
      system.call(method, `/v1/users/${person.id}${below}`, {
        headers,
        ...(key && { key }),
        ...(body && { body }),
      });

    /** Assertions that look like the user's and are not. */
    async function forgeries(): Promise<string[]> {
      const real = await person.stepUp();
      const header = decodeProtectedHeader(real) as { alg: string };
      const claims = decodeJwt(real);
      const { privateKey } = await generateKeyPair('EdDSA');
      const [head, payload, signature] = real.split('.') as [string, string, string];
      const later = { ...claims, auth_time: (claims['auth_time'] as number) + 3600 };
      return [
        await new SignJWT(claims).setProtectedHeader(header).sign(privateKey),
        new UnsecuredJWT(claims).encode(),
        [head, Buffer.from(JSON.stringify(later)).toString('base64url'), signature].join('.'),
        [head, payload, signature.slice(0, -4) + 'AAAA'].join('.'),
        await someone.stepUp(),
        'x',
      ];
    }

    it.each(changes)('%s needs a step-up or an operator with a reason', async (_, change) => {
      const { keys } = system.running;
      const before = (await system.records(person)).factors;
      const refused = async (headers: Record<string, string>, code: string, key?: string) => {
        const { status, body } = await change(headers, key);
        expect([status, body.code]).toEqual([403, code]);
      };
      await refused({}, 'step_up_required', keys.manageUsers);
      await refused({}, 'step_up_required', keys.operate);
      await refused(reason('lost phone'), 'forbidden', keys.manageUsers);
      for (const forged of await forgeries()) await refused(stepUp(forged), 'step_up_required');
      const stale = await person.stepUp();
      await system.clock.forward(5 * MINUTE + 2_000);
      await refused(stepUp(stale), 'step_up_stale');
      expect((await system.records(person)).factors).toMatchObject(
        before.map(({ status, material }) => ({ status, material })),
      );
    });

    it.each(changes)(
      '%s is done on a step-up of the last five minutes, also after the two of its assertion',
      async (_, change) => {
        person = await system.enrolled();
        await person.enrolRecoveryCodes();
        const assertion = await person.stepUp();
        await system.clock.forward(4 * MINUTE);
        expect((await change(stepUp(assertion), system.running.keys.manageUsers)).status).toBeLessThan(300);
      },
    );

    it.each(changes)('%s is done by an operator with a reason, also for a locked user', async (_, change) => {
      person = await system.enrolled();
      await person.enrolRecoveryCodes();
      await person.call('POST', '/lock', { reason: 'phone stolen' });
      const { status } = await change(reason('lost phone, identity checked'), system.running.keys.operate);
      expect(status).toBeLessThan(300);
      const { audit } = await system.records(person);
      expect(audit.at(-1)).toMatchObject({
        detail: { by: 'operator', reason: 'lost phone, identity checked' },
      });
    });

    it.each(changes)('%s is refused on the word of a locked user', async (_, change) => {
      person = await system.enrolled();
      await person.enrolRecoveryCodes();
      const assertion = await person.stepUp();
      await person.call('POST', '/lock', { reason: 'phone stolen' });
      const { status, body } = await change(stepUp(assertion));
      expect([status, body.code]).toEqual([423, 'user_locked']);
    });
  });
});
