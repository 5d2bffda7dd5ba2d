import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient';
import { startTwilioSimulator, type TwilioSimulator } from '../../../src/embedded/twilio-simulator/simulator';

const accountSid = `AC${'0f'.repeat(16)}`;
const authToken = 'the-auth-token-of-the-account';

let simulator: TwilioSimulator;
afterEach(async () => {
  await simulator.stop();
});
const start = async (reports: 'delivered' | 'none' = 'none') => {
  simulator = await startTwilioSimulator({ accountSid, authToken, reports });
};

/** A request as the examples of Twilio's documentation make it with curl. */
async function curl(
  path: string,
  form?: Record<string, string>,
  credentials = `${accountSid}:${authToken}`,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${simulator.url}/2010-04-01/Accounts/${path}`, {
    method: form === undefined ? 'GET' : 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** The unmodified client, placed here. */
function client() {
  class Placed extends twilio.RequestClient {
    override request<T>(options: RequestClient.RequestOptions<T>) {
      return super.request<T>({
        ...options,
        uri: options.uri.replace('https://api.twilio.com', simulator.url),
      });
    }
  }
  return twilio(accountSid, authToken, { httpClient: new Placed() });
}

const text = { To: '+15558675310', From: '+15017122661', Body: 'Hi there' };

describe('as https://www.twilio.com/docs/messaging/api/message-resource says', () => {
  it('a text is created, with every property of the resource', async () => {
    await start();
    const { status, body } = await curl(`${accountSid}/Messages.json`, text);
    expect(status).toBe(201);
    expect(body).toEqual({
      account_sid: accountSid,
      api_version: '2010-04-01',
      body: 'Hi there',
      date_created: expect.stringMatching(/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} /),
      date_sent: null,
      date_updated: expect.any(String),
      direction: 'outbound-api',
      error_code: null,
      error_message: null,
      from: '+15017122661',
      messaging_service_sid: null,
      num_media: '0',
      num_segments: '1',
      price: null,
      price_unit: 'USD',
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      status: 'queued',
      subresource_uris: {
        media: `/2010-04-01/Accounts/${accountSid}/Messages/${String(body['sid'])}/Media.json`,
      },
      tags: null,
      to: '+15558675310',
      uri: `/2010-04-01/Accounts/${accountSid}/Messages/${String(body['sid'])}.json`,
    });
  });

  it('a text through a messaging service is accepted first', async () => {
    await start();
    const service = `MG${'b2'.repeat(16)}`;
    const { body } = await curl(`${accountSid}/Messages.json`, {
      To: text.To,
      Body: text.Body,
      MessagingServiceSid: service,
    });
    expect(body).toMatchObject({ status: 'accepted', messaging_service_sid: service, from: null });
  });

  it('a text can be fetched, and has a price once it is sent', async () => {
    await start();
    const { body } = await curl(`${accountSid}/Messages.json`, text);
    await simulator.report(String(body['sid']), 'sent');
    const fetched = await curl(`${accountSid}/Messages/${String(body['sid'])}.json`);
    expect(fetched).toMatchObject({
      status: 200,
      body: { status: 'sent', price: '-0.00750', price_unit: 'USD' },
    });
  });
});

describe('as https://www.twilio.com/docs/usage/twilios-response says', () => {
  it.each([
    ['no recipient', { Body: 'x', From: text.From }, 21604],
    ['a recipient that is no number', { ...text, To: '5558675310' }, 21211],
    ['no sender', { To: text.To, Body: 'x' }, 21603],
    ['no body', { To: text.To, From: text.From }, 21602],
    ['a body that is too long', { ...text, Body: 'x'.repeat(1_601) }, 21617],
  ] as const)('an error has code, message, more_info and status: %s', async (_name, form, code) => {
    await start();
    expect(await curl(`${accountSid}/Messages.json`, { ...form })).toEqual({
      status: 400,
      body: {
        code,
        message: expect.any(String),
        more_info: `https://www.twilio.com/docs/errors/${String(code)}`,
        status: 400,
      },
    });
    expect(simulator.sent()).toEqual([]);
  });

  it('wrong credentials are 20003, another account and another place 20404, another method 20004', async () => {
    await start();
    expect(await curl(`${accountSid}/Messages.json`, text, `${accountSid}:wrong`)).toMatchObject({
      status: 401,
      body: { code: 20003 },
    });
    expect(await curl(`AC${'1'.repeat(32)}/Messages.json`, text)).toMatchObject({
      status: 404,
      body: { code: 20404 },
    });
    expect(await curl(`${accountSid}/Faxes.json`, text)).toMatchObject({ status: 404 });
    expect(await curl(`${accountSid}/Messages/SM${'0'.repeat(32)}.json`)).toMatchObject({ status: 404 });
    expect(await curl(`${accountSid}/Messages.json`)).toMatchObject({ status: 405, body: { code: 20004 } });
    expect(simulator.submissions()).toBe(0);
  });
});

