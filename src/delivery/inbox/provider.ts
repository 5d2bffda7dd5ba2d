import type { Channel, Provider } from '../provider';
import { postJson } from '../http-exchange';
import { outcomeOf } from '../http-outcome';
import { refusalOf } from '../recipient';
import type { InboxSettings } from './settings';

/** Puts messages on a page on the developer's own machine instead of sending them. */
export function createInbox({ url, key }: InboxSettings, channels: readonly Channel[]): Provider {
  return {
    contract: { name: 'inbox', label: 'Development inbox', channels, honoursIdempotencyKey: true },
    async submit(message, signal) {
      const refusal = refusalOf(channels, message);
      if (refusal !== undefined) return refusal;
      const { channel, to, subject, text, html, locale, idempotencyKey } = message;
      const body = JSON.stringify({ channel, to, subject, text, html, locale, idempotencyKey });
      const headers = { authorization: `Bearer ${key}` };
      const exchange = await postJson(`${url}/messages`, { headers, body }, signal);
      return outcomeOf(exchange);
    },
  };
}
