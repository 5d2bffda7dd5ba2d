import { magicNumbers, twilioError, type TwilioError } from './errors';
import { newSid, type Sent } from './sent';

const e164 = /^\+[1-9]\d{6,14}$/;
const MOST_CHARACTERS = 1_600;

/** The parameters of a form, each once. */
export type Form = Readonly<Partial<Record<string, string>>>;

/**
 * Creates a Message (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource): `To`, one of
 * `From` and `MessagingServiceSid`, and `Body` are required.
 */
export function acceptMessage(accountSid: string, form: Form): Sent | TwilioError {
  const { To: to, From: from, MessagingServiceSid: messagingServiceSid, Body: text } = form;
  if (to === undefined) return twilioError(21604);
  if (!e164.test(to)) return twilioError(21211);
  if (from === undefined && messagingServiceSid === undefined) return twilioError(21603);
  if (from === '+15005550001' || from === '+15005550007')
    return twilioError(from.endsWith('1') ? 21212 : 21606);
  if (text === undefined || text === '') return twilioError(21602);
  if (text.length > MOST_CHARACTERS) return twilioError(21617);
  const magic = magicNumbers.sms[to];
  if (magic !== undefined) return twilioError(magic);
  const status = messagingServiceSid === undefined ? 'queued' : 'accepted';
  return newSent({ kind: 'sms', accountSid, to, from, messagingServiceSid, text, form, status });
}

/**
 * Creates a Call (https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource): `To`, `From`, and one of
 * `Url`, `Twiml` and `ApplicationSid` are required; this simulator speaks `Twiml` only.
 */
export function acceptCall(accountSid: string, form: Form): Sent | TwilioError {
  const { To: to, From: from, Twiml: twiml } = form;
  if (to === undefined) return twilioError(21201);
  if (from === undefined) return twilioError(21213);
  if (!e164.test(from)) return twilioError(21212);
  const said = saidBy(twiml ?? '');
  if (said === undefined) return twilioError(21205);
  if (!e164.test(to)) return twilioError(21217);
  const magic = magicNumbers.voice[to];
  if (magic !== undefined) return twilioError(magic);
  return newSent({
    kind: 'voice',
    accountSid,
    to,
    from,
    messagingServiceSid: undefined,
    text: said,
    form,
    status: 'queued',
  });
}

function newSent(
  taken: Pick<Sent, 'kind' | 'accountSid' | 'to' | 'from' | 'messagingServiceSid' | 'text' | 'status'> & {
    form: Form;
  },
): Sent {
  const { form, ...sent } = taken;
  return {
    ...sent,
    sid: newSid(sent.kind),
    statusCallback: form['StatusCallback'],
    createdAt: new Date(),
    errorCode: undefined,
  };
}

/** What is heard of `<Response>` with `<Say>` and `<Pause>` (https://www.twilio.com/docs/voice/twiml/say). */
function saidBy(twiml: string): string | undefined {
  const response = /^(?:<\?xml[^>]*\?>)?<Response>(.*)<\/Response>$/s.exec(twiml.trim())?.[1];
  if (response === undefined) return undefined;
  const verbs = [
    ...response.matchAll(/<Say(?: [a-z]+="[^"<>]*")*>([^<>]*)<\/Say>|<Pause(?: [a-z]+="[^"<>]*")*\/>/g),
  ];
  const isWhole = verbs.map(([verb]) => verb).join('') === response;
  const said = verbs.map(([, text]) => text).filter((text) => text !== undefined);
  return isWhole && said.length > 0 ? said.map(unescaped).join(' ') : undefined;
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
