import type { AuthenticationRequest } from '../../client/index';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { idempotencyKey } from './person';

const MINUTE = 60_000;

describe('logging in over HTTP', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  /** As an integrator would: by nothing but the published key set. */
  async function verify(assertion: string, audience = 'acme') {
    const keySet = createRemoteJWKSet(new URL('/.well-known/jwks.json', system.running.apiUrl));
    return jwtVerify(assertion, keySet, {
      issuer: system.running.config.issuer,
      audience,
      algorithms: ['EdDSA'],
      currentDate: new Date(system.clock.now()),
    });
  }

  it('answers one call with an assertion that says who, for whom, how and when', async () => {
    const person = await system.enrolled();
    const before = Math.floor(system.clock.now() / 1000);
    const { status, body } = await person.login({
      audience: 'https://shop.example',
      nonce: 'n-1',
      primary: 'pwd',
    });
    expect([status, body.status]).toEqual([200, 'approved']);
    const { payload, protectedHeader } = await verify(body.assertion, 'https://shop.example');
    expect(payload).toMatchObject({
      sub: person.id,
      nonce: 'n-1',
      jti: body.id,
      acr: 'aal2',
      amr: ['pwd', 'otp', 'mfa'],
    });
    expect(payload['auth_time']).toBeGreaterThanOrEqual(before);
    expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(120);
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'JWT' });
  });

  it('names the tenant as audience when the request names none, and carries no nonce then', async () => {
    const person = await system.enrolled();
    const { payload } = await verify((await person.login()).body.assertion);
    expect(payload).toMatchObject({ aud: 'acme', acr: 'aal1', amr: ['otp'] });
    expect(payload).not.toHaveProperty('nonce');
  });

  it('goes from begin over the choice of a factor to the answer', async () => {
    const person = await system.enrolled();
    const begun = await person.authenticate();
    expect(begun.body).toMatchObject({
      status: 'pending',
      options: [{ action: 'answer', factorId: person.phone!.factorId, kind: 'totp' }],
    });
    const chosen = await system.call('POST', `/v1/authentications/${begun.body.id}/challenge`, {
      body: { factorId: person.phone!.factorId },
    });
    expect(chosen.body.challenge).toEqual({ factorId: person.phone!.factorId, kind: 'totp' });
    const wrong = await person.answer(begun.body.id, person.wrongCode());
    expect([wrong.status, wrong.body.status, wrong.body.reason]).toEqual([200, 'pending', 'wrong_code']);
    const right = await person.answer(begun.body.id, await person.freshCode());
    expect(right.body).toMatchObject({ status: 'approved', options: [] });
    await expect(verify(right.body.assertion)).resolves.toMatchObject({ payload: { sub: person.id } });
  });

  it('tells a waiting long poll the result as soon as the answer came', async () => {
    const person = await system.enrolled();
    const id = await person.begin();
    const waiting = system.call('GET', `/v1/authentications/${id}?wait=25`);
    const answered = await person.answer(id, await person.freshCode());
    const polled = await waiting;
    expect(polled.body).toEqual(answered.body);
    expect(polled.body.status).toBe('approved');
  });

  it('takes a code once: not again, not for another authentication, and none older', async () => {
    const person = await system.enrolled();
    const older = await person.freshCode();
    const newer = await person.freshCode();
    expect((await person.authenticate({ response: { kind: 'totp', code: newer } })).body.status).toBe(
      'approved',
    );
    for (const code of [newer, older]) {
      const again = await person.authenticate({ response: { kind: 'totp', code } });
      expect(again.body).toMatchObject({ status: 'pending', reason: 'wrong_code' });
    }
    const other = await person.begin();
    expect((await person.answer(other, newer)).body.reason).toBe('wrong_code');
  });

  it('takes a code that the user typed in groups, and no other rewriting of it', async () => {
    const person = await system.enrolled();
    const code = await person.freshCode();
    const grouped = ` ${code.slice(0, 3)}-${code.slice(3)} `;
    const fullWidth = Array.from(code)
      .map((digit) => String.fromCodePoint(0xff10 + Number(digit)))
      .join('');
    expect((await person.authenticate({ response: { kind: 'totp', code: fullWidth } })).status).toBe(400);
    expect((await person.authenticate({ response: { kind: 'totp', code: grouped } })).body.status).toBe(
      'approved',
    );
  });

  it('gives a retry the very same answer, and another request under the same key none', async () => {
    const person = await system.enrolled();
    const code = await person.freshCode();
    const headers = idempotencyKey('login-1');
    const first = await person.authenticate({ response: { kind: 'totp', code } }, headers);
    const second = await person.authenticate({ response: { code, kind: 'totp' } }, headers);
    expect(first.body.status).toBe('approved');
    expect(second.body).toEqual(first.body);
    const other = await person.authenticate({ nonce: 'n', response: { kind: 'totp', code } }, headers);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
    expect((await system.records(person)).sessions).toHaveLength(1);
  });

  it('repeats no assertion and no token once their two minutes are over', async () => {
    const person = await system.enrolled();
    const headers = idempotencyKey('login-late');
    const body = { response: { kind: 'totp' as const, code: await person.freshCode() } };
    const first = await person.authenticate(body, headers);
    await system.clock.forward(2 * MINUTE + 2_000);
    await expect(verify(first.body.assertion)).rejects.toThrow(/exp/);
    const late = await person.authenticate(body, headers);
    expect(late.body).toMatchObject({
      id: first.body.id,
      status: 'approved',
      session: { id: first.body.session.id },
    });
    expect([late.body.assertion, late.body.session.token]).toEqual([undefined, undefined]);
  });

  it('denies a user without a usable factor, whatever was sent', async () => {
    const person = await system.known();
    const asked: AuthenticationRequest[] = [{}, { primary: 'pwd' }, { acr: 'aal2' }, { purpose: 'step-up' }];
    for (const fields of asked) {
      expect((await person.authenticate(fields)).body).toMatchObject({
        status: 'denied',
        reason: 'no_factor',
        options: [],
      });
    }
    const pending = await person.beginPhone();
    const code = await person.freshCode(pending);
    const unconfirmed = await person.authenticate({ response: { factorId: pending.factorId, code } });
    expect(unconfirmed.body).toMatchObject({ status: 'denied', reason: 'no_factor' });
    expect((await system.records(person)).sessions).toEqual([]);
  });

  it('offers an enrolment instead where the flow of the tenant says so', async () => {
    const { pool, tenantId } = system.running;
    const { rows } = await pool.query(
      `SELECT definition FROM flows WHERE name = 'login' AND tenant_id IS NULL`,
    );
    const definition = structuredClone(rows[0].definition);
    definition.nodes.find(({ id }: { id: string }) => id === 'first-factor').config.enrolWhenNone = true;
    await pool.query(
      `WITH flow AS (INSERT INTO flows (flow_id, tenant_id, name, version, definition)
         VALUES ('flo_enrol', $1, 'login', 2, $2) RETURNING flow_id)
       UPDATE tenants SET login_flow_id = 'flo_enrol' WHERE tenant_id = $1`,
      [tenantId, definition],
    );
    try {
      const person = await system.known();
      const begun = await person.authenticate();
      expect(begun.body).toMatchObject({
        status: 'pending',
        options: [{ action: 'enrol', kinds: ['totp', 'sms', 'voice', 'email'] }],
      });
      // No code can be the answer to an offer.
      expect((await person.answer(begun.body.id, '123456')).body.status).not.toBe('approved');
      person.phone = await person.enrolPhone();
      const answered = await person.answer(begun.body.id, await person.freshCode());
      expect(answered.body.status).toBe('approved');
    } finally {
      await pool.query('UPDATE tenants SET login_flow_id = NULL WHERE tenant_id = $1', [tenantId]);
    }
  });

  it('asks for two different factors where aal2 is requested', async () => {
    const person = await system.enrolled();
    const codes = await person.enrolRecoveryCodes();
    const first = await person.login({ acr: 'aal2' });
    expect(first.body).toMatchObject({ status: 'pending', options: [{ kind: 'recovery-code' }] });
    const same = await person.answer(first.body.id, await person.freshCode());
    expect(same.body).toMatchObject({ status: 'pending', reason: 'wrong_code' });
    const second = await person.answer(first.body.id, codes[0]!);
    expect(second.body).toMatchObject({ status: 'approved', recoveryCodesLeft: 8 });
    const { payload } = await verify(second.body.assertion);
    expect(payload).toMatchObject({ acr: 'aal2', amr: ['otp', 'mfa'] });
  });

  it('denies aal2 when the factors of the user do not add up to it', async () => {
    const person = await system.enrolled();
    expect((await person.login({ acr: 'aal2' })).body).toMatchObject({
      status: 'denied',
      reason: 'acr_unreachable',
    });
    expect((await person.login({ acr: 'aal2', primary: 'pwd' })).body.status).toBe('approved');
  });

  it('takes each recovery code once, and counts what is left', async () => {
    const person = await system.enrolled();
    const codes = await person.enrolRecoveryCodes();
    const use = (code: string) => person.authenticate({ response: { kind: 'recovery-code', code } });
    expect((await use(codes[0]!)).body).toMatchObject({ status: 'approved', recoveryCodesLeft: 8 });
    expect((await use(codes[0]!)).body).toMatchObject({ status: 'pending', reason: 'wrong_code' });
    for (const code of codes.slice(1)) expect((await use(code)).body.status).toBe('approved');
    expect((await use(codes[1]!)).body.code).toBe('not_acceptable_factor');
  });
});
