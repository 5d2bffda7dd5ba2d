import { postJson } from '../http-exchange';
import { outcomeOf } from '../http-outcome';
import type { Provider } from '../provider';
import { refusalOf } from '../recipient';
import { readReports } from './reports';
import type { GatewaySettings } from './settings';
import { isSigned, signatureHeaders } from './signature';

/**
 * A gateway of the operator's own, by the protocol of docs/providers.md: signed in the manner of Standard Webhooks, and
 * good for one message however often the same key comes.
 *
 * @param nowMs the wall clock, by which the other party judges too; the clock of the database may be moved by tests.
 */
export function createGateway(
  { name, url, secret, channels }: GatewaySettings,
  nowMs: () => number = Date.now,
): Provider {
  const nowSeconds = () => Math.floor(nowMs() / 1_000);
  return {
    contract: { name, label: 'Gateway', channels, honoursIdempotencyKey: true },
    async submit(message, signal) {
      const refusal = refusalOf(channels, message);
      if (refusal !== undefined) return refusal;
      // The type keeps what we sign apart from what the gateway signs by the same secret.
      const { channel, to, text, subject, html, locale, idempotencyKey, callbackUrl } = message;
      const data = { channel, to, text, subject, html, locale, idempotencyKey, callbackUrl };
      const body = JSON.stringify({ type: 'message.send', data });
      const headers = {
        'idempotency-key': idempotencyKey,
        ...signatureHeaders(secret, { id: idempotencyKey, timestamp: nowSeconds(), body }),
      };
      return outcomeOf(await postJson(url, { headers, body }, signal));
    },
    readCallback({ headers, body }) {
      return isSigned(secret, headers, body, nowSeconds()) ? readReports(body) : 'forged';
    },
  };
}
