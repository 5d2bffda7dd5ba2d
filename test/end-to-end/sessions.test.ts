import { decodeJwt } from 'jose';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { idempotencyKey, type Person } from './person';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('sessions over HTTP', () => {
  let system: EndToEndSystem;
  let person: Person;
  let session: { id: string; token: string; expiresAt: string };

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  beforeEach(async () => {
    person = await system.enrolled();
    session = (await person.login()).body.session;
  });

  const introspect = async (token: string, key?: string) =>
    (
      await system.call('POST', '/v1/sessions/introspect', {
        body: { token },
        ...(key !== undefined && { key }),
      })
    ).body;
  const refresh = async (token: string, headers = {}) =>
    (await system.call('POST', '/v1/sessions/refresh', { body: { token }, headers })).body;

  it('are active for the tenant that they belong to, with who and how', async () => {
    expect(await introspect(session.token)).toMatchObject({
      active: true,
      sub: person.id,
      sessionId: session.id,
      acr: 'aal1',
      amr: ['otp'],
      expiresAt: session.expiresAt,
    });
    expect(await introspect(session.token, system.running.keys.otherTenant)).toEqual({ active: false });
  });

  it('are said nothing of when the token is altered, cut or made up', async () => {
    const [head = '', generation = '', ...rest] = session.token.split('.');
    const made = [
      `${session.token}x`,
      session.token.slice(0, -6),
      'mfs_x.0.1.y',
      [head, '7', ...rest].join('.'),
      generation,
    ];
    for (const token of made) expect(await introspect(token)).toEqual({ active: false });
  });

  it('are refreshed, and a retry gets the same token', async () => {
    const headers = idempotencyKey(`refresh-${session.id}`);
    const next = await refresh(session.token, headers);
    expect(next).toMatchObject({ active: true, sub: person.id, sessionId: session.id });
    expect(next.token).not.toBe(session.token);
    expect(await refresh(session.token, headers)).toEqual(next);
    expect(await introspect(next.token)).toMatchObject({ active: true });
  });

  it('end when a token that was rotated out comes back', async () => {
    const next = await refresh(session.token);
    const newest = await refresh(next.token);
    await system.clock.forward(11_000);
    expect(await refresh(session.token)).toEqual({ active: false });
    expect(await introspect(newest.token)).toEqual({ active: false });
    const { outbox } = await system.records(person);
    expect(outbox.at(-1)).toMatchObject({ type: 'session.revoked', data: { reason: 'token_reuse' } });
  });

  it('end after twelve hours without a refresh, and after thirty days with any', async () => {
    await system.clock.forward(12 * HOUR + 1_000);
    expect(await introspect(session.token)).toEqual({ active: false });
    expect(await refresh(session.token)).toEqual({ active: false });
    let { token } = (await person.login()).body.session;
    for (let hours = 0; hours < 30 * 24; hours += 11) {
      const next = await refresh(token);
      if (!next.active) break;
      token = next.token;
      await system.clock.forward(11 * HOUR);
    }
    expect(await introspect(token)).toEqual({ active: false });
  });

  it('are listed and revoked, one or all', async () => {
    const second = (await person.login()).body.session;
    const listed = await person.call('GET', '/sessions');
    expect(
      listed.body.sessions.map(({ id, active }: { id: string; active: boolean }) => [id, active]),
    ).toEqual([
      [second.id, true],
      [session.id, true],
    ]);
    expect(JSON.stringify(listed.body)).not.toContain('mfs_');
    expect((await system.call('DELETE', `/v1/sessions/${session.id}`)).status).toBe(204);
    expect(await introspect(session.token)).toEqual({ active: false });
    expect(await refresh(session.token)).toEqual({ active: false });
    expect(await introspect(second.token)).toMatchObject({ active: true });
    expect((await person.call('DELETE', '/sessions')).status).toBe(204);
    expect(await introspect(second.token)).toEqual({ active: false });
  });

  describe('a step-up within a session', () => {
    const within = (fields: object) =>
      person.authenticate({ purpose: 'step-up', session: session.token, ...fields });

    it('asks for nothing while the proofs of the session are young enough, and says how old they are', async () => {
      const { body } = await within({ maxAge: 300 });
      expect(body).toMatchObject({ status: 'approved' });
      expect(body.session).toBeUndefined();
      const loggedIn = new Date((await introspect(session.token)).authTime).getTime() / 1000;
      expect(decodeJwt(body.assertion)['auth_time']).toBe(loggedIn);
    });

    it('asks again for proofs that are older than maxAge', async () => {
      await system.clock.forward(6 * MINUTE);
      expect((await within({ maxAge: 300 })).body).toMatchObject({
        status: 'pending',
        options: [{ kind: 'totp' }],
      });
      const code = await person.freshCode();
      const { body } = await within({ maxAge: 300, response: { kind: 'totp', code } });
      expect(body.status).toBe('approved');
      expect(decodeJwt(body.assertion)['auth_time']).toBe(Math.floor(decodeJwt(body.assertion).iat!));
    });

    it('asks for the second factor alone, and raises the session to aal2', async () => {
      const [code] = await person.enrolRecoveryCodes();
      const begun = await within({ acr: 'aal2' });
      expect(begun.body).toMatchObject({ status: 'pending', options: [{ kind: 'recovery-code' }] });
      expect(await introspect(session.token)).toMatchObject({ acr: 'aal1' });
      expect((await person.answer(begun.body.id, code!)).body.status).toBe('approved');
      expect(await introspect(session.token)).toMatchObject({ acr: 'aal2', amr: ['otp', 'mfa'] });
    });

    it('does not lower what the session stands for', async () => {
      session = (await person.login({ primary: 'pwd' })).body.session;
      expect(await introspect(session.token)).toMatchObject({ acr: 'aal2' });
      expect(
        (await within({ maxAge: 0, response: { kind: 'totp', code: await person.freshCode() } })).body.status,
      ).toBe('approved');
      expect(await introspect(session.token)).toMatchObject({ acr: 'aal2' });
    });

    it('evaluates a code that is sent along, also where none was needed', async () => {
      const { body } = await within({ maxAge: 300, response: { kind: 'totp', code: person.wrongCode() } });
      expect(body).toMatchObject({ status: 'pending', reason: 'wrong_code' });
      expect((await person.read()).failures).toBe(1);
    });

    it('is refused for an ended session, a made up one and one of somebody else', async () => {
      const other = await system.enrolled();
      const theirs = (await other.login()).body.session.token;
      await system.call('DELETE', `/v1/sessions/${session.id}`);
      for (const token of [session.token, theirs, 'mfs_x']) {
        const { status, body } = await person.authenticate({ purpose: 'step-up', session: token });
        expect([status, body.code]).toEqual([404, 'not_found']);
      }
    });
  });
});
