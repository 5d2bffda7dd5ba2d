import { createHmac } from 'node:crypto';
import { isLoopback } from '../../delivery/endpoint';
import type { Sent } from './sent';

/** A callback as Twilio posts it. */
export interface SignedCallback {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The signature of a request to a customer: HMAC-SHA1 under the auth token over the URL and, in the order of their names,
 * each parameter's name and value (https://www.twilio.com/docs/usage/security#validating-requests).
 */
export function twilioSignature(
  authToken: string,
  url: string,
  parameters: Readonly<Record<string, string>>,
): string {
  const signed = Object.keys(parameters)
    .toSorted()
    .map((name) => `${name}${parameters[name] ?? ''}`);
  return createHmac('sha1', authToken)
    .update(url + signed.join(''), 'utf8')
    .digest('base64');
}

/**
 * What is reported of a text (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status) or a call
 * (https://www.twilio.com/docs/voice/api/call-resource#statuscallback).
 */
export function statusCallback(authToken: string, sent: Sent): SignedCallback | undefined {
  if (sent.statusCallback === undefined) return undefined;
  const parameters = sent.kind === 'sms' ? ofMessage(sent) : ofCall(sent);
  return {
    url: sent.statusCallback,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'user-agent': 'TwilioProxy/1.1',
      'x-twilio-signature': twilioSignature(authToken, sent.statusCallback, parameters),
    },
    body: new URLSearchParams(parameters).toString(),
  };
}

/** Posts a callback to this machine, and to no other. @returns the status of the answer. */
export async function postCallback({ url, headers, body }: SignedCallback): Promise<number> {
  if (!isLoopback(new URL(url).hostname)) throw new Error('The simulator calls this machine only.');
  const answer = await fetch(url, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  return answer.status;
}

function ofMessage(sent: Sent): Record<string, string> {
  return {
    AccountSid: sent.accountSid,
    ApiVersion: '2010-04-01',
    ...(sent.errorCode === undefined ? {} : { ErrorCode: String(sent.errorCode) }),
    ...(sent.from === undefined ? {} : { From: sent.from }),
    MessageSid: sent.sid,
    MessageStatus: sent.status,
    ...(sent.messagingServiceSid === undefined ? {} : { MessagingServiceSid: sent.messagingServiceSid }),
    SmsSid: sent.sid,
    SmsStatus: sent.status,
    To: sent.to,
  };
}

function ofCall(sent: Sent): Record<string, string> {
  return {
    AccountSid: sent.accountSid,
    ApiVersion: '2010-04-01',
    CallSid: sent.sid,
    CallStatus: sent.status,
    CallbackSource: 'call-progress-events',
    Direction: 'outbound-api',
    ...(sent.status === 'completed' ? { CallDuration: '12', Duration: '1' } : {}),
    From: sent.from ?? '',
    SequenceNumber: '0',
    Timestamp: sent.createdAt.toUTCString(),
    To: sent.to,
  };
}
