import type { Pool } from 'pg';
import { MfaError } from '../domain/errors';
import { type Admission, readAdmission, type Target } from '../persistence/admission-repository';
import { hashApiKey, looksLikeApiKey } from '../security/api-key';
import { toMfaError } from './error-translation';
import { noteApiKeyUse } from '../persistence/api-key-repository';
import type { RateLimiting } from './rate-limits';

/** What is known of a request before anything is read. */
export interface Arrival {
  readonly authorization: string | undefined;
  readonly target: Target;
  /** The end user's address and what is limited per user, where the route limits them. */
  readonly address?: string | undefined;
  readonly subject?: string | undefined;
}

export interface Admitted {
  readonly admission: Admission;
  /** To be thrown once scope and shape of the request are found in order. */
  readonly overLimit?: Error;
}

export interface Admissions {
  /**
   * One parallel step of reads: the key, its tenant and the user named, and the counts of the limits.
   * @throws MfaError `unauthenticated`
   */
  admit(arrival: Arrival): Promise<Admitted>;
}

const bearer = /^Bearer +(\S+) *$/i;
const MAX_KNOWN_KEYS = 10_000;

/** The API key of an Authorization header (RFC 6750 §2.1), when it can be one. */
export function apiKeyOf(authorization: string | undefined): string | undefined {
  const key = bearer.exec(authorization ?? '')?.[1];
  return key !== undefined && looksLikeApiKey(key) ? key : undefined;
}

export function createAdmissions(pool: Pool, rateLimiting: RateLimiting): Admissions {
  // Whose a key was when it was last admitted: names the counters, so that they can be raised beside the lookup.
  // Never grants anything. A key that is not known yet is counted after it was found: noise leaves no row.
  const known = new Map<string, { tenantId: string; keyId: string }>();

  const noting = new Set<string>();
  /** Beside the request and not in it: knowing when a key was last used is worth no failed login. */
  function noteUse(keyId: string): void {
    if (noting.has(keyId)) return;
    noting.add(keyId);
    void noteApiKeyUse(pool, keyId)
      .catch(() => undefined)
      .finally(() => noting.delete(keyId));
  }

  return {
    async admit({ authorization, target, address, subject }) {
      const key = apiKeyOf(authorization);
      if (key === undefined) throw new MfaError('unauthenticated');
      const hash = hashApiKey(key);
      const hashName = hash.toString('base64');
      const count = (whose: { tenantId: string; keyId: string }): Promise<Error | undefined> =>
        rateLimiting.count({ ...whose, address, subject }).then(() => undefined, toMfaError);

      const earlier = known.get(hashName);
      const [admission, countedBeside] = await Promise.all([
        readAdmission(pool, hash, target),
        earlier === undefined ? undefined : count(earlier),
      ]);
      if (admission === undefined) {
        known.delete(hashName);
        throw new MfaError('unauthenticated');
      }
      if (admission.useIsNews) noteUse(admission.keyId);
      if (earlier === undefined) {
        if (known.size >= MAX_KNOWN_KEYS) known.clear();
        known.set(hashName, { tenantId: admission.tenantId, keyId: admission.keyId });
      }
      const overLimit = earlier === undefined ? await count(admission) : countedBeside;
      return { admission, ...(overLimit === undefined ? {} : { overLimit }) };
    },
  };
}
