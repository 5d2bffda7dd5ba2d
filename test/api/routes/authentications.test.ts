import { createRemoteJWKSet, jwtVerify } from 'jose';
import { startSystem, type RunningSystem } from '../../running-system';
import { ApiUser, forgedFrom } from '../api-user';

describe('authentications', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  it('lets a user in by one call, with an assertion that anybody can verify and a session', async () => {
    const user = await ApiUser.enrolled(system);
    const { status, body } = await user.login({
      audience: 'https://shop.example',
      nonce: 'n1',
      primary: 'pwd',
      acr: 'aal2',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'approved', options: [] });
    const keySet = createRemoteJWKSet(new URL(`${system.apiUrl}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(body.assertion, keySet, {
      issuer: system.config.issuer,
      audience: 'https://shop.example',
      currentDate: new Date(0),
    });
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(payload).toMatchObject({
      sub: user.id,
      nonce: 'n1',
      acr: 'aal2',
      tenant: 'acme',
      jti: body.id,
      txn: body.id,
      purpose: 'login',
    });
    expect(payload.exp! - payload.iat!).toBe(120);
    const introspected = await system.call('POST', '/v1/sessions/introspect', {
      body: { token: body.session.token },
    });
    expect(introspected.body).toMatchObject({
      active: true,
      sub: user.id,
      acr: 'aal2',
      sessionId: body.session.id,
    });
  });

  it('begins, is chosen, answered wrongly, then rightly', async () => {
    const user = await ApiUser.enrolled(system);
    const begun = await user.authenticate({ purpose: 'login' });
    expect(begun.body).toMatchObject({
      status: 'pending',
      options: [{ action: 'answer', factorId: user.factorId, kind: 'totp', name: 'Phone' }],
    });
    const path = `/v1/authentications/${String(begun.body.id)}`;
    const chosen = await system.call('POST', `${path}/challenge`, { body: { factorId: user.factorId } });
    expect(chosen.body.challenge).toEqual({ factorId: user.factorId, kind: 'totp' });
    const wrong = await system.call('POST', `${path}/answer`, { body: { code: '000' } });
    expect([wrong.status, wrong.body.status, wrong.body.reason]).toEqual([200, 'pending', 'wrong_code']);
    const right = await system.call('POST', `${path}/answer`, { body: { code: await user.freshCode() } });
    expect(right.body.status).toBe('approved');
    const closed = await system.call('POST', `${path}/answer`, { body: { code: await user.freshCode() } });
    expect([closed.status, closed.body.code]).toEqual([409, 'authentication_closed']);
  });

  it('answers a retry under the same key with the same assertion and token, byte for byte, until their time is over', async () => {
    const user = await ApiUser.enrolled(system);
    const body = { response: { kind: 'totp', code: await user.freshCode() } };
    const headers = { 'Idempotency-Key': `retry-${user.id}` };
    const first = await user.authenticate(body, headers);
    const again = await user.authenticate(body, headers);
    expect(first.body.status).toBe('approved');
    expect(again.body).toEqual(first.body);
    const other = await user.authenticate({ response: { kind: 'totp', code: '1' } }, headers);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
    await ApiUser.wait(system, 125_000);
    const late = await user.authenticate(body, headers);
    expect(late.body.status).toBe('approved');
    expect(late.body.assertion).toBeUndefined();
    expect(late.body.session).toEqual({ id: first.body.session.id, expiresAt: first.body.session.expiresAt });
  });

  it('takes a code once', async () => {
    const user = await ApiUser.enrolled(system);
    const body = { response: { kind: 'totp', code: await user.freshCode() } };
    expect((await user.authenticate(body)).body.status).toBe('approved');
    expect((await user.authenticate(body)).body).toMatchObject({ status: 'pending', reason: 'wrong_code' });
  });

  it('never approves a user without a factor', async () => {
    const user = await ApiUser.create(system);
    const { body } = await user.authenticate({ primary: 'pwd' });
    expect(body.status).not.toBe('approved');
    expect(body.assertion).toBeUndefined();
  });

  it('shows how it stands to a later reader, and what it granted', async () => {
    const user = await ApiUser.enrolled(system);
    const begun = await user.authenticate();
    const path = `/v1/authentications/${String(begun.body.id)}`;
    const pending = await system.call('GET', path);
    expect(pending.body).toMatchObject({
      id: begun.body.id,
      status: 'pending',
      expiresAt: begun.body.expiresAt,
    });
    const answered = await system.call('POST', `${path}/answer`, { body: { code: await user.freshCode() } });
    const read = await system.call('GET', path);
    expect(read.body.assertion).toBe(answered.body.assertion);
    expect(read.body.session).toEqual(answered.body.session);
  });

  it('ends a long poll as soon as the answer is there', async () => {
    const user = await ApiUser.enrolled(system);
    const begun = await user.authenticate();
    const path = `/v1/authentications/${String(begun.body.id)}`;
    const polls = [1, 2, 3].map(() => system.call('GET', `${path}?wait=25`));
    await system.call('POST', `${path}/answer`, { body: { code: await user.freshCode() } });
    for (const poll of await Promise.all(polls)) expect(poll.body.status).toBe('approved');
  });

  it('is over when its ten minutes are', async () => {
    const user = await ApiUser.enrolled(system);
    const begun = await user.authenticate();
    const path = `/v1/authentications/${String(begun.body.id)}`;
    await ApiUser.wait(system, 11 * 60_000);
    const read = await system.call('GET', path);
    expect(read.body).toMatchObject({ status: 'denied', reason: 'expired' });
    const answered = await system.call('POST', `${path}/answer`, { body: { code: await user.freshCode() } });
    expect(answered.status).toBe(409);
  });

  it('steps a session up and leaves no second one', async () => {
    const user = await ApiUser.enrolled(system);
    const { body: login } = await user.login();
    const stepped = await user.login({ purpose: 'step-up', maxAge: 0, session: login.session.token });
    expect(stepped.body.status).toBe('approved');
    expect(stepped.body.session).toBeUndefined();
    const forged = await user.login({
      purpose: 'step-up',
      session: forgedFrom(login.session.token),
    });
    expect([forged.status, forged.body.code]).toEqual([404, 'not_found']);
  });

  it('tells a user who fails five times when to try again, and evaluates nothing until then', async () => {
    const user = await ApiUser.enrolled(system);
    const right = { response: { kind: 'totp', code: await user.freshCode() } };
    const waits: unknown[] = [];
    for (let failure = 1; failure <= 5; failure += 1) waits.push((await user.wrongCode()).body.retryAfter);
    expect(waits).toEqual([undefined, undefined, undefined, undefined, 30]);
    for (const refused of [await user.wrongCode(), await user.authenticate(right)]) {
      expect([refused.status, refused.body.code]).toEqual([429, 'try_later']);
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    }
    const waiting = await system.call('GET', user.path());
    expect(waiting.body).toMatchObject({ status: 'waiting', failures: 5 });
  });

  it('refuses right and wrong codes of a locked user alike, until an operator unlocks', async () => {
    const user = await ApiUser.enrolled(system);
    const shown = await system.call('POST', user.path('/lock'), { body: { reason: 'test' } });
    expect(shown.body).toMatchObject({ status: 'locked', lockReason: 'test' });
    const right = await user.login();
    const wrong = await user.wrongCode();
    expect([right.status, wrong.status]).toEqual([423, 423]);
    expect({ ...right.body, instance: '' }).toEqual({ ...wrong.body, instance: '' });
    const unlocked = await system.call('POST', user.path('/unlock'), {
      body: { reason: 'test', resetFailures: true },
    });
    expect(unlocked.body).toMatchObject({ status: 'active', failures: 0 });
    expect((await user.login()).body.status).toBe('approved');
  });

  it('accepts one of fifty identical answers sent at once, and gives the rest the same where they share a key', async () => {
    const user = await ApiUser.enrolled(system);
    const body = { response: { kind: 'totp', code: await user.freshCode() } };
    const headers = { 'Idempotency-Key': `crowd-${user.id}` };
    const answers = await Promise.all(Array.from({ length: 50 }, () => user.authenticate(body, headers)));
    expect(
      new Set(answers.map(({ status, body: answer }) => `${String(status)} ${JSON.stringify(answer)}`)).size,
    ).toBe(1);
    expect(answers[0]!.body.status).toBe('approved');
    const sessions = await system.call('GET', user.path('/sessions'));
    expect(sessions.body.sessions).toHaveLength(1);
  });

  it('opens where the user was for the scope audit alone', async () => {
    const user = await ApiUser.enrolled(system);
    await user.login({ context: { ip: '203.0.113.7', userAgent: 'Test/1', deviceToken: 'dev_1' } });
    const seen = await system.call('GET', user.path('/timeline'), { key: system.keys.audit });
    expect(seen.body.entries[0].personal).toEqual({ ip: '203.0.113.7', userAgent: 'Test/1' });
    const hidden = await system.call('GET', user.path('/timeline'), { key: system.keys.operate });
    expect(JSON.stringify(hidden.body)).not.toContain('203.0.113.7');
    expect(hidden.body.entries[0].action).toBe('authentication');
  });
});
