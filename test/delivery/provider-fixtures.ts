import { randomBytes } from 'node:crypto';
import type { CallbackRequest, Channel, OutboundMessage } from '../../src/delivery/provider';
import { createGateway } from '../../src/delivery/gateway/provider';
import { createInbox } from '../../src/delivery/inbox/provider';
import { createSmtp } from '../../src/delivery/smtp/provider';
import { createTwilio } from '../../src/delivery/twilio/provider';
import type { ProviderFault } from '../../src/embedded/inbox/provider-faults';
import { startInbox } from '../../src/embedded/inbox/inbox-server';
import { startGatewaySimulator } from '../../src/embedded/gateway-simulator/simulator';
import { twilioSignature } from '../../src/embedded/twilio-simulator/callback';
import { startTwilioSimulator } from '../../src/embedded/twilio-simulator/simulator';
import type { FaultName, ProviderFixture, ProvokedFault } from '../contracts/provider-fixture';
import { startMailbox, type MailFault } from './smtp/scripted-mailbox';

export const accountSid = `AC${'0f'.repeat(16)}`;
export const authToken = 'the-auth-token-of-the-account';
export const newGatewaySecret = () => `whsec_${randomBytes(32).toString('base64')}`;
export const secretBytes = (secret: string) => Buffer.from(secret.slice('whsec_'.length), 'base64');

export type ScriptedByHttp = ProviderFixture & {
  readonly setFaults: (faults: readonly ProviderFault[]) => void;
};
export type ScriptedByMail = ProviderFixture & { readonly setFault: (fault: MailFault) => void };

let made = 0;

/** A message that nobody has sent before, to somebody who has none. */
export function newMessage(channel: Channel, more: Partial<OutboundMessage> = {}): OutboundMessage {
  made += 1;
  const number = String(made).padStart(4, '0');
  const mail = {
    to: `person${number}@example.com`,
    subject: 'Your code',
    html: '<p>Your code is 123456.</p>',
  };
  return {
    channel,
    ...(channel === 'email' ? mail : { to: `+491511234${number}` }),
    text: 'Your code is 123456.',
    locale: 'en',
    idempotencyKey: `snd_${randomBytes(8).toString('hex')}`,
    ...more,
  };
}

/** Faults of a provider over HTTP, by the script of its simulator. */
function httpFaults(
  set: (faults: readonly ProviderFault[]) => void,
  codes: {
    readonly address: string;
    readonly message: string;
    readonly credentials: string;
    readonly slow: string;
  },
  stop: () => Promise<void>,
): Record<FaultName, ProvokedFault> {
  const provoking = (fault: ProviderFault) => () => {
    set([fault]);
  };
  const error = (status: number, code: string, more: { scope?: 'address'; retryAfter?: number } = {}) =>
    provoking({ kind: 'error', status, code, ...more, times: 1 });
  const rejected = (scope: 'address' | 'provider', code: string) =>
    ({ outcome: 'rejected', scope, code }) as const;
  return {
    'refuses the address': {
      provoke: error(codes.address.startsWith('2') ? 400 : 422, codes.address, { scope: 'address' }),
      becomes: rejected('address', codes.address),
      arrives: 0,
    },
    'refuses the message': {
      provoke: error(400, codes.message),
      becomes: rejected('provider', codes.message),
      arrives: 0,
    },
    'refuses our credentials': {
      provoke: error(401, codes.credentials),
      becomes: rejected('provider', codes.credentials),
      arrives: 0,
    },
    'asks to slow down': {
      provoke: error(429, codes.slow, { retryAfter: 7 }),
      becomes: { outcome: 'slow-down', retryAfterMs: 7_000, code: codes.slow },
      arrives: 0,
    },
    'breaks by itself': {
      provoke: provoking({ kind: 'error', status: 500, times: 1 }),
      becomes: { outcome: 'failed', code: 'http_500' },
      arrives: 0,
    },
    hangs: {
      provoke: provoking({ kind: 'time-out', times: 1 }),
      becomes: { outcome: 'uncertain', code: 'timed_out' },
      arrives: 0,
    },
    'resets the connection': {
      provoke: provoking({ kind: 'reset', times: 1 }),
      becomes: { outcome: 'uncertain', code: 'connection_econnreset' },
      arrives: 0,
    },
    'takes it and never answers': {
      provoke: provoking({ kind: 'accepted-then-timed-out', times: 1 }),
      becomes: { outcome: 'uncertain', code: 'timed_out' },
      arrives: 1,
    },
    // The last one: nobody is there afterwards.
    'cannot be reached': {
      provoke: stop,
      becomes: { outcome: 'failed', code: 'connection_econnrefused' },
      arrives: 0,
    },
  };
}

