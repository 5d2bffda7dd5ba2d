import { UnsecuredJWT } from 'jose';
import { mapSecurityEvent } from '../../../src/domain/events/security-event-types';
import { securityEvents } from '../../domain/events/security-events';
import { startSystem, type Called, type CallOptions, type RunningSystem } from '../../running-system';
import { sessionRevoked, TestTransmitter, verification } from '../../security/transmitter';
import { ApiUser } from '../api-user';

const enabled = 'https://schemas.openid.net/secevent/risc/event-type/account-enabled';
const path = '/v1/event-transmitters/idp';

describe('security events', () => {
  const sender = new TestTransmitter();
  let system: RunningSystem;
  let user: ApiUser;

  beforeAll(async () => {
    system = await startSystem();
    user = await ApiUser.enrolled(system);
    expect((await put()).status).toBe(201);
  });
  afterAll(() => system.stop());

  async function put(at = path, options: CallOptions = {}): Promise<Called> {
    const { issuer, audience } = sender;
    const body = { issuer, audience, jwks: { keys: [await sender.publicJwk()] } };
    return await system.call('PUT', at, { body, ...options });
  }

  const push = (body: string, options: CallOptions = {}, to = 'idp'): Promise<Called> =>
    system.call('POST', `/v1/security-events/${to}`, {
      key: system.keys.securityEvents,
      body,
      headers: { 'content-type': 'application/secevent+jwt' },
      ...options,
    });

  /** A token about the user. */
  const about = (uri: string, claims: Record<string, unknown> = {}, payload: object = {}) =>
    sender.token({ [uri]: payload }, { claims: { sub_id: { format: 'opaque', id: user.id }, ...claims } });

  async function session(): Promise<string> {
    const { body } = await user.login();
    return body.session.token;
  }

  async function isActive(token: string): Promise<boolean> {
    const { body } = await system.call('POST', '/v1/sessions/introspect', { body: { token } });
    return body.active;
  }

  const count = async (sql: string, values: unknown[] = []): Promise<number> =>
    Number((await system.pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${sql}`, values)).rows[0]?.n);

  const written = async (jti: string) =>
    (
      await system.pool.query(
        `SELECT type, data, user_id IS NOT NULL AS has_user, external_source FROM outbox WHERE external_id = $1`,
        [jti],
      )
    ).rows;

  it.each(Object.entries(securityEvents))(
    'are taken and written as what they mean: %s',
    async (uri, payload) => {
      const jti = `one-${uri}`;
      const answer = await push(await about(uri, { jti }, payload));
      expect([answer.status, answer.body]).toEqual([202, '']);
      const { type, data } = mapSecurityEvent(uri, payload) ?? {};
      expect(await written(jti)).toEqual([
        { type, data, has_user: uri !== verification, external_source: sender.issuer },
      ]);
    },
  );

  it('end the sessions of the user at once, and once when they come three times at once', async () => {
    const before = await session();
    expect(await isActive(before)).toBe(true);
    const token = await about(sessionRevoked, { jti: 'thrice' });
    const raised = `outbox WHERE type = 'epoch.raised'`;
    const raisedBefore = await count(raised);
    const answers = await Promise.all([push(token), push(token), push(token)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await isActive(before)).toBe(false);
    const after = await session();
    expect((await push(token)).status).toBe(202);
    // Delivered once more when the command is forgotten, and the event is not.
    await system.pool.query(`DELETE FROM commands WHERE result ? 'taken'`);
    expect((await push(token)).status).toBe(202);
    expect(await isActive(after)).toBe(true);
    expect(await written('thrice')).toHaveLength(1);
    expect(await count(raised)).toBe(raisedBefore + 1);
  });

  it('take nothing back that does not say so', async () => {
    const token = await session();
    expect((await push(await about(enabled))).status).toBe(202);
    expect(await isActive(token)).toBe(true);
  });

  it('find the user by an address that is verified, whoever else has it unverified', async () => {
    const contact = { kind: 'email', address: 'carol@example.com' };
    await system.call('POST', user.path('/contacts'), { body: { ...contact, verified: true } });
    const other = await ApiUser.create(system);
    await system.call('POST', other.path('/contacts'), { body: { ...contact, verified: false } });
    const token = await session();
    const sub_id = { format: 'email', email: 'Carol@Example.com' };
    expect((await push(await about(sessionRevoked, { sub_id }))).status).toBe(202);
    expect(await isActive(token)).toBe(false);
    const none = { format: 'email', email: 'no address' };
    expect((await push(await about(sessionRevoked, { sub_id: none }))).body.err).toBe('invalid_request');
  });

  it('say the same of a user whom nobody knows, and leave no trace of whom they named', async () => {
    const token = await about(sessionRevoked, {
      jti: 'unknown',
      sub_id: { format: 'opaque', id: 'stranger-4711' },
    });
    const answers = await Promise.all([push(token), push(token), push(token)]);
    for (const { status, body } of answers) expect([status, body]).toEqual([202, '']);
    expect(await written('unknown')).toEqual([]);
    const entries = `audit WHERE action = 'security-event.receive' AND outcome = 'unknown-subject'`;
    expect(await count(entries)).toBe(1);
    for (const table of ['audit', 'outbox', 'commands'])
      expect(await count(`${table} t WHERE t::text LIKE '%stranger-4711%'`)).toBe(0);
  });

  it('say in the audit trail of an address that several have that it named none of them', async () => {
    const contact = { kind: 'email', address: 'shared@example.com', verified: true };
    await system.call('POST', user.path('/contacts'), { body: contact });
    const other = await ApiUser.create(system);
    await system.call('POST', other.path('/contacts'), { body: contact });
    const sub_id = { format: 'email', email: contact.address };
    expect((await push(await about(sessionRevoked, { jti: 'shared', sub_id }))).status).toBe(202);
    expect(await written('shared')).toEqual([]);
    expect(await count(`audit WHERE outcome = 'ambiguous-subject'`)).toBe(1);
  });

  it('count when they come again and the user is known by then', async () => {
    const sub_id = { format: 'email', email: 'late@example.com' };
    const late = await about(sessionRevoked, { jti: 'late', sub_id });
    expect((await push(late)).status).toBe(202);
    const token = await session();
    const contact = { kind: 'email', address: 'late@example.com', verified: true };
    await system.call('POST', user.path('/contacts'), { body: contact });
    expect((await push(late)).status).toBe(202);
    expect(await isActive(token)).toBe(false);
    const after = await session();
    expect((await push(late)).status).toBe(202);
    expect(await isActive(after)).toBe(true);
  });

  it('of two issuers are two events under one jti, also of one transmitter after the other', async () => {
    expect((await put('/v1/event-transmitters/moved')).status).toBe(201);
    const first = await about(sessionRevoked, { jti: 'serial-1' });
    expect((await push(first, {}, 'moved')).status).toBe(202);
    const { audience } = sender;
    const body = { issuer: 'https://next.example', audience, jwks: { keys: [await sender.publicJwk()] } };
    expect((await put('/v1/event-transmitters/moved', { body })).status).toBe(200);
    const token = await session();
    const second = await about(sessionRevoked, { jti: 'serial-1', iss: body.issuer });
    expect((await push(second, {}, 'moved')).status).toBe(202);
    expect(await isActive(token)).toBe(false);
    expect((await system.call('DELETE', '/v1/event-transmitters/moved')).status).toBe(204);
  });

  it('are refused with what is wrong in the words of RFC 8935', async () => {
    const unsigned = new UnsecuredJWT({ events: { [sessionRevoked]: {} } }).encode();
    for (const [err, token] of [
      ['invalid_key', unsigned],
      ['invalid_issuer', await about(sessionRevoked, { iss: 'https://other.example' })],
      ['invalid_audience', await about(sessionRevoked, { aud: 'https://other.example' })],
      ['invalid_request', await about(sessionRevoked, { sub_id: undefined })],
      ['authentication_failed', `${(await about(enabled)).slice(0, -86)}${'A'.repeat(86)}`],
    ] as const) {
      const { status, body, headers } = await push(token);
      expect([status, body.code, body.err]).toEqual([400, 'invalid_request', err]);
      expect(body.description).toBe(body.detail);
      expect(headers.get('content-type')).toMatch(/json/);
    }
    const first = await about(enabled, { jti: 'twice' });
    expect((await push(first)).status).toBe(202);
    expect((await push(await about(enabled, { jti: 'twice' }))).status).toBe(202);
    const second = await push(await about(sessionRevoked, { jti: 'twice' }));
    expect([second.status, second.body.err]).toEqual([400, 'invalid_request']);
    await system.pool.query(`DELETE FROM commands WHERE result ? 'taken'`);
    expect((await push(await about(sessionRevoked, { jti: 'twice' }))).status).toBe(400);
  });

  it('come as bare tokens by a key that may send events, to a transmitter of its tenant', async () => {
    const token = await about(enabled);
    const json = await push(JSON.stringify({ token }), { headers: { 'content-type': 'application/json' } });
    expect([json.status, json.body.code]).toEqual([415, 'unsupported_media_type']);
    expect((await push('')).status).toBe(400);
    expect((await push('x'.repeat(70_000))).status).toBe(413);
    for (const key of [system.keys.admin, system.keys.operate])
      expect((await push(token, { key })).status).toBe(403);
    expect((await push(token, { key: system.keys.otherTenant })).status).toBe(404);
    expect((await push(token, {}, 'nobody')).status).toBe(404);
  });

  it('reach users of the tenant alone whose transmitter it is', async () => {
    const key = system.keys.otherTenant;
    expect((await put('/v1/event-transmitters/theirs', { key })).status).toBe(201);
    const token = await session();
    expect((await push(await about(sessionRevoked), { key }, 'theirs')).status).toBe(202);
    expect(await isActive(token)).toBe(true);
    expect((await push(await about(enabled), {}, 'theirs')).status).toBe(404);
  });

  it('are taken of a transmitter until it is removed, by the keys that it has now', async () => {
    const at = '/v1/event-transmitters/other';
    expect((await put(at)).status).toBe(201);
    expect((await put(at)).status).toBe(200);
    const { body: listed } = await system.call('GET', '/v1/event-transmitters');
    expect(listed.transmitters.map(({ id }: { id: string }) => id)).toEqual(['idp', 'other']);
    expect((await push(await about(enabled), {}, 'other')).status).toBe(202);
    const another = new TestTransmitter();
    const body = { ...(await system.call('GET', at)).body, jwks: { keys: [await another.publicJwk()] } };
    const { id, createdAt, ...changed } = body;
    expect([id, typeof createdAt]).toEqual(['other', 'string']);
    expect((await system.call('PUT', at, { body: changed })).status).toBe(200);
    expect((await push(await about(enabled), {}, 'other')).body.err).toBe('authentication_failed');
    expect((await system.call('DELETE', at)).status).toBe(204);
    expect((await system.call('DELETE', at)).status).toBe(404);
    expect((await push(await about(enabled), {}, 'other')).status).toBe(404);
  });

  it('have public keys alone', async () => {
    const { issuer, audience } = sender;
    for (const key of [
      await sender.privateJwk(),
      { kty: 'oct', k: 'c2VjcmV0' },
      { kty: 'EC', crv: 'P-256' },
    ]) {
      const body = { issuer, audience, jwks: { keys: [await sender.publicJwk(), key] } };
      const refused = await system.call('PUT', path, { body });
      expect(refused.status).toBe(400);
      expect(refused.body.errors[0].pointer).toMatch(/^\/jwks\/keys\/1/);
      expect(JSON.stringify(refused.body)).not.toContain((key as { d?: string }).d ?? 'c2VjcmV0');
    }
  });
});
