import type { Pool } from 'pg';

/** Another process changes or rotates master keys of this deployment. */
export class RotationUnderWay extends Error {
  readonly code = 'rotation_under_way';
  override readonly name = 'RotationUnderWay';

  constructor() {
    super('Another rotation of this deployment is under way: wait until it has ended, then run this again.');
  }
}

/** The number is arbitrary and only has to be the same everywhere. */
const ROTATION_LOCK = 7_203_121;

/**
 * Runs `act` while no other process of the deployment rotates master keys. The lock is the connection's, so that it is
 * gone with a process that is killed, wherever that ran.
 *
 * @param pool of the keys database
 * @throws RotationUnderWay
 */
export async function withRotationLock<Result>(pool: Pool, act: () => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let lost: Error | undefined;
  client.on('error', (error) => {
    lost = error;
  });
  try {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
      ROTATION_LOCK,
    ]);
    if (rows[0]?.locked !== true) throw new RotationUnderWay();
    return await act();
  } finally {
    // The lock goes with the connection.
    client.release(lost ?? true);
  }
}
