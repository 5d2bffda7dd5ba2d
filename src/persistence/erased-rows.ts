import type { Pool, PoolClient } from 'pg';
import { eventLiteral } from './event-literal';

/** Rows a statement, so that none runs into the statement timeout however much a user has left. */
const CHUNK = 5_000;

/**
 * What goes, table by table, $1 being the user. The order matters to writers that hold no lock on the user's row: a
 * refresh holds its session, so commands, audit and events are looked at only when no session is left to be refreshed.
 * `chunk` names the rows of one statement; the erasure's own command and event stay: they hold ids alone, and the
 * retry of the request must find its answer.
 */
const DELETIONS: readonly { table: string; where: string }[] = [
  {
    table: 'spent_codes',
    where: 'factor_id IN (SELECT factor_id FROM factors WHERE user_id = $1)',
  },
  {
    table: 'sends',
    where: 'delivery_id IN (SELECT delivery_id FROM deliveries WHERE user_id = $1)',
  },
  { table: 'deliveries', where: 'user_id = $1' },
  { table: 'tickets', where: 'user_id = $1' },
  { table: 'challenges', where: 'user_id = $1' },
  { table: 'contacts', where: 'user_id = $1' },
  { table: 'factors', where: 'user_id = $1' },
  { table: 'sessions', where: 'user_id = $1' },
  { table: 'authentications', where: 'user_id = $1' },
  { table: 'commands', where: `user_id = $1 AND NOT result ? 'erasureId'` },
  {
    table: 'outbox',
    where: `user_id = $1 AND type NOT IN (${eventLiteral('user.erasure-started')}, ${eventLiteral('user.erased')})`,
  },
  { table: 'epochs', where: `scope = 'user' AND subject = $1` },
];

/** What stays of an audit entry is its time, action, outcome and actor. */
const STRIP_AUDIT = `
  UPDATE audit SET detail = '{}', personal = NULL, command_id = NULL
  WHERE sequence = ANY (ARRAY(
    SELECT sequence FROM audit
    WHERE user_id = $1 AND action <> 'user.erase'
      AND (detail <> '{}' OR personal IS NOT NULL OR command_id IS NOT NULL)
    LIMIT ${CHUNK}))`;

/**
 * Deletes everything that the main database holds of a user, inside the caller's transaction. Doing it again does no harm.
 *
 * Audit entries are kept, without their detail and without what was personal in them: that something was done, when, by
 * which API key and with what outcome, about somebody who is a random number from now on. Auditors must be able to see
 * that nothing was taken out of the trail (GDPR Art. 5(2), 17(3)(b), (e)); whom it was about they need not.
 *
 * @param userId the internal, random id
 * @returns rows by table: deleted, and as `audit` those that were stripped
 */
export async function deleteUserRows(client: PoolClient, userId: string): Promise<Record<string, number>> {
  const counts = await deleteFacts(client, userId);
  const { rowCount } = await client.query('DELETE FROM lifecycle_runs WHERE user_id = $1', [userId]);
  return { ...counts, lifecycle_runs: rowCount ?? 0 };
}

/** The same save for the run ids, which an erasure needs until Temporal has deleted the runs. */
async function deleteFacts(client: PoolClient, userId: string): Promise<Record<string, number>> {
  // Decisions and imports take this lock first: what they wrote is there to be deleted, and what comes later finds nobody.
  await client.query('SELECT FROM users WHERE user_id = $1 FOR UPDATE', [userId]);
  const counts: Record<string, number> = {};
  for (const { table, where } of DELETIONS) {
    const statement = `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${where} LIMIT ${CHUNK}))`;
    counts[table] = await untilNone(client, statement, userId);
  }
  counts['audit'] = await untilNone(client, STRIP_AUDIT, userId);
  const { rowCount } = await client.query('DELETE FROM users WHERE user_id = $1', [userId]);
  counts['users'] = rowCount ?? 0;
  return counts;
}

async function untilNone(client: PoolClient, statement: string, userId: string): Promise<number> {
  for (let all = 0; ;) {
    const { rowCount } = await client.query(statement, [userId]);
    all += rowCount ?? 0;
    if ((rowCount ?? 0) < CHUNK) return all;
  }
}

/** One step of an erasure: deletes what there is and adds the counts to the certificate, in one transaction. */
export async function deleteErasedRows(
  pool: Pool,
  erasure: { erasureId: string; userId: string },
): Promise<void> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    const { audit = 0, ...deleted } = await deleteFacts(client, erasure.userId);
    await client.query(ADD_COUNTS, [erasure.erasureId, deleted, { audit }]);
    await client.query('COMMIT');
    broken = false;
  } finally {
    client.release(broken);
  }
}

const sum = (name: string, counts: string): string => `
  jsonb_build_object('${name}', (
    SELECT jsonb_object_agg(key, coalesce((certificate->'${name}'->>key)::bigint, 0) + value::bigint)
    FROM jsonb_each_text(${counts}::jsonb)))`;

const ADD_COUNTS = `
  UPDATE erasures SET certificate = certificate || ${sum('deleted', '$2')} || ${sum('stripped', '$3')}
  WHERE erasure_id = $1 AND status = 'running'`;
