import type { Pool, PoolClient } from 'pg';
import { MfaError } from '../domain/errors';
import type { AuditEntry, OutboxEvent } from './decision-changes';

/** A command that the API carries out itself, because it is no part of a user's MFA process. */
export interface DirectCommand {
  readonly tenantId: string;
  readonly id: string;
  readonly fingerprint: string;
  readonly actor: string;
}

/** What a direct write changed and leaves behind, in the transaction that changed it. */
export interface DirectChange<Result> {
  readonly result: Result;
  readonly userId?: string;
  /** The epoch that the entries carry, where it is not the one read at the start. */
  readonly epoch?: string;
  readonly audit: readonly AuditEntry[];
  readonly events: readonly OutboxEvent[];
}

/**
 * One transaction, one command id: carries `act` out, or gives the result stored by an earlier attempt.
 *
 * @throws MfaError `idempotency_mismatch` when the id stands for another request
 */
export async function writeOnce<Result extends object>(
  pool: Pool,
  command: DirectCommand,
  act: (client: PoolClient) => Promise<DirectChange<Result>>,
): Promise<{ result: Result; replayed: boolean; ageSeconds: number }> {
  const client = await pool.connect();
  let broken = true;
  try {
    for (;;) {
      await client.query('BEGIN');
      const stored = await storedResult(client, command);
      if (stored !== undefined) {
        await client.query('COMMIT');
        broken = false;
        return { ...stored, result: stored.result as Result };
      }
      try {
        const change = await act(client);
        const first = await remember(client, command, change);
        await client.query(first ? 'COMMIT' : 'ROLLBACK');
        if (!first) continue;
        broken = false;
        return { result: change.result, replayed: false, ageSeconds: 0 };
      } catch (error) {
        await client.query('ROLLBACK');
        broken = false;
        // What an attempt at the same time has changed may be why this one could not: its result is the one that counts.
        const earlier = await storedResult(client, command);
        if (earlier === undefined) throw error;
        return { ...earlier, result: earlier.result as Result };
      }
    }
  } finally {
    client.release(broken);
  }
}

async function storedResult(
  client: PoolClient,
  command: DirectCommand,
): Promise<{ result: unknown; replayed: true; ageSeconds: number } | undefined> {
  const { rows } = await client.query<{ fingerprint: string; result: unknown; age: number }>(
    `SELECT fingerprint, result, extract(epoch FROM current_instant() - created_at)::float8 AS age
     FROM commands WHERE tenant_id = $1 AND command_id = $2`,
    [command.tenantId, command.id],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  if (row.fingerprint !== command.fingerprint) throw new MfaError('idempotency_mismatch');
  return { result: row.result, replayed: true, ageSeconds: row.age };
}

/** @returns false when an attempt at the same time was first: its result is the one that counts. */
async function remember<Result extends object>(
  client: PoolClient,
  command: DirectCommand,
  change: DirectChange<Result>,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `WITH stamp AS (SELECT coalesce($9::bigint, epoch) AS epoch FROM tenants WHERE tenant_id = $1),
     remembered AS (
       INSERT INTO commands (tenant_id, command_id, user_id, fingerprint, result, epoch, created_at)
       SELECT $1, $2, $3, $4, $5::jsonb, epoch, current_instant() FROM stamp
       ON CONFLICT (tenant_id, command_id) DO NOTHING RETURNING command_id),
     audited AS (
       INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch, command_id)
       SELECT $1, $3, current_instant(), $6, e.action, e.outcome, coalesce(e.detail, '{}'), stamp.epoch, $2
       FROM jsonb_to_recordset($7::jsonb) AS e (action text, outcome text, detail jsonb), stamp, remembered),
     announced AS (
       INSERT INTO outbox (tenant_id, user_id, type, data, at, epoch, command_id)
       SELECT $1, $3, e.type, coalesce(e.data, '{}'), current_instant(), stamp.epoch, $2
       FROM jsonb_to_recordset($8::jsonb) AS e (type text, data jsonb), stamp, remembered)
     SELECT FROM remembered`,
    [
      command.tenantId,
      command.id,
      change.userId ?? null,
      command.fingerprint,
      JSON.stringify(change.result),
      command.actor,
      JSON.stringify(change.audit),
      JSON.stringify(change.events),
      change.epoch ?? null,
    ],
  );
  return rowCount === 1;
}
