import { sealField } from '../../../src/security/field-encryption';
import { randomId } from '../../../src/security/random-id';
import { startSystem, type RunningSystem } from '../../running-system';
import { ApiUser } from '../api-user';
import { internalIdOf, ticketFor } from './tickets-of';
import { formTokenIn, Visitor, wordsOf } from './visitor';

describe('"this wasn’t me"', () => {
  let system: RunningSystem;
  let visitor: Visitor;
  let user: ApiUser;
  let userId: string;

  beforeAll(async () => {
    system = await startSystem({ MFAFLOW_LIMIT_LINKS_PER_MINUTE: '100000' });
    visitor = new Visitor(system);
  });
  afterAll(() => system.stop());
  beforeEach(async () => {
    user = await ApiUser.enrolled(system);
    userId = await internalIdOf(system, user);
  });

  /** What the notice says that the link stands in. */
  async function notice(template: string, facts: object): Promise<string> {
    const deliveryId = randomId('del');
    const owner = { tenantId: system.tenantId, userId };
    const dataKey = await system.foundation.dataKeys.forScope(owner);
    const sealed = sealField(dataKey, JSON.stringify(facts), {
      ...owner,
      record: `${deliveryId}/facts`,
      version: 1,
    });
    await system.pool.query(
      `INSERT INTO deliveries (delivery_id, tenant_id, user_id, purpose, template, facts, status, created_at, due_at, deadline)
       VALUES ($1, $2, $3, 'notice', $4, $5, 'delivered', now(), now(), now())`,
      [deliveryId, system.tenantId, userId, template, sealed],
    );
    return deliveryId;
  }
  const disowned = async (): Promise<object[]> => {
    const { rows } = await system.pool.query<{ data: object }>(
      `SELECT data FROM outbox WHERE user_id = $1 AND type = 'user.disowned'`,
      [userId],
    );
    return rows.map(({ data }) => data);
  };

  it('says what happened as the notice did, and nothing happens until the button is pressed', async () => {
    const deliveryId = await notice('factor-enrolled', {
      factorKind: 'totp',
      factorName: '<b>Phone</b>',
      at: '2026-11-24T10:15:00.000Z',
    });
    const { url } = await ticketFor(system, userId, 'not-me', { factorId: user.factorId, deliveryId });
    const { page } = await visitor.open(url);
    expect(wordsOf(page)).toContain(
      'At acme a sign-in method was added: &lt;b&gt;Phone&lt;/b&gt; (authenticator app), Nov 24, 2026, 10:15',
    );
    expect((await user.login()).body.status).toBe('approved');
    expect(await disowned()).toEqual([]);
  });

  it('freezes the factor that it names, once, and records it', async () => {
    const { url, ticketId } = await ticketFor(system, userId, 'not-me', { factorId: user.factorId });
    const asking = await visitor.open(url);
    expect(wordsOf(asking.page)).toContain(
      'This is about your sign-in method at acme: Phone (authenticator app).',
    );
    const form = formTokenIn(asking.page);
    const done = await visitor.send(url, form);
    expect([done.status, wordsOf(done.page)]).toEqual([
      200,
      expect.stringContaining('The sign-in method can no longer be used. Change your password now'),
    ]);
    expect((await user.login()).body.status).not.toBe('approved');
    expect(await disowned()).toEqual([
      expect.objectContaining({ factorId: user.factorId, frozen: ['factor'] }),
    ]);
    expect((await visitor.send(url, form)).status).toBe(404);
    const { body } = await system.call('GET', `/v1/tickets/${ticketId}`);
    expect(body.status).toBe('redeemed');
    const timeline = await system.call('GET', user.path('/timeline'));
    expect(timeline.body.entries).toContainEqual(
      expect.objectContaining({ action: 'user.disown', actor: 'ticket' }),
    );
  });

  it('ends the login that it names, and the session of one that was approved', async () => {
    const pending = (await user.authenticate()).body;
    const first = await ticketFor(system, userId, 'not-me', { authenticationId: pending.id });
    expect(wordsOf((await visitor.open(first.url)).page)).toContain(
      'Somebody began to log in to acme as you.',
    );
    expect(wordsOf((await visitor.press(first.url)).page)).toContain(
      'The login that was under way is ended.',
    );
    const { body } = await system.call('GET', `/v1/authentications/${pending.id}`);
    expect([body.status, body.reason]).toEqual(['denied', 'disowned']);

    const approved = (await user.login()).body;
    const second = await ticketFor(system, userId, 'not-me', { authenticationId: approved.id });
    expect(wordsOf((await visitor.press(second.url)).page)).toContain(
      'The session that came of it is ended.',
    );
    const introspected = await system.call('POST', '/v1/sessions/introspect', {
      body: { token: approved.session.token },
    });
    expect(introspected.body.active).toBe(false);
  });

  it('is said once when twenty press at once', async () => {
    const { url } = await ticketFor(system, userId, 'not-me', { factorId: user.factorId });
    const form = formTokenIn((await visitor.open(url)).page);
    const pressed = await Promise.all(Array.from({ length: 20 }, () => visitor.send(url, form)));
    expect(pressed.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(pressed.filter(({ status }) => status === 404)).toHaveLength(19);
    expect(await disowned()).toHaveLength(1);
  });

  it('is said in vain of what is gone already, and recorded all the same', async () => {
    const deliveryId = await notice('factor-removed', {
      factorKind: 'sms',
      factorName: '+•••34',
      at: '2026-11-24T10:15:00.000Z',
    });
    const { url } = await ticketFor(system, userId, 'not-me', { factorId: 'fac_gone', deliveryId });
    expect(wordsOf((await visitor.open(url)).page)).toContain('a sign-in method was removed: +•••34');
    expect(wordsOf((await visitor.press(url)).page)).toContain('there was nothing left to block');
    expect(await disowned()).toHaveLength(1);
  });

  it('does nothing for a user who is being erased', async () => {
    const { url } = await ticketFor(system, userId, 'not-me', { factorId: user.factorId });
    const form = formTokenIn((await visitor.open(url)).page);
    await system.pool.query('UPDATE users SET erased = true WHERE user_id = $1', [userId]);
    expect((await visitor.send(url, form)).status).toBe(404);
    await system.pool.query('UPDATE users SET erased = false WHERE user_id = $1', [userId]);
    expect((await visitor.open(url)).status).toBe(200);
  });
});
