import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { CallbackRequest, OutboundMessage, StatusReport } from '../../../src/delivery/provider';
import { callbackUrlOf } from '../../../src/delivery/twilio/callback';
import { createTwilio } from '../../../src/delivery/twilio/provider';
import type { TwilioSettings } from '../../../src/delivery/twilio/settings';
import { twilioSignature } from '../../../src/embedded/twilio-simulator/callback';
import { startTwilioSimulator, type TwilioSimulator } from '../../../src/embedded/twilio-simulator/simulator';
import { accountSid, authToken, newMessage } from '../provider-fixtures';

const apiKey = { sid: `SK${'a1'.repeat(16)}`, secret: 'secret-of-the-api-key' };
const callbackUrl = 'https://mfa.example/callbacks/twilio';

let simulator: TwilioSimulator;
beforeEach(async () => {
  simulator = await startTwilioSimulator({ accountSid, authToken, apiKey, reports: 'none' });
});
afterEach(async () => {
  await simulator.stop();
});

function twilio(more: Partial<TwilioSettings> = {}) {
  return createTwilio({
    accountSid,
    authToken,
    username: accountSid,
    password: authToken,
    messageSender: { from: '+15005550006' },
    voiceFrom: '+15005550006',
    url: simulator.url,
    ...more,
  });
}

const submit = (message: OutboundMessage, provider = twilio()) =>
  provider.submit(message, AbortSignal.timeout(10_000));

/** What Twilio would post of the last message. */
function callbackOf(status: string, errorCode?: number): CallbackRequest {
  const sid = simulator.sent().at(-1)?.sid ?? '';
  const callback = simulator.callback(sid, status, errorCode);
  if (callback === undefined) throw new Error('No callback was asked for.');
  return { ...callback, body: Buffer.from(callback.body) };
}

describe('handing over', () => {
  it('sends a text from the number, and asks for reports at the configured place', async () => {
    const message = newMessage('sms', { callbackUrl });
    expect(await submit(message)).toEqual({ outcome: 'accepted', ref: simulator.sent()[0]?.sid });
    expect(simulator.sent()[0]).toMatchObject({
      to: message.to,
      from: '+15005550006',
      text: message.text,
      statusCallback: `${callbackUrl}?key=${message.idempotencyKey}`,
    });
  });

  it('asks for no reports where nothing can reach us', async () => {
    await submit(newMessage('sms'));
    expect(simulator.sent()[0]?.statusCallback).toBeUndefined();
  });

  it('goes through a messaging service where one is configured', async () => {
    const messagingServiceSid = `MG${'b2'.repeat(16)}`;
    await submit(newMessage('sms'), twilio({ messageSender: { messagingServiceSid } }));
    expect(simulator.sent()[0]).toMatchObject({ messagingServiceSid, from: undefined });
  });

  it('calls with an API key where one is configured, and still checks reports by the auth token', async () => {
    const provider = twilio({ username: apiKey.sid, password: apiKey.secret });
    expect(await submit(newMessage('sms', { callbackUrl }), provider)).toMatchObject({ outcome: 'accepted' });
    expect(provider.readCallback?.(callbackOf('delivered'))).toMatchObject([{ status: 'delivered' }]);
  });

  it('is refused with a wrong password, and does not try it again', async () => {
    const wrong = await submit(newMessage('sms'), twilio({ password: 'wrong' }));
    expect(wrong).toEqual({ outcome: 'rejected', scope: 'provider', code: '20003' });
  });

  it('says a code digit by digit, in the language of the user', async () => {
    await submit(newMessage('voice', { text: 'Ihr Code ist 824613.', locale: 'de' }));
    expect(simulator.sent()[0]?.text).toBe('Ihr Code ist 8, 2, 4, 6, 1, 3.');
  });

  it('lets no words of a tenant become instructions of a call', async () => {
    const text = 'Smith & Sons</Say><Dial>911</Dial><Say>"hello"';
    expect(await submit(newMessage('voice', { text }))).toMatchObject({ outcome: 'accepted' });
    expect(simulator.sent()[0]?.text).toContain(text);
  });

  it.each([
    ['sms', '+15005550001', 'address', '21211'],
    ['sms', '+15005550002', 'provider', '21612'],
    ['sms', '+15005550003', 'provider', '21408'],
    ['sms', '+15005550004', 'address', '21610'],
    ['sms', '+15005550009', 'address', '21614'],
    ['voice', '+15005550001', 'address', '21217'],
    ['voice', '+15005550002', 'address', '21214'],
    ['voice', '+15005550003', 'provider', '21215'],
    ['voice', '+15005550004', 'provider', '21216'],
  ] as const)("knows Twilio's own test number for %s, %s", async (channel, to, scope, code) => {
    expect(await submit(newMessage(channel, { to }))).toEqual({ outcome: 'rejected', scope, code });
  });

  it('never asks a second time by itself', async () => {
    simulator.setFaults([{ kind: 'error', status: 429, code: '20429', times: 5 }]);
    expect(await submit(newMessage('sms'))).toMatchObject({ outcome: 'slow-down' });
    expect(simulator.submissions()).toBe(1);
  });

  it('tells each of a hundred at once what became of its own', async () => {
    const provider = twilio();
    const messages = Array.from({ length: 100 }, (_, index) =>
      newMessage('sms', index % 2 === 0 ? {} : { to: '+15005550001' }),
    );
    const outcomes = await Promise.all(messages.map((message) => submit(message, provider)));
    const refs = outcomes.flatMap((outcome) => (outcome.outcome === 'accepted' ? [outcome.ref] : []));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(
      messages.map(({ to }) => (to === '+15005550001' ? 'rejected' : 'accepted')),
    );
    expect(new Set(refs).size).toBe(50);
    for (const { sid, to } of simulator.sent()) {
      const index = outcomes.findIndex((outcome) => outcome.outcome === 'accepted' && outcome.ref === sid);
      expect(messages[index]?.to).toBe(to);
    }
  });

  it('keeps two submissions apart that run side by side', async () => {
    simulator.setFaults([
      { kind: 'accepted-then-timed-out', channel: 'voice', times: 1 },
      { kind: 'error', status: 429, retryAfter: 9, channel: 'sms', times: 1 },
    ]);
    const provider = twilio();
    const leaving = new AbortController();
    const call = provider.submit(newMessage('voice'), leaving.signal);
    expect(await submit(newMessage('sms'), provider)).toMatchObject({ retryAfterMs: 9_000 });
    expect(await submit(newMessage('sms'), provider)).toMatchObject({ outcome: 'accepted' });
    leaving.abort();
    expect((await call).outcome).not.toBe('accepted');
  });
});

