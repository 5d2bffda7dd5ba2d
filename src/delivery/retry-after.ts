import type { IncomingHttpHeaders } from 'node:http';

/** Where a provider says "slow down" and not until when. */
const DEFAULT_MS = 30_000;
const LEAST_MS = 1_000;
const MOST_MS = 3_600_000;

/**
 * How long a provider asks to wait, in ms from 1 s to 1 h. Retry-After is seconds or a date (RFC 9110 §10.2.3); a date is
 * read against the answer's own Date, because the provider's clock need not be ours.
 */
export function retryAfterMs(headers: Pick<IncomingHttpHeaders, 'retry-after' | 'date'>): number {
  const asked = headers['retry-after']?.trim() ?? '';
  const wait = /^\d{1,9}$/.test(asked)
    ? Number(asked) * 1_000
    : Date.parse(asked) - Date.parse(headers.date ?? '');
  return Number.isFinite(wait) ? Math.min(Math.max(wait, LEAST_MS), MOST_MS) : DEFAULT_MS;
}
