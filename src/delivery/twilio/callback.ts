import { validateRequest } from 'twilio/lib/webhooks/webhooks';
import { isLoopback } from '../endpoint';
import type { CallbackRequest, StatusReport } from '../provider';
import { readReference } from '../provider-words';
import { aboutLine, verdicts } from './errors';
import type { TwilioSettings } from './settings';

/** Query parameter of the callback URL that names the send where its SID was never heard of. */
const KEY_PARAMETER = 'key';

/**
 * What becomes of a message (https://www.twilio.com/docs/messaging/api/message-resource#message-status-values). What is
 * still with Twilio (accepted, scheduled, queued, sending) tells nothing new.
 */
const messageStatuses: Readonly<Record<string, StatusReport['status']>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'undelivered',
  canceled: 'undelivered',
};

/** What becomes of a call (https://www.twilio.com/docs/voice/api/call-resource#call-status-values). */
const callStatuses: Readonly<Record<string, StatusReport['status']>> = {
  'in-progress': 'sent',
  completed: 'delivered',
  busy: 'undelivered',
  failed: 'undelivered',
  'no-answer': 'undelivered',
  canceled: 'undelivered',
};

/** Words of a call that nobody took: they say nothing against Twilio. */
const notTaken: readonly string[] = ['busy', 'no-answer'];

/**
 * Where Twilio reports what became of one message: the signature covers the query, so the key cannot be changed. A place
 * on this machine is of use to a Twilio on this machine only; the real one refuses a message that names it.
 *
 * @param apiUrl where Twilio is.
 */
export function callbackUrlOf(
  callbackUrl: string | undefined,
  idempotencyKey: string,
  apiUrl: string,
): string | undefined {
  if (callbackUrl === undefined) return undefined;
  const url = new URL(callbackUrl);
  if (isLoopback(url.hostname) && !isLoopback(new URL(apiUrl).hostname)) return undefined;
  url.searchParams.set(KEY_PARAMETER, idempotencyKey);
  return url.href;
}

/**
 * Reads a status callback. Its signature is over the URL that Twilio was given and every parameter of the body
 * (https://www.twilio.com/docs/usage/security#validating-requests).
 */
export function readTwilioCallback(
  { accountSid, authToken }: Pick<TwilioSettings, 'accountSid' | 'authToken'>,
  { url, headers, body }: CallbackRequest,
): readonly StatusReport[] | 'forged' {
  const fields = fieldsOf(body);
  const signature = headers['x-twilio-signature'] ?? '';
  const genuine = URL.canParse(url) && validateRequest(authToken, signature, url, fields);
  if (!genuine || fields['AccountSid'] !== accountSid) return 'forged';
  const { ref } = readReference(fields['MessageSid'] ?? fields['CallSid']);
  const word = (ref?.startsWith('CA') === true ? fields['CallStatus'] : fields['MessageStatus']) ?? '';
  const status = (ref?.startsWith('CA') === true ? callStatuses : messageStatuses)[word.toLowerCase()];
  if (ref === undefined || status === undefined) return [];
  const key = readReference(new URL(url).searchParams.get(KEY_PARAMETER)).ref;
  return [
    {
      ref,
      ...(key === undefined ? {} : { idempotencyKey: key }),
      status,
      ...(status === 'undelivered' ? causeOf(fields['ErrorCode'], word.toLowerCase()) : {}),
    },
  ];
}

/**
 * Why something did not arrive: Twilio's own code where it gives one, such as 30005, else the word for what happened, such
 * as no_answer; and whether that is about the person or about Twilio.
 */
function causeOf(
  errorCode: string | undefined,
  word: string,
): Pick<StatusReport, 'code' | 'scope' | 'refused'> {
  const given = errorCode !== undefined && /^\d{1,5}$/.test(errorCode) ? errorCode : undefined;
  const code = given ?? word.replaceAll('-', '_');
  if (given !== undefined && verdicts[Number(given)] === 'address')
    return { code, scope: 'address', refused: true };
  const isLine = notTaken.includes(word) || aboutLine.includes(Number(given));
  return isLine ? { code, scope: 'address' } : { code };
}

/** Twilio sends each parameter once; of one that comes twice the last would be signed by nobody. */
function fieldsOf(body: Buffer): Partial<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}
