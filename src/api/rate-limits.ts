import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import { MfaError } from '../domain/errors';
import { countInWindows } from '../persistence/rate-limit-repository';
import { addressGroup } from './address-group';

/** Requests a minute, counted over all processes. */
export interface RateLimits {
  readonly perApiKey: number;
  /** Authentications and answers from one address of an end user. */
  readonly perAddress: number;
  /** Authentications, answers and enrolments of one user. */
  readonly perUser: number;
  /** Requests to the link page from one address. */
  readonly perLinkAddress: number;
}

/** What one request counts against. */
export interface Counted {
  readonly tenantId: string;
  readonly keyId: string;
  readonly address?: string | undefined;
  readonly subject?: string | undefined;
}

export interface RateLimiting {
  /**
   * Counts in one step. A store that is away fails the request, as everything else does.
   * @throws MfaError `rate_limited`
   */
  count(counted: Counted): Promise<void>;
  /**
   * Counts for a user who is known only after the look-up.
   * @throws MfaError `rate_limited`
   */
  countUser(tenantId: string, externalId: string): Promise<void>;
  /**
   * Counts an answer that is sent as a Signal.
   * @throws MfaError `rate_limited`
   */
  countAnswerLater(tenantId: string, externalId: string): Promise<void>;
  /**
   * Counts a request to the link page, whose sender has no key and names no tenant.
   * @throws MfaError `rate_limited`
   */
  countLink(address: string): Promise<void>;
  /**
   * Counts a callback whose signature is no provider's.
   * @throws MfaError `rate_limited`
   */
  countForgedCallback(address: string): Promise<void>;
}

const WINDOW_MS = 60_000;

/**
 * Answers by Signal a minute of one user. They can be sent for the ten minutes of an authentication alone, and a new
 * one needs a worker: with every worker away at most 600 gather, where a run takes 10,000 Signals.
 */
const ANSWERS_LATER_PER_MINUTE = 60;

/** From one address: a provider whose secret was changed tries again a few times, and then not every second. */
const FORGED_CALLBACKS_PER_MINUTE = 30;

/** @param nameKey keys the names in the store, which are addresses and ids of people else */
export function createRateLimiting(pool: Pool, nameKey: Buffer, limits: RateLimits): RateLimiting {
  function nameOf(tenantId: string, subject: string): string {
    const hash = createHmac('sha256', nameKey).update(JSON.stringify(['rate', tenantId, subject]), 'utf8');
    return hash.digest('base64url').slice(0, 22);
  }

  async function refuseOver(allowed: ReadonlyMap<string, number>): Promise<void> {
    const counts = await countInWindows(pool, [...allowed.keys()], WINDOW_MS);
    const over = counts.filter(({ name, points }) => points > (allowed.get(name) ?? 0));
    if (over.length === 0) return;
    const endsInMs = Math.max(...over.map((count) => count.endsInMs));
    throw new MfaError('rate_limited', { retryAfterSeconds: Math.max(1, Math.ceil(endsInMs / 1000)) });
  }

  return {
    async count({ tenantId, keyId, address, subject }) {
      const allowed = new Map([[`key:${keyId}`, limits.perApiKey]]);
      if (address !== undefined)
        allowed.set(`address:${nameOf(tenantId, addressGroup(address))}`, limits.perAddress);
      if (subject !== undefined) allowed.set(`user:${nameOf(tenantId, subject)}`, limits.perUser);
      await refuseOver(allowed);
    },
    async countUser(tenantId, externalId) {
      await refuseOver(new Map([[`user:${nameOf(tenantId, `user/${externalId}`)}`, limits.perUser]]));
    },

    async countAnswerLater(tenantId, externalId) {
      const name = `later:${nameOf(tenantId, `user/${externalId}`)}`;
      await refuseOver(new Map([[name, ANSWERS_LATER_PER_MINUTE]]));
    },

    async countForgedCallback(address) {
      const name = `callback:${nameOf('-', addressGroup(address))}`;
      await refuseOver(new Map([[name, FORGED_CALLBACKS_PER_MINUTE]]));
    },

    async countLink(address) {
      await refuseOver(new Map([[`link:${nameOf('-', addressGroup(address))}`, limits.perLinkAddress]]));
    },
  };
}
