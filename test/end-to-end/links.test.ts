import { Visitor, wordsOf } from '../api/link-page/visitor';
import { codeIn, linkIn, newestFor } from '../handset';
import type { Called } from '../running-system';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import type { Person } from './person';

describe('links that travel by mail', () => {
  let system: EndToEndSystem;
  let visitor: Visitor;
  const mailbox = (address: string, after?: Parameters<typeof newestFor>[2]) =>
    newestFor(system.running.inbox, address, after);

  beforeAll(async () => {
    system = await startEndToEnd({ MFAFLOW_LIMIT_LINKS_PER_MINUTE: '100000' });
    visitor = new Visitor(system.running);
  });
  afterAll(() => system.stop());

  /** Somebody who logs in by a link in a mail. */
  async function reader(): Promise<{ person: Person; address: string }> {
    const person = await system.known();
    const address = `${person.id}@example.com`;
    const begun = await person.call('POST', '/factors', {
      kind: 'email',
      config: { address, variant: 'link' },
    });
    const confirmation = await mailbox(address);
    await person.confirm(begun.body.id, codeIn(confirmation));
    // The notice of the new factor; what comes after it is of a login.
    await mailbox(address, confirmation);
    return { person, address };
  }
  const numberOf = (page: string): string => /\b(\d{6})\b/.exec(wordsOf(page))?.[1] ?? '';
  const stateOf = (id: string): Promise<Called> => system.call('GET', `/v1/authentications/${id}`);

  it('log in whoever began it, by the code that the page shows once', async () => {
    const { person, address } = await reader();
    const notice = await mailbox(address);
    const id = await person.begin({});
    const mail = await mailbox(address, notice);
    expect(mail.text).not.toMatch(/\b\d{6}\b/);
    const link = linkIn(mail);
    await visitor.open(link);
    expect((await stateOf(id)).body.status).toBe('pending');
    const shown = await visitor.press(link);
    expect((await stateOf(id)).body.status).toBe('pending');
    const code = numberOf(shown.page);
    const approved = await person.answer(id, code);
    expect(approved.body).toMatchObject({ status: 'approved' });
    expect((await visitor.open(link)).status).toBe(404);
    expect((await person.answer(await person.begin({}), code)).body.reason).toBe('wrong_code');
  });

  it('are replaced by a resend: the older link shows nothing, the newer one its code', async () => {
    const { person, address } = await reader();
    const notice = await mailbox(address);
    const id = await person.begin({});
    const first = await mailbox(address, notice);
    await system.clock.forward(31_000);
    const again = await system.call('POST', `/v1/authentications/${id}/resend`, { body: {} });
    expect(again.status).toBe(200);
    const second = await mailbox(address, first);
    expect((await visitor.open(linkIn(first))).status).toBe(404);
    const { page } = await visitor.press(linkIn(second));
    expect((await person.answer(id, numberOf(page))).body.status).toBe('approved');
  });

  it('of one person are nothing for the login of another', async () => {
    const [one, two] = [await reader(), await reader()];
    const notice = await mailbox(one.address);
    await one.person.begin({});
    const { page } = await visitor.press(linkIn(await mailbox(one.address, notice)));
    const other = await two.person.begin({});
    expect((await two.person.answer(other, numberOf(page))).body).toMatchObject({ reason: 'wrong_code' });
  });

  it('are over one second after the end of their login', async () => {
    const { person, address } = await reader();
    const notice = await mailbox(address);
    await person.begin({});
    const link = linkIn(await mailbox(address, notice));
    expect((await visitor.open(link)).status).toBe(200);
    await system.clock.forward(601_000);
    expect((await visitor.open(link)).status).toBe(404);
  });

  it('confirm the address that they were sent to', async () => {
    const person = await system.known();
    const address = `${person.id}@example.com`;
    const contact = await person.call('POST', '/contacts', { kind: 'email', address });
    const { status, body } = await person.call('POST', '/tickets', {
      purpose: 'confirm-address',
      contactId: contact.body.id,
      send: true,
    });
    expect(status).toBe(201);
    const link = linkIn(await mailbox(address));
    expect(link).toBe(body.url);
    await visitor.open(link);
    expect((await person.call('GET', '/contacts')).body.contacts[0].verified).toBe(false);
    await visitor.press(link);
    expect((await person.call('GET', '/contacts')).body.contacts[0].verified).toBe(true);
  });

  it('let a person say of a new factor that it was not theirs, from any address they have', async () => {
    const person = await system.known();
    const address = `${person.id}@example.com`;
    await person.call('POST', '/contacts', { kind: 'email', address });
    person.phone = await person.enrolPhone();
    const link = linkIn(await mailbox(address));
    expect(wordsOf((await visitor.open(link)).page)).toContain('a sign-in method was added');
    await visitor.press(link);
    expect((await person.login()).body.status).not.toBe('approved');
  });

  it('leave no token in any history', async () => {
    const { person, address } = await reader();
    const notice = await mailbox(address);
    const id = await person.begin({});
    const token = linkIn(await mailbox(address, notice)).split('/t/')[1]!;
    await visitor.press(linkIn(await mailbox(address, notice)));
    const { rows } = await system.running.pool.query<{ user_id: string }>(
      'SELECT user_id FROM users WHERE external_id = $1',
      [person.id],
    );
    const { tenantId, testUrl, testKey } = system.running;
    const workflowId = encodeURIComponent(`${tenantId}/${rows[0]!.user_id}/life`);
    const exported = await fetch(`${testUrl}/test/histories/${workflowId}`, {
      headers: { authorization: `Bearer ${testKey}` },
    });
    const history = await exported.text();
    expect(exported.status).toBe(200);
    expect(history).toContain(id);
    expect(history).not.toContain(token);
    expect(history).not.toContain(token.split('.')[1]);
    expect(history).not.toContain(address);
  });
});
