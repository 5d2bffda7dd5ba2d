import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../src/embedded/free-port';
import { startGatewaySimulator, type GatewaySimulator } from '../../src/embedded/gateway-simulator/simulator';
import { startTwilioSimulator, type TwilioSimulator } from '../../src/embedded/twilio-simulator/simulator';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { stepUp, type Person } from './person';

const accountSid = `AC${'0f'.repeat(16)}`;
const authToken = 'the-auth-token-of-the-account';
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let system: EndToEndSystem;
let twilio: TwilioSimulator;
let gateway: GatewaySimulator;

beforeAll(async () => {
  twilio = await startTwilioSimulator({ accountSid, authToken });
  gateway = await startGatewaySimulator({ secret });
  const port = await findFreePort();
  system = await startEndToEnd({
    MFAFLOW_API_PORT: String(port),
    // Providers report to the public URL, which is what they sign.
    MFAFLOW_ISSUER: `http://127.0.0.1:${String(port)}`,
    MFAFLOW_TWILIO_ACCOUNT_SID: accountSid,
    MFAFLOW_TWILIO_AUTH_TOKEN: authToken,
    MFAFLOW_TWILIO_FROM: '+15005550006',
    MFAFLOW_TWILIO_URL: twilio.url,
    MFAFLOW_GATEWAY_URL: gateway.url,
    MFAFLOW_GATEWAY_SECRET: secret,
  });
});
afterAll(async () => {
  await system.stop();
  await Promise.all([twilio.stop(), gateway.stop()]);
});
afterEach(() => {
  twilio.setFaults([]);
  twilio.setReports('delivered');
  gateway.setFaults([]);
});

let numbers = 10;

/** The code of the newest text on a handset, once there are so many texts. */
async function codeOn(number: string, texts = 1): Promise<string> {
  for (;;) {
    const shown = [...twilio.handset(number), ...gateway.handset(number)].filter((text) =>
      /\b\d{6}\b/.test(text),
    );
    if (shown.length >= texts) return /\b\d{6}\b/.exec(shown.at(-1) ?? '')?.[0] ?? '';
    await sleep(20);
  }
}

/** Somebody with an authenticator app and a number, which is confirmed by the code that came to it. */
async function withNumber(): Promise<{ person: Person; number: string; factorId: string }> {
  numbers += 1;
  const number = `+4474001234${String(numbers)}`;
  const person = await system.enrolled();
  const enrolled = await person.call(
    'POST',
    '/factors',
    { kind: 'sms', config: { phone: number } },
    stepUp(person.assertion),
  );
  expect(enrolled).toMatchObject({ status: 201 });
  const confirmed = await person.confirm(enrolled.body.id, await codeOn(number));
  expect(confirmed.body).toMatchObject({ status: 'active' });
  // The notice of it goes the same way: what a test makes of Twilio is not to meet it.
  while (twilio.handset(number).length + gateway.handset(number).length < 2) await sleep(20);
  return { person, number, factorId: enrolled.body.id };
}

/** Begins a login and asks for a text. */
async function beginBySms(person: Person, factorId: string): Promise<string> {
  const authenticationId = await person.begin({ primary: 'pwd' });
  const chosen = await system.call('POST', `/v1/authentications/${authenticationId}/challenge`, {
    body: { factorId },
  });
  expect(chosen.body).toMatchObject({
    status: 'pending',
    challenge: { kind: 'sms', delivery: 'delivering' },
  });
  return authenticationId;
}

/** The newest delivery of a code to a person, once it has come so far. */
async function delivery(person: Person, isThere: (entry: any) => boolean) {
  for (;;) {
    const { body } = await system.call('GET', `/v1/users/${person.id}/deliveries`);
    const newest = body.deliveries.find((entry: { purpose: string }) => entry.purpose === 'challenge');
    if (newest !== undefined && isThere(newest)) return newest;
    await sleep(50);
  }
}

it('a number is confirmed and logs in by what comes to the handset, and Twilio reports it arrived', async () => {
  const { person, number, factorId } = await withNumber();
  const authenticationId = await beginBySms(person, factorId);
  const code = await codeOn(number, 2);
  expect((await person.answer(authenticationId, code)).body).toMatchObject({ status: 'approved' });
  const entry = await delivery(person, ({ status, converted }) => status === 'delivered' && converted);
  expect(entry.sends).toMatchObject([{ provider: 'twilio', status: 'delivered', converted: true }]);
  expect(gateway.handset(number)).toEqual([]);
});

it('goes on by the gateway when Twilio breaks, and the code is the same one', async () => {
  const { person, number, factorId } = await withNumber();
  twilio.setFaults([{ kind: 'error', status: 500, times: 20 }]);
  const authenticationId = await beginBySms(person, factorId);
  const code = await codeOn(number, 2);
  expect((await person.answer(authenticationId, code)).body).toMatchObject({ status: 'approved' });
  const { sends } = await delivery(person, ({ status }) => status === 'delivered');
  expect(sends.map(({ provider, status }: any) => [provider, status])).toEqual([
    ['twilio', 'failed'],
    ['twilio', 'failed'],
    ['gateway', 'delivered'],
  ]);
});

it('learns from a report what became of a text that Twilio took and never answered', async () => {
  const { person, number, factorId } = await withNumber();
  twilio.setFaults([{ kind: 'accepted-then-timed-out', times: 1 }]);
  const authenticationId = await beginBySms(person, factorId);
  const code = await codeOn(number, 2);
  const entry = await delivery(person, ({ status }) => status === 'delivered');
  expect(entry.sends).toMatchObject([{ provider: 'twilio', status: 'delivered' }]);
  expect((await person.answer(authenticationId, code)).body).toMatchObject({ status: 'approved' });
});

it('marks as uncertain what Twilio took and neither answered nor reported', async () => {
  const { person, number, factorId } = await withNumber();
  twilio.setReports('none');
  twilio.setFaults([{ kind: 'accepted-then-timed-out', times: 1 }]);
  const authenticationId = await beginBySms(person, factorId);
  const code = await codeOn(number, 2);
  expect((await person.answer(authenticationId, code)).body).toMatchObject({ status: 'approved' });
  const entry = await delivery(person, ({ uncertain }) => uncertain);
  expect(entry.sends).toMatchObject([{ provider: 'twilio', status: 'uncertain' }]);
  expect(gateway.handset(number)).toEqual([]);
});

it('is told nothing by who cannot sign', async () => {
  const { person, number, factorId } = await withNumber();
  twilio.setReports('none');
  await beginBySms(person, factorId);
  await codeOn(number, 2);
  const text = twilio.sent().findLast(({ to }) => to === number);
  const genuine = twilio.callback(text?.sid ?? '', 'delivered');
  const post = (headers: Record<string, string>) =>
    fetch(genuine?.url ?? '', {
      method: 'POST',
      headers: { ...genuine?.headers, ...headers },
      body: genuine?.body ?? '',
    });
  expect((await post({ 'x-twilio-signature': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })).status).toBe(403);
  expect((await delivery(person, () => true)).status).not.toBe('delivered');
  expect((await post({})).status).toBe(204);
  expect((await delivery(person, () => true)).status).toBe('delivered');
});
