import { issuedCode } from '../../src/factors/issued-code';
import type { Submission } from '../../src/delivery/provider';
import type { StatusReport } from '../../src/delivery/provider';
import { recordReport } from '../../src/persistence/send-report-repository';
import { attempt, deliver, Ledger, randomMobile, scripted } from './delivery/ledger';

const accepted: Submission = { outcome: 'accepted' };
const failed: Submission = { outcome: 'failed', code: '503' };
const uncertain: Submission = { outcome: 'uncertain', code: 'timeout' };

describe('Delivering a code', () => {
  let ledger: Ledger;

  beforeAll(async () => {
    ledger = await Ledger.open();
  });

  // What one test makes a provider's health should be no other's.
  beforeEach(async () => {
    await ledger.pool.query('TRUNCATE provider_health, sends');
  });

  afterAll(async () => {
    await ledger.close();
  });

  test('hands over the code of the challenge once, and the ledger says who took it', async () => {
    const provider = scripted('first', () => ({ outcome: 'accepted', ref: 'ref-1' }));
    const alice = await ledger.user();
    const to = randomMobile();
    const id = await ledger.delivery(alice, { to });
    expect(await deliver(ledger.worker([provider]), alice, id)).toBe('accepted');
    expect(await deliver(ledger.worker([provider]), alice, id)).toBe('accepted');
    const { rows } = await ledger.pool.query<{ id: string; salt: string; issue: string }>(
      `SELECT c.challenge_id AS id, c.salt, c.issue FROM challenges c JOIN deliveries d USING (challenge_id)
       WHERE d.delivery_id = $1`,
      [id],
    );
    const [challenge] = rows;
    const code = issuedCode(ledger.hash, {
      id: challenge?.id ?? '',
      salt: challenge?.salt ?? '',
      issue: Number(challenge?.issue),
    });
    expect(provider.messages.map(({ to: number, text }) => [number, text])).toEqual([[to, `code ${code}`]]);
    expect(await ledger.sendsOf(id)).toEqual([
      expect.objectContaining({
        provider: 'first',
        status: 'accepted',
        history: [
          expect.objectContaining({ status: 'submitting' }),
          expect.objectContaining({ status: 'accepted' }),
        ],
      }),
    ]);
  });

  test('is tried once more by the provider that failed, and then by the next one', async () => {
    const first = scripted('first', () => failed);
    const second = scripted('second', () => accepted);
    const alice = await ledger.user();
    const id = await ledger.delivery(alice);
    expect(await deliver(ledger.worker([first, second]), alice, id)).toBe('accepted');
    expect((await ledger.sendsOf(id)).map(({ provider, status }) => [provider, status])).toEqual([
      ['first', 'failed'],
      ['first', 'failed'],
      ['second', 'accepted'],
    ]);
  });

  test('goes to the next provider at once when one will never take it', async () => {
    const first = scripted('first', () => ({ outcome: 'rejected', scope: 'provider', code: '401' }));
    const second = scripted('second', () => accepted);
    const alice = await ledger.user();
    const id = await ledger.delivery(alice);
    expect(await deliver(ledger.worker([first, second]), alice, id)).toBe('accepted');
    expect(first.messages).toHaveLength(1);
  });

  test('is refused for good when the address will never be reached', async () => {
    const first = scripted('first', () => ({ outcome: 'rejected', scope: 'address', code: '21614' }));
    const second = scripted('second', () => accepted);
    const alice = await ledger.user();
    const id = await ledger.delivery(alice);
    expect(await deliver(ledger.worker([first, second]), alice, id)).toBe('refused');
    expect(second.messages).toHaveLength(0);
    expect(await ledger.deliveryRow(id)).toMatchObject({ status: 'refused', reason: 'address_refused' });
    expect(await ledger.eventsOf('delivery.failed')).toContainEqual(
      expect.objectContaining({ deliveryId: id, reason: 'address_refused' }),
    );
  });

  test('leaves a provider that asks for calm alone, and uses another meanwhile', async () => {
    const calm = scripted('first', () => ({ outcome: 'slow-down', retryAfterMs: 60_000, code: '429' }));
    const second = scripted('second', () => accepted);
    const worker = ledger.worker([calm, second]);
    const alice = await ledger.user();
    expect(await deliver(worker, alice, await ledger.delivery(alice))).toBe('accepted');
    const bob = await ledger.user();
    expect(await deliver(worker, bob, await ledger.delivery(bob))).toBe('accepted');
    expect(calm.messages).toHaveLength(1);
  });

  test('waits as long as the only provider asks for, in Temporal and not in a worker', async () => {
    const calm = scripted('first', () => ({ outcome: 'slow-down', retryAfterMs: 30_000, code: '429' }));
    const alice = await ledger.user();
    const id = await ledger.delivery(alice);
    const wait = await attempt(ledger.worker([calm]), alice, id);
    expect(wait).toBeGreaterThan(25_000);
    expect(await attempt(ledger.worker([calm]), alice, id)).toBeGreaterThan(25_000);
    expect(calm.messages).toHaveLength(1);
  });

  test('asks a provider that honours keys again under the same key when it may have the message', async () => {
    const first = scripted('first', (_, count) => (count === 1 ? uncertain : accepted), {
      honoursIdempotencyKey: true,
    });
    const second = scripted('second', () => accepted);
    const alice = await ledger.user();
    const id = await ledger.delivery(alice);
    expect(await deliver(ledger.worker([first, second]), alice, id)).toBe('accepted');
    expect(first.messages.map(({ idempotencyKey }) => idempotencyKey)).toEqual([id, id]);
    expect(first.messages[0]).toEqual(first.messages[1]);
    expect(second.messages).toHaveLength(0);
    expect(await ledger.deliveryRow(id)).toMatchObject({ status: 'accepted', uncertain: true });
  });

  test('never asks a provider again that would send the message twice, and says that nobody knows', async () => {
    const only = scripted('first', () => uncertain);
    const alice = await ledger.user();
    const id = await ledger.delivery(alice);
    expect(await deliver(ledger.worker([only]), alice, id)).toBe('failed');
    expect(only.messages).toHaveLength(1);
    expect(await ledger.deliveryRow(id)).toMatchObject({ reason: 'unconfirmed', uncertain: true });
    expect(await ledger.sendsOf(id)).toEqual([expect.objectContaining({ status: 'uncertain' })]);
  });

  test('treats a provider that throws as one of which nothing is known', async () => {
    const broken = scripted('first', () => Promise.reject(new Error('no such host secret.example')));
    const second = scripted('second', () => accepted);
    const alice = await ledger.user();
    const id = await ledger.delivery(alice);
    expect(await deliver(ledger.worker([broken, second]), alice, id)).toBe('accepted');
    const [first] = await ledger.sendsOf(id);
    expect(first).toMatchObject({ status: 'uncertain', code: 'provider_broke' });
  });

  test.each([
    ['was used', `UPDATE challenges SET status = 'used', salt = NULL`, 'cancelled', 'challenge_used'],
    ['was closed', `UPDATE challenges SET status = 'closed', salt = NULL`, 'cancelled', 'challenge_closed'],
    ['has a newer code', `UPDATE challenges SET issue = issue + 1`, 'cancelled', 'code_replaced'],
    ['is over', `UPDATE challenges SET expires_at = issued_at`, 'expired', 'challenge_expired'],
  ])('sends nothing when the challenge %s', async (_, change, status, reason) => {
    const provider = scripted('first', () => accepted);
    const alice = await ledger.user();
    const id = await ledger.delivery(alice);
    await ledger.pool.query(`${change} WHERE user_id = $1`, [alice.userId]);
    expect(await deliver(ledger.worker([provider]), alice, id)).toBe(status);
    expect(await ledger.deliveryRow(id)).toMatchObject({ status, reason });
    expect(provider.messages).toHaveLength(0);
  });

  test('a code that is used while the next provider would be asked cancels what is still to come', async () => {
    const alice = await ledger.user();
    const second = scripted('second', () => accepted);
    const first = scripted('first', async () => {
      await ledger.pool.query(`UPDATE challenges SET status = 'used', salt = NULL WHERE user_id = $1`, [
        alice.userId,
      ]);
      return { outcome: 'uncertain', code: 'timeout' };
    });
    const id = await ledger.delivery(alice);
    expect(await deliver(ledger.worker([first, second]), alice, id)).toBe('cancelled');
    expect(second.messages).toHaveLength(0);
  });

  /** A provider whose report is here before its answer. */
  const hasty = (report: Omit<StatusReport, 'ref'>, ref: string) =>
    scripted('first', async ({ idempotencyKey }) => {
      await recordReport(ledger.pool, 'first', { ref, idempotencyKey, ...report });
      return { outcome: 'accepted', ref };
    });

  test('goes on to the next provider when a report that it did not arrive overtakes the answer', async () => {
    const first = hasty({ status: 'undelivered', code: '30008' }, 'hasty-1');
    const second = scripted('second', () => accepted);
    const alice = await ledger.user();
    const id = await ledger.delivery(alice);
    expect(await deliver(ledger.worker([first, second]), alice, id)).toBe('accepted');
    expect((await ledger.sendsOf(id)).map(({ provider, status }) => [provider, status])).toEqual([
      ['first', 'undelivered'],
      ['second', 'accepted'],
    ]);
    const { rows } = await ledger.pool.query(
      `SELECT outcome, detail->>'provider' AS provider FROM audit WHERE user_id = $1 AND action = 'delivery'`,
      [alice.userId],
    );
    expect(rows).toEqual([{ outcome: 'accepted', provider: 'second' }]);
  });

  test('ends when a report that the address is refused overtakes the answer', async () => {
    const first = hasty({ status: 'undelivered', code: '21610', scope: 'address', refused: true }, 'hasty-2');
    const second = scripted('second', () => accepted);
    const alice = await ledger.user();
    const id = await ledger.delivery(alice);
    expect(await deliver(ledger.worker([first, second]), alice, id)).toBe('refused');
    expect(second.messages).toHaveLength(0);
    expect(await ledger.deliveryRow(id)).toMatchObject({ status: 'refused', reason: 'address_refused' });
  });

  test('ends as failed when nobody serves the channel', async () => {
    const alice = await ledger.user();
    const id = await ledger.delivery(alice, { channel: 'voice' });
    const sms = scripted('first', () => accepted);
    expect(await deliver(ledger.worker([sms]), alice, id)).toBe('failed');
    expect(await ledger.deliveryRow(id)).toMatchObject({ reason: 'no_provider' });
  });

  test('of another user is not there', async () => {
    const provider = scripted('first', () => accepted);
    const [alice, bob] = [await ledger.user(), await ledger.user()];
    const id = await ledger.delivery(alice);
    expect(await deliver(ledger.worker([provider]), bob, id)).toBe('absent');
    expect(
      await deliver(ledger.worker([provider]), { tenantId: 'ten_other', userId: alice.userId }, id),
    ).toBe('absent');
    expect(provider.messages).toHaveLength(0);
  });

  test('by ten workers at once is one message', async () => {
    const provider = scripted('first', async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return accepted;
    });
    const alice = await ledger.user();
    const id = await ledger.delivery(alice);
    const workers = Array.from({ length: 10 }, () => ledger.worker([provider]));
    await Promise.all(workers.map((worker) => attempt(worker, alice, id)));
    expect(provider.messages).toHaveLength(1);
  });

  test('what a worker that died had under way is uncertain also when its code is not needed any more', async () => {
    const alice = await ledger.user();
    const id = await ledger.delivery(alice);
    const first = scripted('first', () => accepted);
    const killed = ledger.worker([first], { pool: failingAfterClaim(ledger) });
    await expect(attempt(killed, alice, id)).rejects.toThrow('killed');
    await ledger.pool.query(
      `UPDATE sends SET submitted_at = submitted_at - interval '13 seconds' WHERE delivery_id = $1`,
      [id],
    );
    await ledger.pool.query(`UPDATE challenges SET status = 'used', salt = NULL WHERE user_id = $1`, [
      alice.userId,
    ]);
    expect(await deliver(ledger.worker([first]), alice, id)).toBe('cancelled');
    expect(await ledger.sendsOf(id)).toEqual([
      expect.objectContaining({ status: 'uncertain', code: 'abandoned' }),
    ]);
    expect(await ledger.deliveryRow(id)).toMatchObject({ status: 'cancelled', uncertain: true });
    expect(first.messages).toHaveLength(1);
  });

  test('what a worker that died had under way is uncertain, and goes on', async () => {
    const alice = await ledger.user();
    const id = await ledger.delivery(alice);
    let dies = true;
    const first = scripted('first', () => {
      if (dies) throw new Error('the process is killed here');
      return accepted;
    });
    // A killed worker records nothing: the row stays as the claim left it.
    const killed = ledger.worker([first], { pool: failingAfterClaim(ledger) });
    await expect(attempt(killed, alice, id)).rejects.toThrow('killed');
    expect((await ledger.sendsOf(id)).map(({ status }) => status)).toEqual(['submitting']);
    dies = false;
    const second = scripted('second', () => accepted);
    const worker = ledger.worker([first, second]);
    expect(await attempt(worker, alice, id)).toBeGreaterThan(5_000);
    await ledger.pool.query(
      `UPDATE sends SET submitted_at = submitted_at - interval '13 seconds' WHERE delivery_id = $1`,
      [id],
    );
    expect(await deliver(worker, alice, id)).toBe('accepted');
    expect((await ledger.sendsOf(id)).map(({ provider, status }) => [provider, status])).toEqual([
      ['first', 'uncertain'],
      ['second', 'accepted'],
    ]);
    expect(await ledger.deliveryRow(id)).toMatchObject({ status: 'accepted', uncertain: true });
  });
});

/** The ledger's pool, which is gone as soon as an outcome would be written. */
function failingAfterClaim(ledger: Ledger): Ledger['pool'] {
  return new Proxy(ledger.pool, {
    get(pool, property) {
      if (property !== 'query') return Reflect.get(pool, property) as unknown;
      return (statement: { name?: string } | string, values?: unknown[]) => {
        if (typeof statement === 'object' && statement.name === 'record-outcome')
          return Promise.reject(new Error('killed'));
        return pool.query(statement as string, values);
      };
    },
  });
}
