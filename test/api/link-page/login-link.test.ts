import { issuedCode } from '../../../src/factors/issued-code';
import { keyedHash } from '../../../src/security/keyed-hash';
import { startSystem, type RunningSystem } from '../../running-system';
import { ApiUser } from '../api-user';
import { loginByLink, type OpenLogin } from './tickets-of';
import { formTokenIn, Visitor, wordsOf } from './visitor';

describe('a link to log in', () => {
  let system: RunningSystem;
  let visitor: Visitor;
  let user: ApiUser;
  let login: OpenLogin;

  beforeAll(async () => {
    system = await startSystem({ MFAFLOW_LIMIT_LINKS_PER_MINUTE: '100000' });
    visitor = new Visitor(system);
  });
  afterAll(() => system.stop());
  beforeEach(async () => {
    await sendBackTo(undefined);
    user = await ApiUser.enrolled(system);
    login = await loginByLink(system, user);
  });

  const sendBackTo = (returnUrl: string | undefined): Promise<unknown> =>
    system.pool.query(`UPDATE tenants SET policy = jsonb_set(policy, '{delivery}', $1)`, [
      JSON.stringify(returnUrl === undefined ? {} : { returnUrl }),
    ]);
  const codeOf = ({ challengeId, salt, issue }: OpenLogin): string =>
    issuedCode(keyedHash(system.foundation.secrets.pepper), { id: challengeId, salt, issue });
  const change = (assignments: string): Promise<unknown> =>
    system.pool.query(`UPDATE challenges SET ${assignments} WHERE challenge_id = $1`, [login.challengeId]);
  const statusOfLogin = async (): Promise<string> =>
    (await system.call('GET', `/v1/authentications/${login.authenticationId}`)).body.status;

  it('shows its code only when the button is pressed, once, and approves nothing', async () => {
    const code = codeOf(login);
    const asking = await visitor.open(login.url);
    expect(wordsOf(asking.page)).toContain('Log in to acme');
    expect(asking.page).not.toContain(code);
    const form = formTokenIn(asking.page);
    const shown = await visitor.send(login.url, form);
    expect(wordsOf(shown.page)).toContain(`Your code ${code}`);
    const again = await visitor.send(login.url, form);
    expect([again.status, again.page.includes(code)]).toEqual([404, false]);
    expect(await statusOfLogin()).toBe('pending');
  });

  it('takes the browser back to the tenant with the code, and says beforehand where to', async () => {
    await sendBackTo('https://shop.example/mfa/done?lang=en&code=old');
    const asking = await visitor.open(login.url);
    expect(wordsOf(asking.page)).toContain('The button takes you to shop.example');
    expect(asking.headers.get('content-security-policy')).toContain(
      "form-action 'self' https://shop.example;",
    );
    const { status, page, headers } = await visitor.press(login.url);
    expect([status, page, headers.get('referrer-policy')]).toEqual([303, '', 'no-referrer']);
    const back = new URL(headers.get('location')!);
    expect(back.origin + back.pathname).toBe('https://shop.example/mfa/done');
    expect(Object.fromEntries(back.searchParams)).toEqual({
      lang: 'en',
      authentication: login.authenticationId,
      code: codeOf(login),
    });
  });

  it.each([
    ['a newer code was sent', 'issue = issue + 1'],
    ['the code was used', `status = 'used', salt = NULL`],
    ['the challenge was closed', `status = 'closed', salt = NULL`],
    ['the time of the code is over', `expires_at = current_instant()`],
  ])('is not valid any more when %s', async (_, assignments) => {
    const form = formTokenIn((await visitor.open(login.url)).page);
    await change(assignments);
    expect((await visitor.send(login.url, form)).status).toBe(404);
    expect((await visitor.open(login.url)).status).toBe(404);
  });

  it.each(['denied', 'expired', 'approved'])('is not valid any more when its login is %s', async (status) => {
    await system.pool.query('UPDATE authentications SET status = $1 WHERE authentication_id = $2', [
      status,
      login.authenticationId,
    ]);
    expect((await visitor.open(login.url)).status).toBe(404);
  });

  it('is not valid any more when its factor was frozen or removed', async () => {
    await system.pool.query('UPDATE factors SET frozen_at = current_instant() WHERE factor_id = $1', [
      user.factorId,
    ]);
    expect((await visitor.open(login.url)).status).toBe(404);
    await system.pool.query('UPDATE factors SET frozen_at = NULL WHERE factor_id = $1', [user.factorId]);
    expect((await visitor.open(login.url)).status).toBe(200);
    await system.pool.query('DELETE FROM factors WHERE factor_id = $1', [user.factorId]);
    expect((await visitor.open(login.url)).status).toBe(404);
  });

  it.each(['authentication', 'email'])('is refused by an epoch of the kind %s', async (subject) => {
    await system.call('POST', '/v1/epochs', { body: { scope: 'kind', subject, reason: 'stolen' } });
    expect((await visitor.open(login.url)).status).toBe(404);
  });

  it('shows its code to one of twenty who press at once', async () => {
    const form = formTokenIn((await visitor.open(login.url)).page);
    const pressed = await Promise.all(Array.from({ length: 20 }, () => visitor.send(login.url, form)));
    expect(pressed.filter(({ page }) => page.includes(codeOf(login)))).toHaveLength(1);
    expect(pressed.filter(({ status }) => status === 404)).toHaveLength(19);
  });

  it('leaves the code in no table', async () => {
    await visitor.press(login.url);
    for (const table of ['commands', 'audit', 'outbox', 'tickets', 'challenges', 'authentications']) {
      const { rows } = await system.pool.query(`SELECT to_jsonb(t) AS row FROM ${table} t`);
      expect(JSON.stringify(rows)).not.toMatch(new RegExp(`"${codeOf(login)}"`));
    }
  });

  it('is recorded when it is used', async () => {
    await visitor.press(login.url);
    const { body } = await system.call('GET', user.path('/timeline'));
    expect(body.entries[0]).toMatchObject({
      action: 'ticket.redeem',
      outcome: 'done',
      actor: 'ticket',
      detail: { purpose: 'login', authenticationId: login.authenticationId, ticketId: login.ticketId },
    });
  });
});
