import type { Channel, OutboundMessage, Provider, Submission } from '../../delivery/provider';
import type { DeliveryPolicy } from '../../domain/delivery-policy';
import { correctionOf } from '../../domain/delivery/allowances';
import type { SendOutcome } from '../../persistence/send-repository';

/** A provider that has not answered by then may or may not have taken the message. */
const SUBMISSION_MS = 10_000;
/** A provider that was interrupted says itself whether the message can have been taken. */
const LAST_WORD_MS = 500;

/** Calls a provider, within its time, and never throws: what a provider does wrong is an outcome too. */
export async function submitWithin(provider: Provider, message: OutboundMessage): Promise<Submission> {
  const signal = AbortSignal.timeout(SUBMISSION_MS);
  let giveUp: NodeJS.Timeout | undefined;
  const late = new Promise<Submission>((resolve) => {
    giveUp = setTimeout(
      () => resolve({ outcome: 'uncertain', code: 'timeout' }),
      SUBMISSION_MS + LAST_WORD_MS,
    );
  });
  try {
    return await Promise.race([provider.submit(message, signal), late]);
  } catch {
    return { outcome: 'uncertain', code: 'provider_broke' };
  } finally {
    clearTimeout(giveUp);
  }
}

/** Codes are the provider's own words: they are cut to what the ledger and a metric can take. */
const codeShape = /[^A-Za-z0-9._:-]/g;
const CODE_LENGTH = 64;

/** What the ledger says of a submission. */
export function outcomeOf(
  submission: Submission,
  of: { readonly tenantId: string; readonly channel: Channel; readonly policy: DeliveryPolicy },
): SendOutcome {
  const correction = (taken: { isTaken: boolean; price?: { amount: string; currency: string } }) => {
    const found = correctionOf(of.policy, of.tenantId, of.channel, taken);
    return found === undefined ? {} : { correction: found };
  };
  if (submission.outcome === 'accepted') {
    const price = submission.price === undefined ? {} : { price: submission.price };
    const ref = submission.ref === undefined ? {} : { ref: submission.ref };
    return { status: 'accepted', ...ref, ...price, ...correction({ isTaken: true, ...price }) };
  }
  const code = submission.code.replaceAll(codeShape, '_').slice(0, CODE_LENGTH);
  if (submission.outcome === 'uncertain') return { status: 'uncertain', code };
  const notTaken = correction({ isTaken: false });
  if (submission.outcome === 'rejected')
    return { status: 'rejected', code, scope: submission.scope, ...notTaken };
  if (submission.outcome === 'failed') return { status: 'failed', code, ...notTaken };
  return { status: 'failed', code, retryAfterMs: calmMs(submission.retryAfterMs), ...notTaken };
}

const LONGEST_CALM_MS = 600_000;

/** What a provider asks for is kept to, within what a delivery can wait. */
export function calmMs(retryAfterMs: number): number {
  return Number.isFinite(retryAfterMs)
    ? Math.min(Math.max(Math.ceil(retryAfterMs), 100), LONGEST_CALM_MS)
    : 1_000;
}