const twilioCodes = { address: '21211', message: '21408', credentials: '20003', slow: '20429' };
const ownCodes = {
  address: 'unknown_number',
  message: 'template_refused',
  credentials: 'key_wrong',
  slow: 'busy',
};

export async function twilioFixture(channel: 'sms' | 'voice'): Promise<ScriptedByHttp> {
  const simulator = await startTwilioSimulator({ accountSid, authToken, reports: 'none' });
  const provider = createTwilio({
    accountSid,
    authToken,
    username: accountSid,
    password: authToken,
    ...(channel === 'sms' ? { messageSender: { from: '+15005550006' } } : { voiceFrom: '+15005550006' }),
    url: simulator.url,
  });
  const report = (ref: string): CallbackRequest => {
    const callback = simulator.callback(ref, channel === 'sms' ? 'delivered' : 'completed');
    if (callback === undefined) throw new Error('No callback was asked for.');
    return { ...callback, body: Buffer.from(callback.body) };
  };
  const signedAnew = (request: CallbackRequest, token: string): CallbackRequest => {
    const parameters = Object.fromEntries(new URLSearchParams(request.body.toString()));
    return {
      ...request,
      headers: { ...request.headers, 'x-twilio-signature': twilioSignature(token, request.url, parameters) },
    };
  };
  const setFaults = (faults: readonly ProviderFault[]) => {
    simulator.setFaults(faults);
  };
  return {
    provider,
    message: (more) => newMessage(channel, more),
    arrived: (to) => simulator.handset(to),
    contacts: () => simulator.submissions(),
    setFaults,
    faults: httpFaults(setFaults, twilioCodes, () => simulator.stop()),
    secrets: [authToken, accountSid],
    callbacks: {
      genuine: report,
      forged: (ref) => signedAnew(report(ref), 'another-token'),
      misdirected: (ref) => ({ ...report(ref), url: report(ref).url.replace('mfa.example', 'mfa.other') }),
      altered: (ref) => {
        const genuine = report(ref);
        return {
          ...genuine,
          body: Buffer.from(genuine.body.toString().replace(/delivered|completed/, 'failed')),
        };
      },
    },
    close: () => simulator.stop(),
  };
}

export async function gatewayFixture(channel: Channel): Promise<ScriptedByHttp> {
  const secret = newGatewaySecret();
  const simulator = await startGatewaySimulator({ secret, reports: 'none' });
  const other = await startGatewaySimulator({ secret: newGatewaySecret(), reports: 'none' });
  const provider = createGateway({
    name: 'gateway',
    url: simulator.url,
    secret: secretBytes(secret),
    channels: [channel],
  });
  const from = (
    gateway: typeof simulator,
    ref: string,
    { callbackUrl = '', idempotencyKey }: OutboundMessage,
  ) => {
    const callback = gateway.callback(callbackUrl, { id: ref, idempotencyKey, status: 'delivered' });
    return { ...callback, body: Buffer.from(callback.body) };
  };
  const contacts = () => [...simulator.submissions().values()].reduce((sum, count) => sum + count, 0);
  const setFaults = (faults: readonly ProviderFault[]) => {
    simulator.setFaults(faults);
  };
  return {
    provider,
    message: (more) => newMessage(channel, more),
    arrived: (to) => simulator.handset(to),
    contacts,
    setFaults,
    faults: httpFaults(setFaults, ownCodes, () => simulator.stop()),
    secrets: [secret.slice('whsec_'.length)],
    callbacks: {
      genuine: (ref, message) => from(simulator, ref, message),
      forged: (ref, message) => {
        const request = from(simulator, ref, message);
        return { ...request, headers: { ...request.headers, 'webhook-signature': `v1,${'A'.repeat(43)}=` } };
      },
      // Its URL is not signed, so that each gateway has a secret of its own.
      misdirected: (ref, message) => from(other, ref, message),
      altered: (ref, message) => {
        const request = from(simulator, ref, message);
        return { ...request, body: Buffer.from(request.body.toString().replace('delivered', 'undelivered')) };
      },
    },
    async close() {
      await Promise.all([simulator.stop(), other.stop()]);
    },
  };
}

