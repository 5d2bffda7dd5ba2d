import type { Exchange } from './http-exchange';
import type { Submission } from './provider';
import { membersOf, readCode, readMembers, readPrice, readReference } from './provider-words';
import { retryAfterMs } from './retry-after';

/** A proxy between us and the provider broke off: whether the provider took the message is not known. */
const lostBehindProxy: readonly number[] = [502, 504];
/** The same message is being taken at this moment; asking again with its key tells. */
const CONFLICT = 409;
const worthAnotherAttempt: readonly number[] = [408, 425];

/**
 * Reads what a message API over HTTP answered, as docs/providers.md describes it: 2xx `{id, price?}`, otherwise
 * `{code?, scope?}`.
 */
export function outcomeOf(exchange: Exchange): Submission {
  if (exchange.kind === 'not-sent') return { outcome: 'failed', code: exchange.code };
  if (exchange.kind === 'unanswered') return { outcome: 'uncertain', code: exchange.code };
  const { status, headers, body } = exchange;
  const members = readMembers(body);
  if (status >= 200 && status < 300) {
    const price = membersOf(members['price']);
    return {
      outcome: 'accepted',
      ...readReference(members['id']),
      ...readPrice(price['amount'], price['currency']),
    };
  }
  const code = readCode(members['code'], `http_${String(status)}`);
  if (status === 429 || (status === 503 && headers['retry-after'] !== undefined)) {
    return { outcome: 'slow-down', retryAfterMs: retryAfterMs(headers), code };
  }
  if (status === CONFLICT || lostBehindProxy.includes(status)) return { outcome: 'uncertain', code };
  if (status >= 500 || worthAnotherAttempt.includes(status)) return { outcome: 'failed', code };
  return { outcome: 'rejected', scope: members['scope'] === 'address' ? 'address' : 'provider', code };
}
