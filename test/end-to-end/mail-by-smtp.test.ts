import { setTimeout as sleep } from 'node:timers/promises';
import { startMailbox, type ScriptedMailbox } from '../delivery/smtp/scripted-mailbox';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { stepUp, type Person } from './person';

let system: EndToEndSystem;
let mailbox: ScriptedMailbox;

beforeAll(async () => {
  mailbox = await startMailbox();
  system = await startEndToEnd({
    MFAFLOW_SMTP_URL: `smtp://127.0.0.1:${String(mailbox.port)}`,
    MFAFLOW_SMTP_FROM: 'Example Bank <no-reply@bank.example>',
  });
});
afterAll(async () => {
  await system.stop();
  await mailbox.stop();
});

const enrolment = (person: Person, address: string) =>
  person.call('POST', '/factors', { kind: 'email', config: { address } }, stepUp(person.assertion));

/** The code of the newest mail to an address that holds one, once there are so many. */
async function codeIn(address: string, mails = 1): Promise<string> {
  for (;;) {
    const codes = mailbox.mails(address).flatMap(({ text = '' }) => /\b\d{6}\b/.exec(text)?.[0] ?? []);
    if (codes.length >= mails) return codes.at(-1) ?? '';
    await sleep(20);
  }
}

it('an address is confirmed and logs in by what comes to the mailbox', async () => {
  const person = await system.enrolled();
  const address = 'alice@example.com';
  const enrolled = await enrolment(person, address);
  expect(enrolled.status).toBe(201);
  const confirmed = await person.confirm(enrolled.body.id, await codeIn(address));
  expect(confirmed.body).toMatchObject({ status: 'active' });

  const authenticationId = await person.begin({ primary: 'pwd' });
  const chosen = await system.call('POST', `/v1/authentications/${authenticationId}/challenge`, {
    body: { factorId: enrolled.body.id },
  });
  expect(chosen.body).toMatchObject({ status: 'pending', challenge: { kind: 'email' } });
  const code = await codeIn(address, 2);
  expect((await person.answer(authenticationId, code)).body).toMatchObject({ status: 'approved' });

  const mail = mailbox.mails(address).find(({ text = '' }) => text.includes(code));
  expect(mail?.from?.value[0]).toEqual({ name: 'Example Bank', address: 'no-reply@bank.example' });
  expect(mail?.subject).toBeTruthy();
  expect(mail?.html).toContain(code);
});

it('tells the user of an address that takes no mail, and asks for it no second time', async () => {
  const person = await system.enrolled();
  const contacts = mailbox.contacts();
  mailbox.setFault({ at: 'recipient', reply: 550, text: '5.1.1 No such user' });
  const { body } = await enrolment(person, 'nobody@example.com');
  for (;;) {
    const { body: factor } = await system.call('GET', `/v1/users/${person.id}/factors/${String(body.id)}`);
    if (factor.challenge?.delivery === 'failed') break;
    await sleep(50);
  }
  expect(mailbox.contacts()).toBe(contacts + 1);
  expect(mailbox.mails('nobody@example.com')).toEqual([]);
});

it.each([
  'a@example.com\r\nBcc: mallory@example.com',
  'a@example.com\nmallory@example.com',
  'a(comment)@example.com',
  'a@example.com,mallory@example.com',
  '"a b"@example.com',
  '<a@example.com>',
  `${'a'.repeat(250)}@example.com`,
  'a@@example.com',
])('refuses %p before a mail server hears of it', async (address) => {
  const person = await system.enrolled();
  const contacts = mailbox.contacts();
  const { status, body } = await enrolment(person, address);
  expect([status, body.code]).toEqual([400, 'invalid_request']);
  expect(JSON.stringify(body)).not.toContain('mallory');
  expect(mailbox.contacts()).toBe(contacts);
});

it('refuses factors of a channel that nobody serves', async () => {
  const served = await startEndToEnd({ MFAFLOW_INBOX_URL: '', MFAFLOW_INBOX_KEY: '' });
  try {
    const person = await served.enrolled();
    const { status, body } = await enrolment(person, 'alice@example.com');
    expect([status, body.code]).toEqual([409, 'conflict']);
  } finally {
    await served.stop();
  }
});
