import { faultCode } from '../http-exchange';
import type { Submission } from '../provider';
import { membersOf, readPrice, readReference } from '../provider-words';
import { retryAfterMs } from '../retry-after';
import type { ApiCall } from './client';
import { verdicts } from './errors';

/** What is of use of a message or call as Twilio answers it. */
export interface Taken {
  readonly sid: string;
  readonly price: string | null;
  readonly priceUnit: string | null;
}

/** What Twilio says of a message or call that it took; the price is mostly not known yet. */
export function acceptedAs(resource: Taken): Submission {
  return {
    outcome: 'accepted',
    ...readReference(resource.sid),
    ...readPrice(resource.price, resource.priceUnit),
  };
}

/**
 * Reads what the client threw: `RestException` has `status` and `code` and was answered; anything else was not, and then
 * the connection tells whether the message may have been taken.
 */
export function outcomeOfError(error: unknown, call: ApiCall): Submission {
  const { status, code: given } = membersOf(error);
  if (typeof status !== 'number') {
    return { outcome: call.connected() ? 'uncertain' : 'failed', code: faultCode(error, call.signal) };
  }
  const known = typeof given === 'number' ? given : undefined;
  const code = known === undefined ? `http_${String(status)}` : String(known);
  const verdict = known === undefined ? undefined : verdicts[known];
  if (status === 429 || verdict === 'slow-down') {
    return { outcome: 'slow-down', retryAfterMs: retryAfterMs(call.headers ?? {}), code };
  }
  if (verdict === 'address' || verdict === 'provider') return { outcome: 'rejected', scope: verdict, code };
  // A proxy before Twilio broke off: whether Twilio took the message is not known.
  if (known === undefined && (status === 502 || status === 504)) return { outcome: 'uncertain', code };
  if (status >= 500 || verdict === 'failed') return { outcome: 'failed', code };
  return { outcome: 'rejected', scope: 'provider', code };
}
