import { request as httpRequest } from 'node:http';
import { createInbox } from '../../../src/delivery/inbox/provider';
import { channels, type OutboundMessage } from '../../../src/delivery/provider';
import { startInbox, type Inbox } from '../../../src/embedded/inbox/inbox-server';
import type { ProviderFault } from '../../../src/embedded/inbox/provider-faults';
import { codeIn, linkIn, messagesFor, newestFor } from '../../handset';

const key = 'the key of the inbox';
let inbox: Inbox;

beforeAll(async () => {
  inbox = await startInbox({ host: '127.0.0.1', port: 0, key });
});
afterAll(() => inbox.stop());
afterEach(() => {
  inbox.clear();
  inbox.setFaults([]);
});

let count = 0;
const message = (of: Partial<OutboundMessage> = {}): OutboundMessage => ({
  channel: 'sms',
  to: '+41791234567',
  text: '123456 is your code.',
  locale: 'en',
  idempotencyKey: `key-${(count += 1)}`,
  ...of,
});
const submit = (of?: Partial<OutboundMessage>, limitMs = 5_000) =>
  createInbox({ url: inbox.url, key }, channels).submit(message(of), AbortSignal.timeout(limitMs));

interface Raw {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

/** With headers that `fetch` would set by itself. */
function raw(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body?: string,
): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(inbox.url + path, { method, headers }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const authorized = { authorization: `Bearer ${key}` };
const post = (body: string) => raw('/messages', authorized, 'POST', body);

describe('the inbox', () => {
  it('takes what a provider would take, and shows the newest first', async () => {
    await submit({ text: 'first' });
    await submit({
      channel: 'email',
      to: 'alice@example.com',
      subject: 'Code',
      text: 'second',
      html: '<p>second</p>',
    });
    expect(inbox.messages().map(({ text }) => text)).toEqual(['second', 'first']);
    expect(messagesFor(inbox, 'alice@example.com')).toMatchObject([{ channel: 'email', subject: 'Code' }]);
  });

  it('shows one message for one key, also after the page was cleared', async () => {
    const twice = { idempotencyKey: 'the same' };
    const first = await submit(twice);
    expect(await submit(twice)).toEqual(first);
    expect(inbox.messages()).toHaveLength(1);
    inbox.clear();
    expect(await submit(twice)).toEqual(first);
    expect(inbox.messages()).toHaveLength(0);
  });

  it('keeps the newest 500', async () => {
    for (let sent = 0; sent < 505; sent += 1) await post(JSON.stringify(message({ text: `number ${sent}` })));
    expect(inbox.messages()).toHaveLength(500);
    expect(inbox.messages().at(-1)?.text).toBe('number 5');
  });

  it.each([
    ['', 400],
    ['{', 400],
    ['null', 400],
    ['[]', 400],
    [JSON.stringify({ ...message(), channel: 'fax' }), 400],
    [JSON.stringify({ ...message(), to: '' }), 400],
    [JSON.stringify({ ...message(), html: 1 }), 400],
    [JSON.stringify({ ...message(), text: 'x'.repeat(70_000) }), 400],
  ])('refuses the body %.60j', async (body, status) => {
    expect((await post(body)).status).toBe(status);
    expect(inbox.messages()).toEqual([]);
  });

  it.each([
    ['POST', '/messages'],
    ['DELETE', '/messages'],
    ['GET', '/messages.json'],
    ['GET', '/faults'],
    ['PUT', '/faults'],
  ])('asks for its key before %s %s', async (method, path) => {
    await submit();
    for (const authorization of ['', 'Bearer ', `Bearer ${key}x`, key]) {
      expect((await raw(path, { authorization }, method)).status).toBe(401);
    }
    expect(inbox.messages()).toHaveLength(1);
  });

  it('reads out what one address got to a script with the key', async () => {
    await submit();
    await submit({ to: '+41790000000', text: 'other' });
    const { body, headers } = await raw('/messages.json?to=%2B41790000000', authorized);
    expect(JSON.parse(body)).toMatchObject({ messages: [{ to: '+41790000000', text: 'other' }] });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('answers only by an address of this machine, so that no name of somebody else can be rebound to it', async () => {
    await submit();
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', '0.0.0.0']) {
      for (const path of ['/', '/state', '/messages.json']) {
        const { status, body } = await raw(path, { host, ...authorized });
        expect([host, status >= 400, body.includes('123456')]).toEqual([host, true, false]);
      }
    }
    for (const host of ['127.0.0.1:3003', 'localhost:3003', '[::1]:3003']) {
      expect((await raw('/', { host })).status).toBe(200);
    }
  });

  it('is read by no page of another site, which may only link to it', async () => {
    const from = (site: string, mode: string, dest: string) => ({
      'sec-fetch-site': site,
      'sec-fetch-mode': mode,
      'sec-fetch-dest': dest,
    });
    for (const site of ['cross-site', 'same-site']) {
      expect((await raw('/', from(site, 'no-cors', 'image'))).status).toBe(403);
      expect((await raw('/state', from(site, 'cors', 'empty'))).status).toBe(403);
      expect((await raw('/', from(site, 'navigate', 'iframe'))).status).toBe(403);
      expect((await raw('/', from(site, 'navigate', 'document'))).status).toBe(200);
    }
    const { headers } = await raw('/');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
  });
});

describe('the page of the inbox', () => {
  it('writes what came as text, whatever it holds', async () => {
    const hostile = '<script>alert(1)</script><img src=x onerror=alert(2)>"\'&';
    await submit({ channel: 'email', to: 'alice@example.com', subject: hostile, text: hostile });
    await submit({ text: hostile });
    const { body } = await raw('/');
    expect(body).not.toContain('alert(1)</script>');
    expect(body).not.toContain('<img');
    expect(body).toContain('&#60;script&#62;alert(1)');
  });

  it('is there whatever an address holds', async () => {
    await post(JSON.stringify({ ...message(), to: '\ud800"><b>' }));
    await submit();
    const { status, body } = await raw('/');
    expect([status, body.includes('"><b>')]).toEqual([200, false]);
    for (const to of ['%', '%00', '%ED%A0%80', '"><script>']) {
      const answer = await raw(`/?to=${to}`);
      expect([to, answer.status, answer.body.includes('"><script>')]).toEqual([to, 200, false]);
    }
  });

  it('keeps the HTML of a mail in a frame without script, form or origin', async () => {
    const html = '<p>Hello</p><script>top.location = "http://evil.example"</script>" onload="x';
    await submit({ channel: 'email', to: 'alice@example.com', subject: 'Hi', text: 'Hello', html });
    const { body, headers } = await raw('/');
    const frames = body.match(/<iframe [^>]*>/g) ?? [];
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatch(/sandbox="allow-popups allow-popups-to-escape-sandbox"/);
    expect(frames[0]).not.toContain('<script>');
    expect(frames[0]?.match(/ onload="/g)).toBeNull();
    expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'sha256-[^']+';/);
  });

  it('makes links of links and of nothing else', async () => {
    await submit({ text: 'Open http://127.0.0.1:3000/t/abc or javascript:alert(1)' });
    const { body } = await raw('/');
    expect(body).toContain('<a href="http://127.0.0.1:3000/t/abc"');
    expect(body).not.toContain('href="javascript:');
  });

  it('shows one handset alone, and says when nothing came', async () => {
    expect((await raw('/')).body).toContain('Nothing has arrived yet.');
    await submit({ text: 'for one' });
    await submit({ to: '+41790000000', text: 'for the other' });
    const { body } = await raw('/?to=%2B41790000000');
    expect(body).toContain('for the other');
    expect(body).not.toContain('for one');
  });

  it('changes its state with what arrives, so that the page loads again', async () => {
    const before = (await raw('/state')).body;
    await submit();
    const after = (await raw('/state')).body;
    expect(after).not.toBe(before);
    expect((await raw('/')).body).toContain((JSON.parse(after) as { state: string }).state);
  });
});

describe('a scripted fault', () => {
  it.each<[ProviderFault, object, number]>([
    [{ kind: 'error', times: 1, status: 500 }, { outcome: 'failed', code: 'http_500' }, 0],
    [
      { kind: 'error', times: 1, status: 429, retryAfter: 7 },
      { outcome: 'slow-down', retryAfterMs: 7_000 },
      0,
    ],
    [
      { kind: 'error', times: 1, status: 400, scope: 'address', code: 'unknown_number' },
      { outcome: 'rejected', scope: 'address', code: 'unknown_number' },
      0,
    ],
    [{ kind: 'error', times: 1, status: 403 }, { outcome: 'rejected', scope: 'provider' }, 0],
    [{ kind: 'time-out', times: 1 }, { outcome: 'uncertain' }, 0],
    [{ kind: 'reset', times: 1 }, { outcome: 'uncertain' }, 0],
    [{ kind: 'accepted-then-timed-out', times: 1 }, { outcome: 'uncertain' }, 1],
    [{ kind: 'delay', times: 1, ms: 10 }, { outcome: 'accepted' }, 1],
  ])('%j is met by the provider as %j, and %d messages arrive', async (fault, outcome, arrived) => {
    inbox.setFaults([fault]);
    const isSilent = fault.kind === 'time-out' || fault.kind === 'accepted-then-timed-out';
    expect(await submit({}, isSilent ? 1_000 : 10_000)).toMatchObject(outcome);
    expect(inbox.messages()).toHaveLength(arrived);
    expect(await submit()).toMatchObject({ outcome: 'accepted' });
  });

  it('comes as often as it was told, in order, for the channel that it was told', async () => {
    inbox.setFaults([
      { kind: 'error', times: 2, status: 500, channel: 'sms' },
      { kind: 'error', times: 1, status: 403 },
    ]);
    const outcomes: string[] = [];
    for (const channel of ['sms', 'voice', 'sms', 'sms'] as const)
      outcomes.push((await submit({ channel })).outcome);
    expect(outcomes).toEqual(['failed', 'rejected', 'failed', 'accepted']);
  });

  it('leaves one message when the sender asks again with its key after silence', async () => {
    inbox.setFaults([{ kind: 'accepted-then-timed-out', times: 1 }]);
    const same = { idempotencyKey: 'asked again' };
    expect(await submit(same, 1_000)).toMatchObject({ outcome: 'uncertain' });
    expect(await submit(same)).toMatchObject({ outcome: 'accepted' });
    expect(inbox.messages()).toHaveLength(1);
  });
});

describe('the handset', () => {
  it('waits for what comes after what it has seen', async () => {
    await submit({ text: '111111 is your code.' });
    const first = await newestFor(inbox, '+41791234567');
    const next = newestFor(inbox, '+41791234567', first);
    await submit({ text: '222222 is your code.' });
    expect(codeIn(await next)).toBe('222222');
  });

  it.each([
    ['Your code is 123456.', '123456'],
    ['Code: 123 456? No: 654321\n@app.example #654321', '654321'],
    ['Your code is 1. 2. 3. 4. 5. 6. Again: 1, 2, 3, 4, 5, 6.', '123456'],
    ['Your code is 1 2 3 4 5 6', '123456'],
  ])('reads %j', (text, code) => {
    expect(codeIn({ ...message(), text, sequence: 1, at: '' })).toBe(code);
  });

  it('finds the link, and says when there is none', () => {
    const of = (text: string) => ({ ...message(), text, sequence: 1, at: '' });
    expect(linkIn(of('Open\nhttp://127.0.0.1:3000/t/abc.def\nnow'))).toBe('http://127.0.0.1:3000/t/abc.def');
    expect(() => linkIn(of('nothing'))).toThrow('no link');
    expect(() => codeIn(of('nothing'))).toThrow('no code');
  });
});
