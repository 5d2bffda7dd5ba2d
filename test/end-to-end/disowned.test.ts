import { linkIn } from '../handset';
import { expireAuthentications } from '../../src/persistence/expiry-repository';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { Reachable } from './reachable-person';

const MINUTE = 60_000;

describe('"this wasn’t me", and the end of what was sent', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  const challengesOf = async (id: string) =>
    (
      await system.running.pool.query<{ status: string; salt: string | null }>(
        'SELECT status, salt FROM challenges WHERE authentication_id = $1',
        [id],
      )
    ).rows;

  /** A login by e-mail that has begun, with the code and the link that came with it. */
  async function begun() {
    const mail = await new Reachable(system, await system.known(), 'email').confirmed();
    const { body } = await mail.person.authenticate({ primary: 'pwd' });
    const code = await mail.code();
    const message = mail.messages().find(({ text }) => text.includes(code));
    if (message === undefined) throw new Error('no message brought the code');
    return { mail, person: mail.person, id: body.id as string, code, link: linkIn(message) };
  }

  const urlOf = (link: string): string => system.running.apiUrl + new URL(link).pathname;
  const formOf = async (link: string): Promise<string> =>
    /name="form" value="([^"]+)"/.exec(await (await fetch(urlOf(link))).text())?.[1] ?? '';

  async function press(link: string, form?: string): Promise<Response> {
    return await fetch(urlOf(link), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: new URL(system.running.config.issuer).origin,
      },
      body: new URLSearchParams({ form: form ?? (await formOf(link)) }).toString(),
    });
  }

  it('denies the login that the mail with its code was for', async () => {
    const { person, id, code, link } = await begun();
    expect((await press(link)).status).toBe(200);
    const read = await system.call('GET', `/v1/authentications/${id}`);
    expect(read.body).toMatchObject({ status: 'denied', reason: 'disowned' });
    const late = await person.answer(id, code);
    expect([late.status, late.body.code]).toEqual([409, 'authentication_closed']);
    expect(await challengesOf(id)).toEqual([{ status: 'closed', salt: null }]);
  });

  it('revokes the session of a login that was approved by then', async () => {
    const { person, id, code, link } = await begun();
    const { body } = await person.answer(id, code);
    const introspect = () =>
      system.call('POST', '/v1/sessions/introspect', { body: { token: body.session.token } });
    expect((await introspect()).body.active).toBe(true);
    expect((await press(link)).status).toBe(200);
    expect((await introspect()).body.active).toBe(false);
  });

  it('does nothing by a form that was made up, or after its week', async () => {
    const { person, id, code, link } = await begun();
    expect((await press(link, 'made-up')).status).toBe(403);
    expect((await person.answer(id, code)).body.status).toBe('approved');
    const other = await begun();
    const form = await formOf(other.link);
    await system.clock.forward(8 * 24 * 60 * MINUTE);
    expect((await press(other.link, form)).status).toBe(404);
    expect((await system.records(other.person)).outbox).not.toContainEqual(
      expect.objectContaining({ type: 'user.disowned' }),
    );
  });

  it('closes what was sent when its login runs out, and lets an answer or the expiry win', async () => {
    const phone = await new Reachable(system, await system.known(), 'sms').confirmed();
    for (let round = 0; round < 3; round += 1) {
      const { body } = await phone.person.authenticate({ primary: 'pwd' });
      const id = body.id as string;
      const code = await phone.code();
      await system.clock.forward(10 * MINUTE + 1_000 * (round - 1));
      const [answered] = await Promise.all([
        phone.person.answer(id, code),
        expireAuthentications(system.running.pool, 100),
      ]);
      await expireAuthentications(system.running.pool, 100);
      const [challenge] = await challengesOf(id);
      expect(challenge?.salt).toBeNull();
      expect(challenge?.status).toBe(answered.body.status === 'approved' ? 'used' : 'closed');
      await system.clock.forward(11 * MINUTE);
    }
  });

  it('knows which message brought the code that was used', async () => {
    const phone = await new Reachable(system, await system.known(), 'sms').confirmed();
    const { body } = await phone.person.authenticate({ primary: 'pwd' });
    const unused = await phone.code();
    await system.clock.forward(31_000);
    await system.call('POST', `/v1/authentications/${body.id as string}/resend`);
    const code = await phone.code();
    expect(code).not.toBe(unused);
    expect((await phone.person.answer(body.id, code)).body.status).toBe('approved');
    const { rows } = await system.running.pool.query<{ converted: boolean; sent: boolean }>(
      `SELECT d.converted_at IS NOT NULL AS converted, bool_or(s.converted_at IS NOT NULL) AS sent
       FROM deliveries d JOIN challenges c USING (challenge_id) JOIN sends s USING (delivery_id)
       WHERE c.authentication_id = $1 GROUP BY d.delivery_id ORDER BY d.issue`,
      [body.id],
    );
    expect(rows).toEqual([
      { converted: false, sent: false },
      { converted: true, sent: true },
    ]);
  });
});
