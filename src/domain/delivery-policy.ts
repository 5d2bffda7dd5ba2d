import type { Channel } from '../delivery/provider';

/** How a tenant's messages travel: what is allowed, how much of it, and how long a user waits for another. */
export interface DeliveryPolicy {
  /** ISO 3166-1 alpha-2 codes that numbers may belong to; null allows every country. */
  readonly countries: readonly string[] | null;
  readonly perUserPer10Minutes: number;
  readonly perAddressPerHour: number;
  readonly perAddressPerDay: number;
  /** Numbers that share country code and the four digits after it: a pumped range is rented in blocks. */
  readonly perPrefixPerHour: number;
  readonly perCountryPerDay: number;
  readonly perTenantPerDay: number;
  /** Decimal amount and its ISO 4217 currency. */
  readonly dailySpend: { readonly amount: string; readonly currency: string };
  /** Counted against the spend until the provider names its price, in the currency of `dailySpend`. */
  readonly estimatedPrice: Readonly<Record<Channel, string>>;
  /** Seconds before the first, second, … resend; the last one holds for all that follow. */
  readonly resendWaitsSeconds: readonly number[];
  /** Where a redeemed login link sends the browser. */
  readonly returnUrl?: string;
  /** Host that codes by SMS are bound to (origin-bound one-time codes). */
  readonly origin?: string;
}

export const defaultDeliveryPolicy: DeliveryPolicy = {
  countries: null,
  perUserPer10Minutes: 5,
  perAddressPerHour: 5,
  perAddressPerDay: 10,
  perPrefixPerHour: 50,
  perCountryPerDay: 5_000,
  perTenantPerDay: 20_000,
  dailySpend: { amount: '50', currency: 'USD' },
  estimatedPrice: { sms: '0.05', voice: '0.10', email: '0' },
  resendWaitsSeconds: [30, 60, 120, 300],
};

/** What a policy may hold; the API refuses by the same bounds what a stored one falls back from. */
export const policyBounds = {
  mostMessages: 10_000_000,
  mostCountries: 300,
  mostWaits: 10,
  longestWaitSeconds: 3_600,
  country: /^[A-Z]{2}$/,
  amount: /^\d{1,9}(?:\.\d{1,6})?$/,
  currency: /^[A-Z]{3}$/,
  host: /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/,
} as const;

const counts = [
  'perUserPer10Minutes',
  'perAddressPerHour',
  'perAddressPerDay',
  'perPrefixPerHour',
  'perCountryPerDay',
  'perTenantPerDay',
] as const;

/**
 * The delivery policy within a tenant's policy (`tenants.policy`, under `delivery`), over the default one. What cannot
 * be read is as if it were not there, so that a limit is never lost to a slip; a list of countries that cannot be read
 * allows none.
 */
export function deliveryPolicyOf(policy: Readonly<Record<string, unknown>>): DeliveryPolicy {
  const wish = recordOf(policy['delivery']);
  const fallback = defaultDeliveryPolicy;
  const price = recordOf(wish['estimatedPrice']);
  const { returnUrl, origin } = wish;
  return {
    ...fallback,
    countries: countriesOf(wish['countries']),
    ...Object.fromEntries(counts.map((name) => [name, countOf(wish[name], fallback[name])])),
    dailySpend: spendOf(wish['dailySpend']),
    estimatedPrice: {
      sms: amountOf(price['sms'], fallback.estimatedPrice.sms),
      voice: amountOf(price['voice'], fallback.estimatedPrice.voice),
      email: amountOf(price['email'], fallback.estimatedPrice.email),
    },
    resendWaitsSeconds: waitsOf(wish['resendWaitsSeconds']),
    ...(typeof returnUrl === 'string' && isReturnUrl(returnUrl) ? { returnUrl } : {}),
    ...(typeof origin === 'string' && policyBounds.host.test(origin) ? { origin } : {}),
  };
}

/** https, or http on this machine; without a name and password, which would show in the browser's history. */
export function isReturnUrl(text: string): boolean {
  if (text.length > 2_000 || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  return protocol === 'https:' || (protocol === 'http:' && isLocal);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function countriesOf(value: unknown): readonly string[] | null {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) return [];
  return value.filter(
    (country): country is string => typeof country === 'string' && policyBounds.country.test(country),
  );
}

function countOf(value: unknown, fallback: number): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : fallback;
}

function amountOf(value: unknown, fallback: string): string {
  return typeof value === 'string' && policyBounds.amount.test(value) ? value : fallback;
}

/** Amount and currency belong together: half of a spend is none. */
function spendOf(value: unknown): DeliveryPolicy['dailySpend'] {
  const { amount, currency } = recordOf(value);
  const isReadable =
    typeof amount === 'string' &&
    policyBounds.amount.test(amount) &&
    typeof currency === 'string' &&
    policyBounds.currency.test(currency);
  return isReadable ? { amount, currency } : defaultDeliveryPolicy.dailySpend;
}

function waitsOf(value: unknown): readonly number[] {
  if (!Array.isArray(value) || value.length === 0) return defaultDeliveryPolicy.resendWaitsSeconds;
  const isReadable = value.every(
    (wait) => Number.isSafeInteger(wait) && wait >= 1 && wait <= policyBounds.longestWaitSeconds,
  );
  return isReadable ? (value as number[]) : defaultDeliveryPolicy.resendWaitsSeconds;
}
