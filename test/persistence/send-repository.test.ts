import type { Pool } from 'pg';
import { settleAbandonedSends } from '../../src/persistence/abandoned-send-repository';
import { recordReport } from '../../src/persistence/send-report-repository';
import { claimSend, recordOutcome } from '../../src/persistence/send-repository';
import { randomId } from '../../src/security/random-id';
import { Ledger } from '../activities/delivery/ledger';

describe('What is written of a send at the same time', () => {
  let ledger: Ledger;
  let deadlocks: number;
  let pool: Pool;

  beforeAll(async () => {
    ledger = await Ledger.open();
    pool = counting(ledger.pool, () => (deadlocks += 1));
  });

  beforeEach(() => {
    deadlocks = 0;
  });

  afterAll(async () => {
    await ledger.close();
  });

  async function underWay(): Promise<{ deliveryId: string; sendId: string }> {
    const deliveryId = await ledger.delivery(await ledger.user());
    const sendId = randomId('snd');
    const send = { sendId, deliveryId, provider: 'first', country: 'GB', idempotencyKey: deliveryId };
    expect(await claimSend(ledger.pool, { ...send, attempts: 0, claims: [] })).toEqual({ claimed: true });
    return { deliveryId, sendId };
  }

  const answer = (sendId: string) =>
    recordOutcome(pool, sendId, { status: 'accepted', ref: `ref-of-${sendId}` });
  const report = ({ deliveryId, sendId }: { deliveryId: string; sendId: string }) =>
    recordReport(pool, 'first', {
      ref: `ref-of-${sendId}`,
      idempotencyKey: deliveryId,
      status: 'delivered',
    });

  /** Everybody who asks for the delivery's row meanwhile waits, in the order of asking. */
  async function whileHeld(deliveryId: string, writers: readonly (() => Promise<unknown>)[]): Promise<void> {
    const holder = await ledger.pool.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM deliveries WHERE delivery_id = $1 FOR UPDATE', [deliveryId]);
      const written: Promise<unknown>[] = [];
      for (const [index, write] of writers.entries()) {
        written.push(write());
        await waiters(ledger.pool, index + 1);
      }
      await holder.query('COMMIT');
      await Promise.all(written);
    } finally {
      holder.release();
    }
  }

  test("waits for the delivery alone: an answer and a report never stand in each other's way", async () => {
    const send = await underWay();
    await whileHeld(send.deliveryId, [() => report(send), () => answer(send.sendId)]);
    expect(deadlocks).toBe(0);
    expect(await ledger.deliveryRow(send.deliveryId)).toMatchObject({ status: 'delivered' });
    expect(await ledger.sendsOf(send.deliveryId)).toEqual([expect.objectContaining({ status: 'delivered' })]);
  });

  test('waits for the delivery alone when what a worker left behind is settled', async () => {
    const send = await underWay();
    await ledger.pool.query(
      `UPDATE sends SET submitted_at = submitted_at - interval '13 seconds' WHERE send_id = $1`,
      [send.sendId],
    );
    const settle = () => settleAbandonedSends(pool, send.deliveryId);
    await whileHeld(send.deliveryId, [() => report(send), settle]);
    expect(deadlocks).toBe(0);
    expect(await ledger.sendsOf(send.deliveryId)).toEqual([expect.objectContaining({ status: 'delivered' })]);
  });

  test('never deadlocks, over many pairs at once', async () => {
    const sends: { deliveryId: string; sendId: string }[] = [];
    for (let count = 0; count < 200; count += 1) sends.push(await underWay());
    await Promise.all(sends.flatMap((send) => [answer(send.sendId), report(send)]));
    expect(deadlocks).toBe(0);
    const { rows } = await ledger.pool.query(
      `SELECT d.status, s.status AS sent, count(*)::integer AS number FROM deliveries d JOIN sends s USING (delivery_id)
       WHERE d.delivery_id = ANY ($1) GROUP BY 1, 2`,
      [sends.map(({ deliveryId }) => deliveryId)],
    );
    expect(rows).toEqual([{ status: 'delivered', sent: 'delivered', number: 200 }]);
  });

  test('corrects what was counted also on a day on which nothing was', async () => {
    const { sendId } = await underWay();
    const correction = { key: `${ledger.tenantId}/spend/XXX`, amount: '0.90' };
    expect(await recordOutcome(ledger.pool, sendId, { status: 'accepted', correction })).toBe(true);
    const { rows } = await ledger.pool.query(
      'SELECT used::float8 AS used FROM delivery_allowances WHERE key = $1',
      [correction.key],
    );
    expect(rows).toEqual([{ used: 0.9 }]);
  });

  test('an answer says of a message that is not there that nobody has it', async () => {
    expect(await recordOutcome(ledger.pool, 'snd_absent', { status: 'accepted' })).toBe(false);
  });
});

/** Until so many sessions wait for a lock. */
async function waiters(pool: Pool, number: number): Promise<void> {
  for (let left = 400; left > 0; left -= 1) {
    const { rows } = await pool.query<{ waiting: number }>(
      `SELECT count(*)::integer AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (rows[0]?.waiting === number) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('nobody waits for the delivery');
}

/** The pool, which tells of each deadlock that Postgres broke, also where the statement is run again. */
function counting(pool: Pool, seen: () => void): Pool {
  return new Proxy(pool, {
    get(target, property) {
      if (property !== 'query') return Reflect.get(target, property) as unknown;
      return async (statement: string, values?: unknown[]) => {
        try {
          return await target.query(statement, values);
        } catch (error) {
          if (error instanceof Error && 'code' in error && error.code === '40P01') seen();
          throw error;
        }
      };
    },
  });
}
