import type { Channel } from '../../delivery/provider';
import { defaultDeliveryPolicy, type DeliveryPolicy } from '../delivery-policy';

export type LimitReason = 'limit_address' | 'limit_prefix' | 'limit_country' | 'limit_tenant' | 'limit_spend';

/** One limit that a message counts against. `key` holds no address: a keyed hash where it stands for one. */
export interface AllowanceClaim {
  readonly key: string;
  readonly window: 'hour' | 'day';
  /** Decimal: messages, or money. */
  readonly amount: string;
  readonly limit: string;
  /** Why a message is refused that is over. */
  readonly reason: LimitReason;
}

/** One message before it is handed over. */
export interface Chargeable {
  readonly tenantId: string;
  readonly purpose: 'challenge' | 'notice' | 'ticket';
  readonly channel: Channel;
  readonly country: string;
  /** Keyed hashes; no prefix for e-mail. */
  readonly addressName: string;
  readonly prefixName?: string;
  /** Its delivery was counted before: only the money is counted again. */
  readonly again: boolean;
}

/** A user who sets up several factors at once is told of each; so many an hour and a day to one address at least. */
const LEAST_NOTICES = { perAddressPerHour: 10, perAddressPerDay: 20 } as const;

/** What a tenant's codes cannot use up of its day, so that notices still go when somebody has spent all the rest. */
const NOTICE_RESERVE = 1.2;

/**
 * What one send counts against. Notices tell of what has happened already: they must not be pushed out by a limit that
 * whoever did it has used up with codes, nor by one that a tenant has set low for codes. They are bounded all the same, by
 * counts of their own: who toggles a factor pumps numbers by its notices.
 */
export function claimsOf(policy: DeliveryPolicy, message: Chargeable): AllowanceClaim[] {
  const { tenantId, channel } = message;
  const one = (
    key: string,
    window: AllowanceClaim['window'],
    limit: number,
    reason: LimitReason,
  ): AllowanceClaim => ({
    key: `${tenantId}/${key}/${window}`,
    window,
    amount: '1',
    limit: String(limit),
    reason,
  });
  const claims: AllowanceClaim[] = [];
  const travelsByPhone = channel !== 'email';
  const isNotice = message.purpose === 'notice';
  const share = isNotice ? NOTICE_RESERVE : 1;
  if (!message.again) {
    const limits = isNotice ? noticeLimits(policy) : policy;
    const of = isNotice ? 'notice-' : '';
    claims.push(
      one(`${of}address/${message.addressName}`, 'hour', limits.perAddressPerHour, 'limit_address'),
      one(`${of}address/${message.addressName}`, 'day', limits.perAddressPerDay, 'limit_address'),
    );
    if (message.prefixName !== undefined)
      claims.push(one(`${of}prefix/${message.prefixName}`, 'hour', limits.perPrefixPerHour, 'limit_prefix'));
    if (travelsByPhone)
      claims.push(one(`${of}country/${message.country}`, 'day', limits.perCountryPerDay, 'limit_country'));
    claims.push(one('tenant', 'day', Math.floor(policy.perTenantPerDay * share), 'limit_tenant'));
  }
  // Also where nothing is estimated: the provider may name a price, and the cap holds for it.
  claims.push({
    key: spendKeyOf(policy, tenantId, channel),
    window: 'day',
    amount: policy.estimatedPrice[channel],
    limit: isNotice ? (Number(policy.dailySpend.amount) * share).toFixed(6) : policy.dailySpend.amount,
    reason: 'limit_spend',
  });
  return claims;
}

function noticeLimits(policy: DeliveryPolicy): DeliveryPolicy {
  const shipped = defaultDeliveryPolicy;
  return {
    ...policy,
    perAddressPerHour: Math.max(policy.perAddressPerHour, LEAST_NOTICES.perAddressPerHour),
    perAddressPerDay: Math.max(policy.perAddressPerDay, LEAST_NOTICES.perAddressPerDay),
    perPrefixPerHour: Math.max(policy.perPrefixPerHour, shipped.perPrefixPerHour),
    perCountryPerDay: Math.max(policy.perCountryPerDay, shipped.perCountryPerDay),
  };
}

/**
 * Money of another currency is another sum. So is that of e-mail that is estimated to cost nothing: it goes on when texts
 * have spent the day's money.
 */
function spendKeyOf(policy: DeliveryPolicy, tenantId: string, channel: Channel): string {
  const sum = `${tenantId}/spend/${policy.dailySpend.currency}`;
  return channel === 'email' && Number(policy.estimatedPrice.email) === 0 ? `${sum}/email` : sum;
}

/**
 * By what the estimate that was counted is wrong: the price where it is known in the currency of the cap, nothing where the
 * message was not taken. Undefined when the estimate stands.
 */
export function correctionOf(
  policy: DeliveryPolicy,
  tenantId: string,
  channel: Channel,
  outcome: { readonly isTaken: boolean; readonly price?: { amount: string; currency: string } },
): { key: string; amount: string } | undefined {
  const estimate = Number(policy.estimatedPrice[channel]);
  const isKnown = outcome.price?.currency === policy.dailySpend.currency;
  if (outcome.isTaken && !isKnown) return undefined;
  const actual = outcome.isTaken ? Number(outcome.price?.amount) : 0;
  if (!Number.isFinite(actual) || actual === estimate) return undefined;
  return { key: spendKeyOf(policy, tenantId, channel), amount: (actual - estimate).toFixed(6) };
}

const WINDOW_MS = { hour: 3_600_000, day: 86_400_000 } as const;

/**
 * Milliseconds that a notice waits after it ran into a limit, until the window is over (UTC). Undefined where it is refused: at
 * the limit of its own address. All the others are shared, and who uses one up must not silence what somebody else is told.
 */
export function noticeWaitMs(claim: AllowanceClaim, now: number): number | undefined {
  if (claim.reason === 'limit_address') return undefined;
  return WINDOW_MS[claim.window] - (now % WINDOW_MS[claim.window]);
}

/** Whether a tenant sends to the country of a number; e-mail belongs to none. */
export function isAllowedCountry(policy: DeliveryPolicy, channel: Channel, country: string): boolean {
  return channel === 'email' || policy.countries === null || policy.countries.includes(country);
}