describe('where Twilio is not what it should be', () => {
  let server: Server;
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
  });
  /** @returns host and port of something that does this with each connection. */
  async function listening(meet: (socket: Socket) => void): Promise<string> {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      meet(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }

  it('knows that nothing left when TLS never came about', async () => {
    const place = await listening((socket) => {
      socket.once('data', () => socket.destroy());
    });
    const outcome = await submit(newMessage('sms'), twilio({ url: `https://${place}` }));
    expect(outcome).toMatchObject({ outcome: 'failed' });
  });

  it('does not read an answer without end', async () => {
    const place = await listening((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n');
        socket.write('x'.repeat(4_000_000));
      });
    });
    const outcome = await submit(newMessage('sms'), twilio({ url: `http://${place}` }));
    expect(outcome).toMatchObject({ outcome: 'uncertain' });
  });

  it('takes a page that is no answer of Twilio for what its status says', async () => {
    const page = '<html>Bad gateway</html>';
    const place = await listening((socket) => {
      socket.once('data', () => {
        socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${String(page.length)}\r\n\r\n${page}`);
      });
    });
    const outcome = await submit(newMessage('sms'), twilio({ url: `http://${place}` }));
    expect(outcome).toEqual({ outcome: 'rejected', scope: 'provider', code: 'http_403' });
  });
});

it('names the real Twilio no place on this machine to report to', () => {
  const [here, there] = ['http://127.0.0.1:3000/callbacks/twilio', 'https://mfa.example/callbacks/twilio'];
  expect(callbackUrlOf(here, 'snd_1', 'https://api.twilio.com')).toBeUndefined();
  expect(callbackUrlOf(there, 'snd_1', 'https://api.twilio.com')).toBe(`${there}?key=snd_1`);
  expect(callbackUrlOf(here, 'snd_1', 'http://127.0.0.1:4000')).toBe(`${here}?key=snd_1`);
});

describe('what is reported', () => {
  const provider = () => twilio();

  it.each([
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'delivered'],
    ['canceled', 'undelivered'],
  ])('of a text: %s', async (word, status) => {
    await submit(newMessage('sms', { callbackUrl }));
    expect(provider().readCallback?.(callbackOf(word))).toMatchObject([{ status }]);
  });

  it.each([
    ['in-progress', { status: 'sent' }],
    ['completed', { status: 'delivered' }],
    ['busy', { status: 'undelivered', code: 'busy', scope: 'address' }],
    ['no-answer', { status: 'undelivered', code: 'no_answer', scope: 'address' }],
    ['failed', { status: 'undelivered', code: 'failed' }],
    ['canceled', { status: 'undelivered', code: 'canceled' }],
  ])('of a call: %s', async (word, report) => {
    await submit(newMessage('voice', { callbackUrl }));
    expect(provider().readCallback?.(callbackOf(word))).toMatchObject([report]);
  });

  it("keeps Twilio's code of what could not be delivered", async () => {
    await submit(newMessage('sms', { callbackUrl }));
    expect(provider().readCallback?.(callbackOf('undelivered', 30005))).toMatchObject([
      { status: 'undelivered', code: '30005' },
    ]);
  });

  it.each([
    ['undelivered', 30003, { scope: 'address' }],
    ['undelivered', 30005, { scope: 'address' }],
    ['undelivered', 30006, { scope: 'address' }],
    // The person told this sender to stop, or the number takes no texts: nobody else is asked to.
    ['failed', 21610, { scope: 'address', refused: true }],
    ['undelivered', 21614, { scope: 'address', refused: true }],
    ['undelivered', 30007, {}],
    ['undelivered', 30008, {}],
    ['failed', undefined, {}],
  ])('tells whether %s with %p is about the person or about Twilio', async (word, errorCode, about) => {
    await submit(newMessage('sms', { callbackUrl }));
    const report = provider().readCallback?.(callbackOf(word, errorCode));
    const { ref, idempotencyKey } = (report as StatusReport[])[0] ?? {};
    const code = errorCode === undefined ? word : String(errorCode);
    expect(report).toEqual([{ ref, idempotencyKey, status: 'undelivered', code, ...about }]);
  });

  it('of a call that failed says nothing about the person', async () => {
    await submit(newMessage('voice', { callbackUrl }));
    expect(provider().readCallback?.(callbackOf('failed'))).not.toMatchObject([{ scope: 'address' }]);
  });

  it.each(['accepted', 'scheduled', 'queued', 'sending', 'ringing', 'toString', ''])(
    'tells nothing new by %p',
    async (word) => {
      await submit(newMessage('sms', { callbackUrl }));
      expect(provider().readCallback?.(callbackOf(word))).toEqual([]);
    },
  );

  it('clears up a text whose answer never came, by its key', async () => {
    simulator.setFaults([{ kind: 'accepted-then-timed-out', times: 1 }]);
    const leaving = new AbortController();
    const message = newMessage('sms', { callbackUrl });
    const submission = twilio().submit(message, leaving.signal);
    while (simulator.sent().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    leaving.abort();
    expect(await submission).toEqual({ outcome: 'uncertain', code: 'timed_out' });
    expect(provider().readCallback?.(callbackOf('delivered'))).toEqual([
      { ref: simulator.sent()[0]?.sid, idempotencyKey: message.idempotencyKey, status: 'delivered' },
    ]);
  });

  it('is not believed with the key of another message', async () => {
    await submit(newMessage('sms', { callbackUrl }));
    const genuine = callbackOf('delivered');
    const swapped = { ...genuine, url: `${callbackUrl}?key=snd_of_somebody_else` };
    expect(provider().readCallback?.(swapped)).toBe('forged');
  });

  it('is not believed of another account, whoever signed it', () => {
    const url = callbackUrl;
    const parameters = {
      AccountSid: `AC${'99'.repeat(16)}`,
      MessageSid: `SM${'1'.repeat(32)}`,
      MessageStatus: 'delivered',
    };
    const request = {
      url,
      headers: { 'x-twilio-signature': twilioSignature(authToken, url, parameters) },
      body: Buffer.from(new URLSearchParams(parameters).toString()),
    };
    expect(provider().readCallback?.(request)).toBe('forged');
  });

  it('agrees with the signature that Twilio documents', () => {
    // https://www.twilio.com/docs/usage/security#validating-requests
    const parameters = {
      Digits: '1234',
      To: '+18005551212',
      From: '+14158675310',
      Caller: '+14158675310',
      CallSid: 'CA1234567890ABCDE',
    };
    const signature = twilioSignature('12345', 'https://example.com/myapp.php?foo=1&bar=2', parameters);
    expect(signature).toBe('L/OH5YylLD5NRKLltdqwSvS0BnU=');
  });

  it('is not believed when it is no URL that it came to', async () => {
    await submit(newMessage('sms', { callbackUrl }));
    expect(provider().readCallback?.({ ...callbackOf('delivered'), url: '/callbacks/twilio' })).toBe(
      'forged',
    );
  });
});
