import type { PoolClient } from 'pg';
import type { EventTypeName } from '../domain/events/catalogue';
import { eventLiteral } from './event-literal';

/** Ms since the epoch by the clock that decides. */
export async function readInstant(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ now: number }>(
    'SELECT floor(extract(epoch FROM current_instant()) * 1000)::float8 AS now',
  );
  if (rows[0] === undefined) throw new Error('a SELECT that always has one row gave none');
  return rows[0].now;
}

/** Every writer of a user's factors raises the version; a decision that read the user before looks again. */
export async function raiseVersions(client: PoolClient, tenantId: string): Promise<void> {
  await client.query('UPDATE users SET version = version + 1 WHERE tenant_id = $1', [tenantId]);
}

/** @returns how many authentications that were begun before the restore ended. */
export async function endAuthentications(client: PoolClient, tenantId: string): Promise<number> {
  const { rowCount } = await client.query(
    `WITH ended AS (
       UPDATE authentications SET status = 'expired', reason = 'restored', ended_at = current_instant()
       WHERE tenant_id = $1 AND status = 'pending' RETURNING tenant_id, user_id, authentication_id
     ), audited AS (
       INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch)
       SELECT e.tenant_id, e.user_id, current_instant(), 'command-line', 'authentication', 'expired',
         jsonb_build_object('authenticationId', e.authentication_id, 'reason', 'restored'), t.epoch
       FROM ended e JOIN tenants t USING (tenant_id)
     ), announced AS (
       INSERT INTO outbox (tenant_id, user_id, type, data, at, epoch)
       SELECT e.tenant_id, e.user_id, ${eventLiteral('challenge.abandoned')},
         jsonb_build_object('authenticationId', e.authentication_id), current_instant(), t.epoch
       FROM ended e JOIN tenants t USING (tenant_id)
     )
     SELECT 1 FROM ended`,
    [tenantId],
  );
  return rowCount ?? 0;
}

/**
 * Ends what was on its way before the restore: its codes are refused from now on. Notices still go out, for one that comes
 * twice does less harm than one that never comes.
 */
export async function endChallenges(client: PoolClient, tenantId: string): Promise<void> {
  await client.query(
    `WITH closed AS (
       UPDATE challenges SET status = 'closed', salt = NULL, ended_at = current_instant()
       WHERE tenant_id = $1 AND status = 'open'
     ), unknown AS (
       UPDATE sends SET status = 'uncertain', code = 'restored', history = history ||
         jsonb_build_object('at', current_instant(), 'status', 'uncertain', 'code', 'restored')
       WHERE tenant_id = $1 AND status = 'submitting'
     )
     UPDATE deliveries SET status = 'cancelled', reason = 'restored', ended_at = current_instant()
     WHERE tenant_id = $1 AND status = 'queued' AND purpose <> 'notice'`,
    [tenantId],
  );
}

/** @returns how many enrolments that were begun before the restore are given up, with their secrets. */
export async function endEnrolments(client: PoolClient, tenantId: string): Promise<number> {
  const { rows } = await client.query<{ factor_id: string }>(
    `SELECT factor_id FROM factors WHERE tenant_id = $1 AND status = 'pending'`,
    [tenantId],
  );
  return removeFactors(
    client,
    tenantId,
    rows.map(({ factor_id }) => factor_id),
    'enrolment.abandoned',
  );
}

/**
 * Moves counters of factors to what is burned from now on, never back.
 *
 * @returns how many were moved.
 */
export async function raiseCounters(
  client: PoolClient,
  floors: readonly { factorId: string; counter: number }[],
): Promise<number> {
  const { rowCount } = await client.query(
    `UPDATE factors f SET counter = floor.counter
     FROM unnest($1::text[], $2::bigint[]) AS floor (factor_id, counter)
     WHERE f.factor_id = floor.factor_id AND f.counter < floor.counter`,
    [floors.map(({ factorId }) => factorId), floors.map(({ counter }) => counter)],
  );
  return rowCount ?? 0;
}

/** Removes factors whose spent codes cannot be told from unspent ones, with audit entry and event each. */
export async function removeFactors(
  client: PoolClient,
  tenantId: string,
  factorIds: readonly string[],
  event: Extract<EventTypeName, 'factor.removed' | 'enrolment.abandoned'>,
): Promise<number> {
  if (factorIds.length === 0) return 0;
  const { rowCount } = await client.query(
    `WITH removed AS (
       DELETE FROM factors WHERE tenant_id = $1 AND factor_id = ANY ($2)
       RETURNING tenant_id, user_id, factor_id, kind
     ), cleared AS (
       UPDATE users SET default_factor = NULL WHERE tenant_id = $1 AND default_factor = ANY ($2)
     ), audited AS (
       INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch)
       SELECT r.tenant_id, r.user_id, current_instant(), 'command-line', 'factor.remove', 'done',
         jsonb_build_object('factorId', r.factor_id, 'kind', r.kind, 'reason', 'restored'), t.epoch
       FROM removed r JOIN tenants t USING (tenant_id)
     ), announced AS (
       INSERT INTO outbox (tenant_id, user_id, type, data, at, epoch)
       SELECT r.tenant_id, r.user_id, $3, jsonb_build_object('factorId', r.factor_id, 'kind', r.kind),
         current_instant(), t.epoch
       FROM removed r JOIN tenants t USING (tenant_id)
     )
     SELECT 1 FROM removed`,
    [tenantId, factorIds, event],
  );
  return rowCount ?? 0;
}
