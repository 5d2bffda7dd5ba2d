import { createSweepActivities } from '../../src/activities/sweeps';
import { forgetOld } from '../../src/persistence/retention-repository';
import { readSweepLag } from '../../src/persistence/sweep-lag-repository';
import type { Submission } from '../../src/delivery/provider';
import { deliver, Ledger, scripted } from './delivery/ledger';

const retention = { outboxDays: 30, commandHours: 24, restAfterDays: 30 };
const accepted: Submission = { outcome: 'accepted' };

describe('The sweep of deliveries', () => {
  let ledger: Ledger;
  let asked: string[];
  let away: boolean;

  beforeEach(async () => {
    ledger = await Ledger.open();
    asked = [];
    away = false;
  });

  afterEach(async () => {
    await ledger.close();
  });

  const sweep = () =>
    createSweepActivities({
      pool: ledger.pool,
      signalRest: () => Promise.resolve(),
      startErasure: () => Promise.resolve(),
      startDelivery(_, deliveryId) {
        if (away) return Promise.reject(new Error('Temporal is away'));
        asked.push(deliveryId);
        return Promise.resolve();
      },
      retention,
    }).startDeliveries();

  test('leaves alone what a lifecycle may still take up', async () => {
    const of = await ledger.user();
    await ledger.delivery(of);
    expect(await sweep()).toEqual({ handled: 0, more: false });
    expect(asked).toEqual([]);
  });

  test('asks a lifecycle for what nobody took up, once a minute', async () => {
    const of = await ledger.user();
    const id = await ledger.delivery(of);
    await ledger.moveClock(31_000);
    expect((await readSweepLag(ledger.pool, retention)).startDeliveries).toBeGreaterThan(0);
    expect(await sweep()).toEqual({ handled: 1, more: false });
    await sweep();
    expect(asked).toEqual([id]);
    await ledger.moveClock(100_000);
    await sweep();
    expect(asked).toEqual([id, id]);
  });

  test('says that it failed when it could ask nobody', async () => {
    const of = await ledger.user();
    await ledger.delivery(of);
    await ledger.moveClock(31_000);
    away = true;
    await expect(sweep()).rejects.toThrow('Temporal is away');
  });

  test('ends what is not worth sending any more, with an event', async () => {
    const of = await ledger.user();
    const id = await ledger.delivery(of);
    await ledger.moveClock(601_000);
    await sweep();
    expect(asked).toEqual([]);
    expect(await ledger.deliveryRow(id)).toMatchObject({ status: 'expired', reason: 'deadline' });
    expect(await ledger.eventsOf('delivery.failed')).toEqual([
      expect.objectContaining({ deliveryId: id, status: 'expired', channel: 'sms' }),
    ]);
    const late = scripted('first', () => accepted);
    expect(await deliver(ledger.worker([late]), of, id)).toBe('expired');
    expect(late.messages).toHaveLength(0);
  });

  test('says of what was under way when its time came that nobody knows', async () => {
    const of = await ledger.user();
    const id = await ledger.delivery(of);
    await deliver(ledger.worker([scripted('first', () => accepted)]), of, id);
    await ledger.pool.query(`UPDATE sends SET status = 'submitting'`);
    await ledger.pool.query(`UPDATE deliveries SET status = 'queued'`);
    await ledger.moveClock(601_000);
    await sweep();
    expect(await ledger.deliveryRow(id)).toMatchObject({ status: 'expired', uncertain: true });
    expect(await ledger.sendsOf(id)).toEqual([
      expect.objectContaining({ status: 'uncertain', code: 'abandoned' }),
    ]);
  });

  test('says of what a dead worker had under way that nobody knows, also of a delivery that was cancelled', async () => {
    const of = await ledger.user();
    const id = await ledger.delivery(of);
    await deliver(ledger.worker([scripted('first', () => accepted)]), of, id);
    await ledger.pool.query(`UPDATE sends SET status = 'submitting'`);
    await ledger.pool.query(`UPDATE deliveries SET status = 'cancelled', reason = 'challenge_used'`);
    expect(await sweep()).toEqual({ handled: 0, more: false });
    expect(await ledger.sendsOf(id)).toEqual([expect.objectContaining({ status: 'submitting' })]);
    await ledger.moveClock(13_000);
    expect(await sweep()).toEqual({ handled: 1, more: false });
    expect(await ledger.sendsOf(id)).toEqual([
      expect.objectContaining({ status: 'uncertain', code: 'abandoned' }),
    ]);
    expect(await ledger.deliveryRow(id)).toEqual({
      status: 'cancelled',
      reason: 'challenge_used',
      uncertain: true,
    });
    expect(await sweep()).toEqual({ handled: 0, more: false });
  });

  test('what was delivered is forgotten with its ledger after the days of the outbox, allowances after two', async () => {
    const of = await ledger.user();
    await deliver(ledger.worker([scripted('first', () => accepted)]), of, await ledger.delivery(of));
    const left = async (table: string): Promise<number> =>
      (await ledger.pool.query(`SELECT FROM ${table}`)).rowCount ?? 0;
    await ledger.moveClock(3 * 86_400_000);
    await forgetOld(ledger.pool, retention, 1_000);
    expect([await left('deliveries'), await left('sends'), await left('delivery_allowances')]).toEqual([
      1, 1, 0,
    ]);
    await ledger.moveClock(31 * 86_400_000);
    await forgetOld(ledger.pool, retention, 1_000);
    expect([await left('deliveries'), await left('sends')]).toEqual([0, 0]);
  });
});
