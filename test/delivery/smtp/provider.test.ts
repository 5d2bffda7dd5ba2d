import type { OutboundMessage } from '../../../src/delivery/provider';
import { createSmtp } from '../../../src/delivery/smtp/provider';
import type { SmtpSettings } from '../../../src/delivery/smtp/settings';
import { newMessage } from '../provider-fixtures';
import { startMailbox, type ScriptedMailbox } from './scripted-mailbox';

let mailbox: ScriptedMailbox;
afterEach(async () => {
  await mailbox.stop();
});

function submit(message: OutboundMessage, more: Partial<SmtpSettings> = {}) {
  const provider = createSmtp({
    host: '127.0.0.1',
    port: mailbox.port,
    secure: false,
    requireTls: false,
    from: { name: 'Müller & Söhne', address: 'no-reply@bank.example' },
    ...more,
  });
  return provider.submit(message, AbortSignal.timeout(10_000));
}

it('sends text and HTML, from the sender, marked as written by a machine', async () => {
  mailbox = await startMailbox();
  const message = newMessage('email', {
    subject: 'Ihr Code für Müller ✓',
    text: 'Ihr Code ist 123456.\n.\nEin Punkt allein beendet nichts.',
    html: '<p>Ihr Code ist <b>123456</b>.</p>',
    locale: 'de-AT',
  });
  expect(await submit(message)).toEqual({ outcome: 'accepted' });
  const [mail] = mailbox.mails(message.to);
  expect(mail?.subject).toBe(message.subject);
  expect(mail?.text?.trim()).toBe(message.text);
  expect(mail?.html).toContain('<b>123456</b>');
  expect(mail?.from?.value).toEqual([{ name: 'Müller & Söhne', address: 'no-reply@bank.example' }]);
  expect(mail?.messageId).toBe(`<${message.idempotencyKey}@bank.example>`);
  expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
  expect(mail?.headers.get('content-language')).toBe('de-AT');
});

it('writes to the one recipient and nobody else', async () => {
  mailbox = await startMailbox();
  const message = newMessage('email', { to: "o'brien+mfa@example.com" });
  await submit(message);
  expect(mailbox.recipients()).toEqual(["o'brien+mfa@example.com"]);
});

it('reads no file and no URL that a text names', async () => {
  mailbox = await startMailbox();
  const message = newMessage('email', { text: '/etc/hostname', html: 'http://127.0.0.1:1/' });
  await submit(message);
  expect(mailbox.mails(message.to)[0]?.text?.trim()).toBe('/etc/hostname');
});

it('logs in where it is told to, and is told when the password is wrong', async () => {
  mailbox = await startMailbox({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, callback) => {
      if (username === 'mfa' && password === 'right') callback(null, { user: username });
      else callback(Object.assign(new Error('Wrong'), { responseCode: 535 }));
    },
  });
  expect(await submit(newMessage('email'), { auth: { user: 'mfa', pass: 'right' } })).toEqual({
    outcome: 'accepted',
  });
  const wrong = await submit(newMessage('email'), { auth: { user: 'mfa', pass: 'wrong' } });
  expect(wrong).toMatchObject({ outcome: 'rejected', scope: 'provider' });
  expect(JSON.stringify(wrong)).not.toContain('wrong');
});

it('hands nothing over without TLS where TLS is asked for', async () => {
  mailbox = await startMailbox();
  const message = newMessage('email');
  expect(await submit(message, { requireTls: true })).toMatchObject({
    outcome: 'rejected',
    scope: 'provider',
  });
  expect(mailbox.mails(message.to)).toEqual([]);
});

it('trusts no certificate that nobody vouches for', async () => {
  mailbox = await startMailbox({ disabledCommands: ['AUTH'] });
  const message = newMessage('email');
  expect(await submit(message, { requireTls: true })).toMatchObject({ outcome: 'failed' });
  expect(mailbox.mails(message.to)).toEqual([]);
});

it('does without TLS where it is switched off, whatever certificate is offered', async () => {
  mailbox = await startMailbox({ disabledCommands: ['AUTH'] });
  const message = newMessage('email');
  expect(await submit(message)).toEqual({ outcome: 'accepted' });
  expect(mailbox.recipients()).toEqual([message.to]);
});

describe('a reply that asks to come back later', () => {
  const wait = { outcome: 'slow-down', retryAfterMs: 60_000 };

  it.each([
    ['recipient', 450, '4.1.2 Domain not found', 'smtp_450_4.1.2'],
    ['recipient', 452, '4.2.2 Over quota', 'smtp_452_4.2.2'],
    ['data', 452, '4.3.1 No room for this one', 'smtp_452_4.3.1'],
  ] as const)('of one mail (%s, %d) is about this mail alone', async (at, reply, text, code) => {
    mailbox = await startMailbox();
    mailbox.setFault({ at, reply, text });
    expect(await submit(newMessage('email'))).toEqual({ ...wait, scope: 'address', code });
  });

  it.each([
    ['connect', 421, '4.3.2 Too busy', 'smtp_421_4.3.2'],
    ['sender', 450, '4.7.1 Too many of you', 'smtp_450_4.7.1'],
    ['sender', 452, '4.3.1 No room', 'smtp_452_4.3.1'],
    ['recipient', 421, '4.7.0 Too many connections', 'smtp_421_4.7.0'],
    ['data', 421, '4.3.2 Shutting down', 'smtp_421_4.3.2'],
  ] as const)('of the server (%s, %d) is about everything', async (at, reply, text, code) => {
    mailbox = await startMailbox();
    mailbox.setFault({ at, reply, text });
    expect(await submit(newMessage('email'))).toEqual({ ...wait, code });
  });
});

it('leaves no connection behind', async () => {
  mailbox = await startMailbox();
  await submit(newMessage('email'));
  await submit(newMessage('email'));
  expect(mailbox.contacts()).toBe(2);
  while (mailbox.open() > 0) await new Promise((resolve) => setTimeout(resolve, 10));
});
