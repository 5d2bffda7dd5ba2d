import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { MfaError } from '../domain/errors';
import { addressGroup } from './address-group';

/** Requests a minute, counted over all processes. */
export interface RateLimits {
  readonly perApiKey: number;
  /** Authentications and answers from one address of an end user. */
  readonly perAddress: number;
  /** Authentications begun for one user, and answers to one authentication. */
  readonly perUser: number;
}

export const defaultRateLimits: RateLimits = { perApiKey: 12_000, perAddress: 60, perUser: 60 };

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
}

/** @param nameKey keys the names in the store, which are addresses and ids of people else */
export function createRateLimiting(pool: Pool, nameKey: Buffer, limits: RateLimits): RateLimiting {
  const limiter = (keyPrefix: string, points: number): RateLimiterPostgres =>
    new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'rate_limits',
      tableCreated: true,
      keyPrefix,
      points,
      duration: 60,
    });
  const byKey = limiter('key', limits.perApiKey);
  const byAddress = limiter('address', limits.perAddress);
  const byUser = limiter('user', limits.perUser);

  function nameOf(tenantId: string, subject: string): string {
    const hash = createHmac('sha256', nameKey).update(JSON.stringify(['rate', tenantId, subject]), 'utf8');
    return hash.digest('base64url').slice(0, 22);
  }

  return {
    async count({ tenantId, keyId, address, subject }) {
      const counts: Promise<unknown>[] = [byKey.consume(keyId)];
      if (address !== undefined) counts.push(byAddress.consume(nameOf(tenantId, addressGroup(address))));
      if (subject !== undefined) counts.push(byUser.consume(nameOf(tenantId, subject)));
      const refused = (await Promise.allSettled(counts)).find((count) => count.status === 'rejected');
      if (refused === undefined) return;
      const reason: unknown = refused.reason;
      if (!(reason instanceof RateLimiterRes)) throw reason;
      throw new MfaError('rate_limited', { retryAfterSeconds: Math.ceil(reason.msBeforeNext / 1000) });
    },
  };
}
