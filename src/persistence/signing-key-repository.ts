import type { Pool, PoolClient } from 'pg';

type SigningKeyStatus = 'next' | 'active' | 'retired' | 'compromised';

/** A row of `signing_keys`. `privateSealed` is empty once a retired key can sign no more. */
export interface SigningKeyRow {
  readonly kid: string;
  readonly publicJwk: Record<string, unknown>;
  readonly privateSealed: Buffer;
  readonly status: SigningKeyStatus;
  /** Whether its retirement is within the retention that was asked about; true for a key that is not retired. */
  readonly published: boolean;
}

export type NewSigningKeyRow = Pick<SigningKeyRow, 'kid' | 'publicJwk' | 'privateSealed'>;

/** How an attempt to rotate ended. `superseded`: another process rotated first. `too_soon`: the next key is too new. */
export type RotationOutcome = 'rotated' | 'superseded' | 'too_soon';

/** The number is arbitrary and only has to be the same everywhere: signing keys change one process at a time. */
const SIGNING_KEYS_LOCK = 7_203_120;

/** Every signing key that may still verify, the newest first: one that has leaked proves nothing. */
export async function listSigningKeys(pool: Pool, retentionMs: number): Promise<SigningKeyRow[]> {
  const { rows } = await pool.query<SigningKeyRow>(
    `SELECT kid, public_jwk AS "publicJwk", private_sealed AS "privateSealed", status,
            (status <> 'retired' OR retired_at > now() - $1 * interval '1 millisecond') AS published
     FROM signing_keys WHERE status <> 'compromised' ORDER BY created_at DESC`,
    [retentionMs],
  );
  return rows;
}

/** Gives the deployment an active and a next key where it lacks them. `make` is called for those alone. */
export async function insertMissingSigningKeys(pool: Pool, make: () => NewSigningKeyRow): Promise<void> {
  await inTurn(pool, async (client) => {
    const { rows } = await client.query<{ status: SigningKeyStatus }>(
      `SELECT status FROM signing_keys WHERE status IN ('active', 'next')`,
    );
    for (const status of ['active', 'next'] as const) {
      if (!rows.some((row) => row.status === status)) await insert(client, make(), status);
    }
  });
}

/**
 * In one transaction: next → active, active → retired, `fresh` → next, and the private halves of keys that
 * retired longer ago than the retention are wiped.
 * @param activeKid what the caller holds to be active; if it is not, nothing happens
 * @param announcedMs how long the next key must have been published before it may sign
 */
export async function rotateSigningKey(
  pool: Pool,
  rotation: {
    activeKid: string;
    fresh: NewSigningKeyRow;
    announcedMs: number;
    retentionMs: number;
    /** What becomes of the active key; one that has leaked verifies nothing from now on. */
    becomes: 'retired' | 'compromised';
  },
): Promise<RotationOutcome> {
  return await inTurn(pool, async (client) => {
    const { rows } = await client.query<{ kid: string; status: SigningKeyStatus; announced: boolean }>(
      `SELECT kid, status, created_at <= now() - $1 * interval '1 millisecond' AS announced
       FROM signing_keys WHERE status IN ('active', 'next') ORDER BY created_at`,
      [rotation.announcedMs],
    );
    const active = rows.find((row) => row.status === 'active');
    const next = rows.find((row) => row.status === 'next');
    if (active?.kid !== rotation.activeKid || next === undefined) return 'superseded';
    if (!next.announced) return 'too_soon';
    await client.query(`UPDATE signing_keys SET status = $2, retired_at = now() WHERE kid = $1`, [
      active.kid,
      rotation.becomes,
    ]);
    await client.query(`UPDATE signing_keys SET status = 'active', activated_at = now() WHERE kid = $1`, [
      next.kid,
    ]);
    await insert(client, rotation.fresh, 'next');
    await client.query(
      `UPDATE signing_keys SET private_sealed = ''
       WHERE (status = 'compromised' OR status = 'retired' AND retired_at <= now() - $1 * interval '1 millisecond')`,
      [rotation.retentionMs],
    );
    return 'rotated';
  });
}

async function insert(client: PoolClient, row: NewSigningKeyRow, status: SigningKeyStatus): Promise<void> {
  await client.query(
    `INSERT INTO signing_keys (kid, public_jwk, private_sealed, status, activated_at)
     VALUES ($1, $2, $3, $4, CASE WHEN $4 = 'active' THEN now() END)`,
    [row.kid, JSON.stringify(row.publicJwk), row.privateSealed, status],
  );
}

async function inTurn<Result>(pool: Pool, act: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [SIGNING_KEYS_LOCK]);
    const result = await act(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // Closing the connection rolls back, even when it is the connection that broke.
    client.release(true);
    throw error;
  }
}
