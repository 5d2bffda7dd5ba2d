import type { Twilio } from 'twilio';
import type { Channel, OutboundMessage, Provider } from '../provider';
import { refusalOf } from '../recipient';
import { callbackUrlOf, readTwilioCallback } from './callback';
import { openTwilioApi, type ApiCall } from './client';
import { acceptedAs, outcomeOfError, type Taken } from './outcome';
import type { TwilioSettings } from './settings';
import { spoken } from './spoken';

/** What is told of a call (https://www.twilio.com/docs/voice/api/call-resource#statuscallbackevent). */
const callEvents = ['answered', 'completed'];

/** Rung for no longer than this, so that a mailbox seldom answers with the code still worth anything. */
const RING_SECONDS = 30;

/**
 * Texts and calls by Twilio (https://www.twilio.com/docs/messaging/api/message-resource,
 * https://www.twilio.com/docs/voice/api/call-resource). Neither takes an idempotency key: what was sent and not answered
 * may have been taken, and a callback that names the key says so later.
 */
export function createTwilio(settings: TwilioSettings): Provider {
  const api = openTwilioApi(settings);
  const channels: readonly Channel[] = [
    ...(settings.messageSender === undefined ? [] : (['sms'] as const)),
    ...(settings.voiceFrom === undefined ? [] : (['voice'] as const)),
  ];
  return {
    contract: { name: 'twilio', label: 'Twilio', channels, honoursIdempotencyKey: false },
    async submit(message, signal) {
      const refusal = refusalOf(channels, message);
      if (refusal !== undefined) return refusal;
      const call: ApiCall = { signal, connected: () => false };
      try {
        return acceptedAs(await api(call, (client) => handOver(client, settings, message)));
      } catch (error) {
        return outcomeOfError(error, call);
      }
    },
    readCallback: (request) => readTwilioCallback(settings, request),
  };
}

function handOver(
  client: Twilio,
  { messageSender, voiceFrom, url }: TwilioSettings,
  message: OutboundMessage,
): Promise<Taken> {
  const { to, text, locale, idempotencyKey } = message;
  const statusCallback = callbackUrlOf(message.callbackUrl, idempotencyKey, url);
  const reported = statusCallback === undefined ? {} : { statusCallback };
  if (message.channel === 'sms')
    return client.messages.create({ to, body: text, ...messageSender, ...reported });
  return client.calls.create({
    to,
    from: voiceFrom ?? '',
    twiml: spoken(text, locale),
    timeout: RING_SECONDS,
    ...(statusCallback === undefined ? {} : { statusCallback, statusCallbackEvent: callEvents }),
  });
}
