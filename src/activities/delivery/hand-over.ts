import type { Pool } from 'pg';
import {
  claimsOf,
  isAllowedCountry,
  noticeWaitMs,
  type AllowanceClaim,
} from '../../domain/delivery/allowances';
import type { Provider } from '../../delivery/provider';
import type { DeliveryEnd } from '../../persistence/delivery-repository';
import { learnHealth } from '../../persistence/provider-health-repository';
import { claimSend, recordOutcome } from '../../persistence/send-repository';
import { refuseUndeliverable } from '../../security/phone-line';
import { phonePrefix } from '../../security/phone-prefix';
import { randomId } from '../../security/random-id';
import { composeMessage } from './compose';
import type { DeliveryMetrics } from './delivery-metrics';
import type { DeliveryDependencies } from './dependencies';
import type { OpenedDelivery } from './open-delivery';
import { calmMs, outcomeOf, submitWithin } from './submit';
import type { Wait } from './waiting';

/** Of e-mail. */
export const NO_COUNTRY = '-';

/**
 * `moved`: the delivery has ended or gone on meanwhile; `unsent`: the provider did not take it, and the ledger says why;
 * a wait: a limit keeps it back.
 */
export type HandedOver = 'accepted' | 'unsent' | 'moved' | DeliveryEnd | Wait;

/** Hands one message to one provider: counts it, writes that it is under way, calls, and writes what came of it. */
export type HandOver = (delivery: OpenedDelivery, provider: Provider) => Promise<HandedOver>;

/** @param calm until when each provider asked for calm, by this process's own steady clock */
export function createHandOver(
  dependencies: DeliveryDependencies,
  metrics: DeliveryMetrics,
  calm: Map<string, number>,
): HandOver {
  const { pool, hash } = dependencies;
  return async (delivery, provider) => {
    const { channel, deliveryId, situation } = delivery;
    const { name } = provider.contract;
    const country = situation.country ?? NO_COUNTRY;
    const refused = refusalOf(delivery, country);
    if (refused !== undefined) return refused;
    const message = await composeMessage(dependencies, delivery, provider);
    const sendId = randomId('snd');
    const claims = claimsFor(hash, delivery, country);
    const { idempotencyKey } = message;
    const { attempts } = situation;
    const send = { sendId, deliveryId, provider: name, country, idempotencyKey, attempts, claims };
    const claim = await claimSend(pool, send);
    if (!claim.claimed) return limitOf(claims, claim.over, situation) ?? 'moved';
    const submission = await submitWithin(provider, message);
    // What it asks for one address is written with this send, and keeps nobody else's message back.
    if (submission.outcome === 'slow-down' && submission.scope === undefined)
      calm.set(name, performance.now() + calmMs(submission.retryAfterMs));
    const isAccepted = await recordOutcome(pool, sendId, outcomeOf(submission, delivery));
    metrics.sent(name, channel, submission.outcome);
    await learn(pool, metrics, delivery, { name, country, isAccepted });
    return isAccepted ? 'accepted' : 'unsent';
  };
}

/** What goes well with a provider that is well says nothing new. */
async function learn(
  pool: Pool,
  metrics: DeliveryMetrics,
  { channel, situation }: OpenedDelivery,
  { name, country, isAccepted }: { name: string; country: string; isAccepted: boolean },
): Promise<void> {
  const wasIll = situation.health.some(({ provider }) => provider === name);
  if (isAccepted && !wasIll) return;
  metrics.changed(await learnHealth(pool, { provider: name, channel, country }));
}

function claimsFor(
  hash: DeliveryDependencies['hash'],
  { tenantId, channel, address, situation, policy }: OpenedDelivery,
  country: string,
): AllowanceClaim[] {
  const nameOf = (what: string, value: string): string =>
    hash(JSON.stringify(['allowance', what, tenantId, value])).slice(0, 22);
  return claimsOf(policy, {
    tenantId,
    purpose: situation.purpose,
    channel,
    country,
    // A mailbox is one however its name is written; a number is written in one way.
    addressName: nameOf('address', address.toLowerCase()),
    ...(channel === 'email' ? {} : { prefixName: nameOf('prefix', phonePrefix(address)) }),
    again: situation.attempts > 0,
  });
}

/** A code is not worth waiting for; a notice is, as long as its window ends before its deadline. */
function limitOf(
  claims: readonly AllowanceClaim[],
  over: string | undefined,
  { purpose, now, deadline }: OpenedDelivery['situation'],
): DeliveryEnd | Wait | undefined {
  const limit = claims.find(({ key }) => key === over);
  if (limit === undefined) return undefined;
  const waitMs = purpose === 'notice' ? noticeWaitMs(limit, now) : undefined;
  if (waitMs !== undefined && now + waitMs < deadline) return { waitMs, reason: limit.reason };
  return { status: 'refused', reason: limit.reason };
}

/** What no provider is asked for. */
function refusalOf({ channel, address, policy }: OpenedDelivery, country: string): DeliveryEnd | undefined {
  if (!isAllowedCountry(policy, channel, country))
    return { status: 'refused', reason: 'country_not_allowed' };
  if (channel === 'email') return undefined;
  try {
    refuseUndeliverable(channel, address);
    return undefined;
  } catch {
    return { status: 'refused', reason: 'number_refused' };
  }
}
