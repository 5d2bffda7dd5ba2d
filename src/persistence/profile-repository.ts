import type { PoolClient } from 'pg';
import { MfaError } from '../domain/errors';

/** What is to change of a user's profile; what is absent stays. */
export interface ProfileChange {
  /** BCP 47; null takes it away. */
  readonly locale?: string | null | undefined;
  /** Id of a confirmed factor of the user; null takes it away. */
  readonly defaultFactor?: string | null | undefined;
  /** Factor kinds, the most wanted first. */
  readonly preferredOrder?: readonly string[] | undefined;
  /** Kinds of factor that may be the default. */
  readonly defaultKinds: readonly string[];
}

interface Profile {
  readonly locale: string | null;
  readonly default_factor: string | null;
  readonly preferred_order: string[];
}

/**
 * Changes a profile. The row stays locked, so that no factor becomes the default that is removed at the same moment.
 *
 * @returns the names of the fields that are others now
 * @throws MfaError `conflict` when the default is to be a factor that cannot be
 */
export async function changeProfile(
  client: PoolClient,
  userId: string,
  change: ProfileChange,
): Promise<string[]> {
  const { rows } = await client.query<Profile>(
    'SELECT locale, default_factor, preferred_order FROM users WHERE user_id = $1 FOR NO KEY UPDATE',
    [userId],
  );
  const before = rows[0];
  if (before === undefined) throw new MfaError('not_found');
  const { locale = before.locale, defaultFactor = before.default_factor } = change;
  const preferredOrder = change.preferredOrder ?? before.preferred_order;
  const changed = [
    ...(locale === before.locale ? [] : ['locale']),
    ...(defaultFactor === before.default_factor ? [] : ['defaultFactor']),
    ...(preferredOrder.join() === before.preferred_order.join() ? [] : ['preferredOrder']),
  ];
  if (changed.includes('defaultFactor') && defaultFactor !== null)
    await refuseUnusable(client, userId, defaultFactor, change.defaultKinds);
  if (changed.length > 0) {
    await client.query(
      'UPDATE users SET locale = $2, default_factor = $3, preferred_order = $4 WHERE user_id = $1',
      [userId, locale, defaultFactor, preferredOrder],
    );
  }
  return changed;
}

async function refuseUnusable(
  client: PoolClient,
  userId: string,
  factorId: string,
  kinds: readonly string[],
): Promise<void> {
  const { rowCount } = await client.query(
    `SELECT FROM factors WHERE user_id = $1 AND factor_id = $2 AND status = 'active' AND kind = ANY ($3)`,
    [userId, factorId, kinds],
  );
  if (rowCount === 0) throw unusableDefault();
}

/** What whoever names a default is told that is none of the user's factors. */
export function unusableDefault(): MfaError {
  return new MfaError('conflict', {
    detail: 'The default factor must be a confirmed factor of the user, of a kind that stands alone.',
  });
}