describe('by the unmodified client', () => {
  it('a text and a call are made, and fetched', async () => {
    await start();
    const message = await client().messages.create({ to: text.To, from: text.From, body: 'Hi' });
    expect((await client().messages(message.sid).fetch()).body).toBe('Hi');
    const call = await client().calls.create({
      to: text.To,
      from: text.From,
      twiml: '<Response><Say language="en-US">Hi</Say></Response>',
    });
    expect((await client().calls(call.sid).fetch()).status).toBe('queued');
    expect(simulator.handset(text.To)).toEqual(['Hi', 'Hi']);
  });

  it('an error is a RestException, and 429 too', async () => {
    await start();
    const { messages } = client();
    await expect(messages.create({ to: '1', from: text.From, body: 'Hi' })).rejects.toMatchObject({
      status: 400,
      code: 21211,
    });
    simulator.setFaults([{ kind: 'error', status: 429, code: '20429', retryAfter: 3, times: 1 }]);
    await expect(messages.create({ to: text.To, from: text.From, body: 'Hi' })).rejects.toBeInstanceOf(
      twilio.RestException,
    );
  });

  it('TwiML that is none makes no call', async () => {
    await start();
    for (const twiml of ['', '<Say>Hi</Say>', '<Response><Dial>911</Dial></Response>', '<Response/>'])
      await expect(client().calls.create({ to: text.To, from: text.From, twiml })).rejects.toMatchObject({
        status: 400,
      });
  });

  it('every second submission fails when half of them are to', async () => {
    await start();
    simulator.recurFault(2, { kind: 'error', status: 500 });
    const outcomes = [];
    for (let index = 0; index < 6; index += 1)
      outcomes.push((await curl(`${accountSid}/Messages.json`, text)).status);
    expect(outcomes).toEqual([201, 500, 201, 500, 201, 500]);
    simulator.recurFault(2);
    expect((await curl(`${accountSid}/Messages.json`, text)).status).toBe(201);
    expect((await curl(`${accountSid}/Messages.json`, text)).status).toBe(201);
  });
});

describe('what it reports', () => {
  let customer: Server;
  let posted: { headers: IncomingHttpHeaders; parameters: Record<string, string> }[];
  let callbackUrl: string;

  beforeEach(async () => {
    posted = [];
    customer = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const parameters = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
        posted.push({ headers: request.headers, parameters });
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => customer.listen(0, '127.0.0.1', resolve));
    callbackUrl = `http://127.0.0.1:${String((customer.address() as { port: number }).port)}/reports?key=snd_1`;
  });
  afterEach(() => {
    customer.close();
  });

  const reports = async (count: number) => {
    while (posted.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    return posted;
  };

  it('is signed so that the own check of the client holds', async () => {
    await start('delivered');
    await curl(`${accountSid}/Messages.json`, { ...text, StatusCallback: callbackUrl });
    for (const { headers, parameters } of await reports(2)) {
      const signature = String(headers['x-twilio-signature']);
      expect(twilio.validateRequest(authToken, signature, callbackUrl, parameters)).toBe(true);
      expect(twilio.validateRequest('another', signature, callbackUrl, parameters)).toBe(false);
    }
  });

  it('says that a text was sent and delivered, in this order', async () => {
    await start('delivered');
    await curl(`${accountSid}/Messages.json`, { ...text, StatusCallback: callbackUrl });
    const [sent, delivered] = await reports(2);
    expect(sent?.parameters).toEqual({
      AccountSid: accountSid,
      ApiVersion: '2010-04-01',
      From: text.From,
      MessageSid: simulator.sent()[0]?.sid,
      MessageStatus: 'sent',
      SmsSid: simulator.sent()[0]?.sid,
      SmsStatus: 'sent',
      To: text.To,
    });
    expect(delivered?.parameters['MessageStatus']).toBe('delivered');
  });

  it('names the error of what could not be delivered', async () => {
    await start();
    await curl(`${accountSid}/Messages.json`, { ...text, StatusCallback: callbackUrl });
    expect(await simulator.report(simulator.sent()[0]?.sid ?? '', 'undelivered', 30_003)).toBe(204);
    expect((await reports(1))[0]?.parameters).toMatchObject({
      MessageStatus: 'undelivered',
      ErrorCode: '30003',
    });
  });

  it('goes to this machine and to no other', async () => {
    await start();
    await curl(`${accountSid}/Messages.json`, { ...text, StatusCallback: 'https://mfa.example/' });
    await expect(simulator.report(simulator.sent()[0]?.sid ?? '', 'sent')).rejects.toThrow('this machine');
  });
});
