import { randomBytes } from 'node:crypto';

/** A text or a call that the simulator took. */
export interface Sent {
  readonly sid: string;
  readonly kind: 'sms' | 'voice';
  readonly accountSid: string;
  readonly to: string;
  readonly from: string | undefined;
  readonly messagingServiceSid: string | undefined;
  /** What the handset shows, or what is said on the phone. */
  readonly text: string;
  readonly statusCallback: string | undefined;
  readonly createdAt: Date;
  status: string;
  errorCode: number | undefined;
}

export function newSid(kind: Sent['kind']): string {
  return `${kind === 'sms' ? 'SM' : 'CA'}${randomBytes(16).toString('hex')}`;
}

/** A price is known once a message is sent (https://www.twilio.com/docs/messaging/api/message-resource#message-properties). */
const PRICE = '-0.00750';
const CHARACTERS_PER_SEGMENT = 160;

/** The Message resource (https://www.twilio.com/docs/messaging/api/message-resource#message-properties). */
export function messageResource(sent: Sent): object {
  const path = `/2010-04-01/Accounts/${sent.accountSid}/Messages/${sent.sid}`;
  return {
    account_sid: sent.accountSid,
    api_version: '2010-04-01',
    body: sent.text,
    date_created: sent.createdAt.toUTCString(),
    date_sent: isUnderWay(sent) ? null : sent.createdAt.toUTCString(),
    date_updated: sent.createdAt.toUTCString(),
    direction: 'outbound-api',
    error_code: sent.errorCode ?? null,
    error_message: null,
    from: sent.from ?? null,
    messaging_service_sid: sent.messagingServiceSid ?? null,
    num_media: '0',
    num_segments: String(Math.max(1, Math.ceil(sent.text.length / CHARACTERS_PER_SEGMENT))),
    price: isUnderWay(sent) ? null : PRICE,
    price_unit: 'USD',
    sid: sent.sid,
    status: sent.status,
    subresource_uris: { media: `${path}/Media.json` },
    tags: null,
    to: sent.to,
    uri: `${path}.json`,
  };
}

/** The Call resource (https://www.twilio.com/docs/voice/api/call-resource#call-properties). */
export function callResource(sent: Sent): object {
  const path = `/2010-04-01/Accounts/${sent.accountSid}/Calls/${sent.sid}`;
  return {
    account_sid: sent.accountSid,
    annotation: null,
    answered_by: null,
    api_version: '2010-04-01',
    caller_name: null,
    date_created: sent.createdAt.toUTCString(),
    date_updated: sent.createdAt.toUTCString(),
    direction: 'outbound-api',
    duration: null,
    end_time: null,
    forwarded_from: null,
    from: sent.from ?? null,
    from_formatted: sent.from ?? null,
    group_sid: null,
    parent_call_sid: null,
    phone_number_sid: null,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    sid: sent.sid,
    start_time: null,
    status: sent.status,
    subresource_uris: {},
    to: sent.to,
    to_formatted: sent.to,
    trunk_sid: null,
    uri: `${path}.json`,
  };
}

function isUnderWay({ status }: Sent): boolean {
  return status === 'queued' || status === 'accepted';
}
