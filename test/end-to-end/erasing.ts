import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Called } from '../running-system';
import type { Backend, Person } from './person';

/** Above the wait for what is in flight and the half minute in which a server deletes a run. */
const PATIENCE_MS = 300_000;

export interface Certificate {
  rowsDeleted: Record<string, number>;
  rowsStripped: Record<string, number>;
  keysDestroyed: string[];
  runsGone: string[];
  runsLeft: string[];
  remains: { what: string; why: string }[];
}

export interface Erasure {
  id: string;
  status: 'running' | 'done';
  internalUserId: string;
  certificate?: Certificate;
}

/** Erases a person and gives the erasure. */
export async function erase(person: Person, headers: Record<string, string> = {}): Promise<Erasure> {
  const { status, body } = await person.call('DELETE', '', undefined, headers);
  if (status !== 202) throw new Error(`the erasure answered ${String(status)} ${String(body.code)}`);
  return body as Erasure;
}

/** The erasure once it is done, with its certificate. */
export async function untilErased(
  backend: Pick<Backend, 'call'>,
  erasureId: string,
): Promise<Erasure & { certificate: Certificate }> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const { status, body }: Called = await backend.call('GET', `/v1/erasures/${erasureId}`);
    if (status !== 200) throw new Error(`the erasure answered ${String(status)}`);
    if (body.status === 'done') return body as Erasure & { certificate: Certificate };
    if (Date.now() > end) throw new Error('the erasure did not end');
    await sleep(500);
  }
}

/** Everything in the main database that says a user's internal id, by table. */
export async function rowsNaming(pool: Pool, userId: string): Promise<Record<string, unknown[]>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  const found: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: unknown }>(
      `SELECT to_jsonb(t) AS row FROM ${name} t WHERE position($1 IN to_jsonb(t)::text) > 0`,
      [userId],
    );
    if (rows.length > 0) found[name] = rows.map(({ row }) => row);
  }
  return found;
}

/** What names an erased user by the random id for ever. */
export const TABLES_LEFT = ['audit', 'commands', 'erasures', 'outbox'];

/** Every data key that a user ever had. */
export async function keysOf(
  keysPool: Pool,
  userId: string,
): Promise<{ key_id: string; wrapped: Buffer; destroyed_at: Date | null }[]> {
  const { rows } = await keysPool.query<{ key_id: string; wrapped: Buffer; destroyed_at: Date | null }>(
    'SELECT key_id, wrapped, destroyed_at FROM data_keys WHERE user_id = $1',
    [userId],
  );
  return rows;
}

export const codeOf = ({ status, body }: Called): string => `${String(status)} ${String(body.code)}`;