export async function inboxFixture(channel: Channel): Promise<ScriptedByHttp> {
  const key = randomBytes(16).toString('hex');
  const inbox = await startInbox({ host: '127.0.0.1', port: 0, key });
  const provider = createInbox({ url: inbox.url, key }, [channel]);
  const setFaults = (faults: readonly ProviderFault[]) => {
    inbox.setFaults(faults);
  };
  return {
    provider,
    message: (more) => newMessage(channel, more),
    arrived: (to) =>
      inbox
        .messages()
        .filter((message) => message.to === to)
        .map(({ text }) => text),
    contacts: () => inbox.messages().length,
    setFaults,
    faults: httpFaults(setFaults, ownCodes, () => inbox.stop()),
    secrets: [key],
    close: () => inbox.stop(),
  };
}

export async function smtpFixture(): Promise<ScriptedByMail> {
  const mailbox = await startMailbox();
  const provider = createSmtp({
    host: '127.0.0.1',
    port: mailbox.port,
    secure: false,
    requireTls: false,
    from: { name: 'Example Bank', address: 'no-reply@bank.example' },
  });
  const provoking = (fault: MailFault) => () => {
    mailbox.setFault(fault);
  };
  return {
    provider,
    message: (more) => newMessage('email', more),
    arrived: (to) => mailbox.mails(to).map(({ text = '' }) => text),
    contacts: () => mailbox.contacts(),
    setFault: (fault) => {
      mailbox.setFault(fault);
    },
    faults: {
      'refuses the address': {
        provoke: provoking({ at: 'recipient', reply: 550, text: '5.1.1 No such user' }),
        becomes: { outcome: 'rejected', scope: 'address', code: 'smtp_550_5.1.1' },
        arrives: 0,
      },
      'refuses the message': {
        provoke: provoking({ at: 'data', reply: 554, text: '5.7.1 Message refused' }),
        becomes: { outcome: 'rejected', scope: 'provider', code: 'smtp_554_5.7.1' },
        arrives: 0,
      },
      'refuses our credentials': {
        provoke: provoking({ at: 'sender', reply: 530, text: '5.7.0 Authentication required' }),
        becomes: { outcome: 'rejected', scope: 'provider', code: 'smtp_530_5.7.0' },
        arrives: 0,
      },
      'asks to slow down': {
        provoke: provoking({ at: 'recipient', reply: 450, text: '4.2.0 Greylisted, try again' }),
        becomes: {
          outcome: 'slow-down',
          scope: 'address',
          retryAfterMs: 60_000,
          code: 'smtp_450_4.2.0',
        },
        arrives: 0,
      },
      'breaks by itself': {
        provoke: provoking({ at: 'data', reply: 451, text: '4.3.0 Local error' }),
        becomes: { outcome: 'failed', code: 'smtp_451_4.3.0' },
        arrives: 0,
      },
      hangs: {
        provoke: provoking({ at: 'recipient', does: 'hang' }),
        becomes: { outcome: 'failed', code: 'timed_out' },
        met: () => mailbox.isFaultMet(),
        arrives: 0,
      },
      'resets the connection': {
        provoke: provoking({ at: 'after data', does: 'reset' }),
        becomes: { outcome: 'uncertain' },
        arrives: 0,
      },
      'takes it and never answers': {
        provoke: provoking({ at: 'after data', does: 'take and hang' }),
        becomes: { outcome: 'uncertain', code: 'timed_out' },
        arrives: 1,
      },
      // The last one: nobody is there afterwards.
      'cannot be reached': {
        provoke: () => mailbox.stop(),
        becomes: { outcome: 'failed' },
        arrives: 0,
      },
    },
    secrets: ['bank.example'],
    close: () => mailbox.stop(),
  };
}
