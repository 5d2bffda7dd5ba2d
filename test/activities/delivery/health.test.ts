import type { Submission } from '../../../src/delivery/provider';
import { learnConversions } from '../../../src/persistence/conversion-repository';
import { tripProvider } from '../../../src/persistence/provider-health-repository';
import { attempt, deliver, Ledger, randomMobile, scripted, type Subject } from './ledger';

const accepted: Submission = { outcome: 'accepted' };
const failed: Submission = { outcome: 'failed', code: '503' };

describe('Health that is learned', () => {
  let ledger: Ledger;

  beforeEach(async () => {
    ledger = await Ledger.open({ perPrefixPerHour: 100_000, perCountryPerDay: 100_000, dailySpend: rich });
  });

  afterEach(async () => {
    await ledger.close();
  });

  async function one(
    worker: ReturnType<Ledger['worker']>,
    to?: string,
  ): Promise<{ of: Subject; id: string }> {
    const of = await ledger.user();
    const id = await ledger.delivery(of, to === undefined ? {} : { to });
    await deliver(worker, of, id);
    return { of, id };
  }

  const stateOf = async (provider: string): Promise<string | undefined> => {
    const { rows } = await ledger.pool.query<{ state: string }>(
      `SELECT state FROM provider_health WHERE provider = $1 AND country = 'GB'`,
      [provider],
    );
    return rows[0]?.state;
  };

  test('1,000 codes all end while the first provider fails half of its calls, and few are lost to it', async () => {
    const first = scripted('first', async (_, count) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return count % 2 === 0 ? failed : accepted;
    });
    const second = scripted('second', () => accepted);
    const worker = ledger.worker([first, second]);
    const work = Array.from({ length: 1_000 }, (_, index) => index);
    const statuses: string[] = [];
    const stream = async (): Promise<void> => {
      while (work.pop() !== undefined) {
        const of = await ledger.user();
        statuses.push(await deliver(worker, of, await ledger.delivery(of)));
      }
    };
    await Promise.all(Array.from({ length: 20 }, stream));
    expect(statuses.filter((status) => status === 'accepted')).toHaveLength(1_000);
    const { rows } = await ledger.pool.query<{ failures: number }>(
      `SELECT count(*)::integer AS failures FROM sends WHERE provider = 'first' AND status = 'failed'`,
    );
    expect(rows[0]?.failures).toBeGreaterThanOrEqual(4);
    expect(rows[0]?.failures).toBeLessThanOrEqual(20);
    expect(await ledger.eventsOf('provider.failing')).toEqual([
      { provider: 'first', channel: 'sms', country: 'GB', reason: 'failures' },
    ]);
  }, 120_000);

  test('a provider that trips is announced once, however many workers see it', async () => {
    const first = scripted('first', () => failed);
    const second = scripted('second', () => accepted);
    const workers = Array.from({ length: 6 }, () => ledger.worker([first, second]));
    await Promise.all(workers.map((worker) => one(worker)));
    await Promise.all(workers.map((worker) => one(worker)));
    expect(await ledger.eventsOf('provider.failing')).toHaveLength(1);
    const { rows } = await ledger.pool.query(`SELECT 1 FROM audit WHERE action = 'provider.failing'`);
    expect(rows).toHaveLength(1);
  });

  test('a failing provider is tried by one message at a time, and trusted again after three that worked', async () => {
    let works = false;
    const first = scripted('first', () => (works ? accepted : failed));
    const second = scripted('second', () => accepted);
    const worker = ledger.worker([first, second]);
    await one(worker);
    await one(worker);
    expect(await stateOf('first')).toBe('failing');
    const before = first.messages.length;
    await one(worker);
    expect(first.messages).toHaveLength(before);
    works = true;
    for (const probe of [1, 2, 3]) {
      await dueNow(ledger);
      await Promise.all([one(worker), one(worker), one(worker)]);
      expect(first.messages).toHaveLength(before + probe);
    }
    expect(await stateOf('first')).toBe('healthy');
    expect(await ledger.eventsOf('provider.recovered')).toEqual([
      { provider: 'first', channel: 'sms', country: 'GB', reason: 'failures' },
    ]);
    await one(worker);
    expect(first.messages).toHaveLength(before + 4);
  });

  test('a probe that fails costs its message nothing but a moment, and the next one comes later', async () => {
    const first = scripted('first', () => failed);
    const second = scripted('second', () => accepted);
    const worker = ledger.worker([first, second]);
    await one(worker);
    await one(worker);
    await dueNow(ledger);
    const { id } = await one(worker);
    expect((await ledger.sendsOf(id)).map(({ provider, status }) => [provider, status])).toEqual([
      ['first', 'failed'],
      ['second', 'accepted'],
    ]);
    const { rows } = await ledger.pool.query<{ wait: number }>(
      `SELECT extract(epoch FROM probe_at - current_instant())::float8 AS wait FROM provider_health WHERE country = 'GB'`,
    );
    expect(rows[0]?.wait).toBeGreaterThan(45);
  });

  test('the only provider is used although it fails', async () => {
    let works = false;
    const only = scripted('first', () => (works ? accepted : failed));
    const worker = ledger.worker([only]);
    const of = await ledger.user();
    const id = await ledger.delivery(of);
    await attempt(worker, of, id);
    await one(
      ledger.worker([scripted('first', () => ({ outcome: 'rejected', scope: 'provider', code: '401' }))]),
    );
    await one(
      ledger.worker([scripted('first', () => ({ outcome: 'rejected', scope: 'provider', code: '401' }))]),
    );
    expect(await stateOf('first')).toBe('failing');
    works = true;
    const { id: later } = await one(worker);
    expect((await ledger.deliveryRow(later)).status).toBe('accepted');
  });

  test('a number that nobody reaches says nothing of a provider', async () => {
    const first = scripted('first', () => ({ outcome: 'rejected', scope: 'address', code: '21614' }));
    const worker = ledger.worker([first]);
    for (let count = 0; count < 6; count += 1) await one(worker);
    expect(await stateOf('first')).toBeUndefined();
  });

  test('trouble in one country is trouble there alone', async () => {
    const first = scripted('first', ({ to }) => (to.startsWith('+33') ? failed : accepted));
    const second = scripted('second', () => accepted);
    const worker = ledger.worker([first, second]);
    for (let count = 0; count < 4; count += 1) await one(worker, `+3361234567${count}`);
    const { id } = await one(worker);
    expect((await ledger.sendsOf(id)).map(({ provider }) => provider)).toEqual(['first']);
    const { id: french } = await one(worker, '+33612345690');
    expect((await ledger.sendsOf(french)).map(({ provider }) => provider)).toEqual(['second']);
  });

  test('a provider whose codes never come back is left, and returned to when they do', async () => {
    const first = scripted('first', () => accepted);
    const second = scripted('second', () => accepted);
    const worker = ledger.worker([first, second]);
    for (let count = 0; count < 20; count += 1) await one(worker);
    expect(await learnConversions(ledger.pool)).toEqual([]);
    await ledger.moveClock(3 * 60_000);
    expect(await learnConversions(ledger.pool)).toEqual([
      { provider: 'first', channel: 'sms', country: 'GB', state: 'failing' },
    ]);
    const { id } = await one(worker);
    expect((await ledger.sendsOf(id)).map(({ provider }) => provider)).toEqual(['second']);
    for (const minutes of [5, 7, 9]) {
      await ledger.moveClock(minutes * 60_000);
      const { id: probe } = await one(worker);
      await ledger.pool.query('UPDATE sends SET converted_at = current_instant() WHERE delivery_id = $1', [
        probe,
      ]);
    }
    expect(await learnConversions(ledger.pool)).toEqual([
      { provider: 'first', channel: 'sms', country: 'GB', state: 'healthy' },
    ]);
  });

  test('whether codes come back is told by codes: notices neither count nor use up a probe', async () => {
    const first = scripted('first', () => accepted);
    const second = scripted('second', () => accepted);
    const worker = ledger.worker([first, second]);
    await tripProvider(ledger.pool, { provider: 'first', channel: 'sms', country: 'GB' }, 'conversion');
    const notice = async (by: typeof worker): Promise<void> => {
      const of = await ledger.user();
      await deliver(
        by,
        of,
        await ledger.delivery(of, { purpose: 'notice', channel: 'sms', to: randomMobile() }),
      );
    };
    // Nobody types a notice in: three that nobody answered are no failed probes.
    const only = ledger.worker([first]);
    for (let count = 0; count < 3; count += 1) await notice(only);
    for (const minutes of [3, 6, 9]) {
      await ledger.moveClock(minutes * 60_000);
      const before = first.messages.length;
      await notice(worker);
      expect(first.messages).toHaveLength(before);
      const { id: probe } = await one(worker);
      expect(first.messages).toHaveLength(before + 1);
      await ledger.pool.query('UPDATE sends SET converted_at = current_instant() WHERE delivery_id = $1', [
        probe,
      ]);
      // Newer than the probe, and ripe when it is looked at.
      await notice(only);
    }
    await ledger.moveClock(12 * 60_000);
    await learnConversions(ledger.pool);
    expect(await stateOf('first')).toBe('healthy');
  });
});

const rich = { amount: '100000', currency: 'USD' };

async function dueNow(ledger: Ledger): Promise<void> {
  await ledger.pool.query('UPDATE provider_health SET probe_at = current_instant()');
}
