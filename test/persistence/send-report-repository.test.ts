import type { StatusReport, Submission } from '../../src/delivery/provider';
import { learnHealth } from '../../src/persistence/provider-health-repository';
import { recordReport } from '../../src/persistence/send-report-repository';
import { deliver, Ledger, scripted, type Subject } from '../activities/delivery/ledger';

describe('Reports of a provider', () => {
  let ledger: Ledger;
  let alice: Subject;
  let id: string;
  let refs = 0;
  let ref: string;

  beforeAll(async () => {
    ledger = await Ledger.open({ perPrefixPerHour: 1_000 });
  });

  beforeEach(async () => {
    await ledger.pool.query('TRUNCATE provider_health, sends');
    refs += 1;
    ref = `ref-${String(refs)}`;
    alice = await ledger.user();
    id = await ledger.delivery(alice);
  });

  afterAll(async () => {
    await ledger.close();
  });

  const accepted = (): Submission => ({ outcome: 'accepted', ref });
  const report = (status: StatusReport['status'], more: Partial<StatusReport> = {}) =>
    recordReport(ledger.pool, 'first', { ref, status, ...more });
  const statusOf = async (): Promise<string> => (await ledger.deliveryRow(id)).status;
  const historyOf = async (): Promise<string[]> =>
    (await ledger.sendsOf(id)).flatMap(({ history }) => history.map(({ status }) => status));

  test('move a delivery forward, with price and history', async () => {
    await deliver(ledger.worker([scripted('first', accepted)]), alice, id);
    expect(await report('sent')).toMatchObject({ deliveryId: id, changed: true, goesOn: false });
    expect(await statusOf()).toBe('sent');
    await report('delivered', { price: { amount: '0.0079', currency: 'USD' } });
    expect(await statusOf()).toBe('delivered');
    expect(await historyOf()).toEqual(['submitting', 'accepted', 'sent', 'delivered']);
    const { rows } = await ledger.pool.query(
      'SELECT price::text, currency FROM sends WHERE delivery_id = $1',
      [id],
    );
    expect(rows).toEqual([{ price: '0.0079', currency: 'USD' }]);
    const { rows: entries } = await ledger.pool.query(
      `SELECT outcome, detail FROM audit WHERE user_id = $1 AND action = 'delivery' ORDER BY sequence`,
      [alice.userId],
    );
    expect(entries).toEqual([
      { outcome: 'accepted', detail: { deliveryId: id, provider: 'first', channel: 'sms' } },
      { outcome: 'delivered', detail: { deliveryId: id, provider: 'first', channel: 'sms' } },
    ]);
  });

  test.each([
    ['twice', ['delivered', 'delivered'], 'delivered'],
    ['in another order', ['delivered', 'sent'], 'delivered'],
    ['that contradict each other', ['delivered', 'undelivered'], 'delivered'],
  ] as const)('%s leave the first that went furthest', async (_, statuses, left) => {
    await deliver(ledger.worker([scripted('first', accepted)]), alice, id);
    for (const status of statuses) await report(status);
    expect(await statusOf()).toBe(left);
    expect(await historyOf()).toEqual(['submitting', 'accepted', 'delivered']);
  });

  test('of one message twenty times at once count once', async () => {
    await deliver(ledger.worker([scripted('first', accepted)]), alice, id);
    const made = await Promise.all(Array.from({ length: 20 }, () => report('delivered')));
    expect(made.filter((one) => one?.changed)).toHaveLength(1);
    expect(await historyOf()).toEqual(['submitting', 'accepted', 'delivered']);
  });

  test('of a message that nobody sent are kept nowhere', async () => {
    expect(await recordReport(ledger.pool, 'first', { ref: 'unknown', status: 'delivered' })).toBeUndefined();
    expect(await recordReport(ledger.pool, 'second', { ref, status: 'delivered' })).toBeUndefined();
  });

  test('that come before the answer are found by the key, and not undone by it', async () => {
    const provider = scripted('first', async ({ idempotencyKey }) => {
      await recordReport(ledger.pool, 'first', { ref, idempotencyKey, status: 'delivered' });
      return accepted();
    });
    await deliver(ledger.worker([provider]), alice, id);
    expect(await statusOf()).toBe('delivered');
  });

  test('of another message of the provider move no other of the same delivery', async () => {
    await deliver(ledger.worker([scripted('first', accepted)]), alice, id);
    const other = { ref: `${ref}-other`, idempotencyKey: id, status: 'undelivered' } as const;
    expect(await recordReport(ledger.pool, 'first', other)).toBeUndefined();
    expect(await historyOf()).toEqual(['submitting', 'accepted']);
    expect(await statusOf()).toBe('accepted');
    expect(await report('delivered', { idempotencyKey: id })).toMatchObject({ changed: true });
  });

  test('settle what was uncertain, also after the delivery was given up', async () => {
    const provider = scripted('first', () => ({ outcome: 'uncertain', code: 'timeout' }));
    expect(await deliver(ledger.worker([provider]), alice, id)).toBe('failed');
    await report('delivered', { idempotencyKey: id });
    expect(await ledger.deliveryRow(id)).toEqual({ status: 'delivered', reason: null, uncertain: true });
  });

  test('that it did not arrive put the delivery back, and the next provider has it', async () => {
    const first = scripted('first', accepted);
    const second = scripted('second', () => ({ outcome: 'accepted' }));
    const worker = ledger.worker([first, second]);
    await deliver(worker, alice, id);
    expect(await report('undelivered', { code: '30005' })).toMatchObject({ goesOn: true });
    expect(await report('undelivered', { code: '30005' })).toMatchObject({ goesOn: false, changed: false });
    expect(await deliver(worker, alice, id)).toBe('accepted');
    expect(second.messages).toHaveLength(1);
    expect(first.messages).toHaveLength(1);
  });

  test('that the address is refused for good end the delivery, and nobody else is asked', async () => {
    const second = scripted('second', () => ({ outcome: 'accepted' }));
    const worker = ledger.worker([scripted('first', accepted), second]);
    await deliver(worker, alice, id);
    const refused = { code: '21610', scope: 'address', refused: true } as const;
    expect(await report('undelivered', refused)).toMatchObject({ changed: true, goesOn: false });
    expect(await ledger.deliveryRow(id)).toMatchObject({ status: 'refused', reason: 'address_refused' });
    expect(await deliver(worker, alice, id)).toBe('refused');
    expect(second.messages).toHaveLength(0);
    expect(await ledger.eventsOf('delivery.failed')).toContainEqual(
      expect.objectContaining({ deliveryId: id, status: 'refused', reason: 'address_refused' }),
    );
  });

  test.each([
    ["about the person's line say nothing of the provider", { scope: 'address' }, []],
    ['about nothing else say that the provider fails', {}, [expect.objectContaining({ state: 'failing' })]],
  ] as const)('%s', async (_, about, changes) => {
    const second = scripted('second', () => ({ outcome: 'accepted' }));
    for (let count = 0; count < 6; count += 1) {
      const bob = await ledger.user();
      const theirs = `${ref}-${String(count)}`;
      const first = scripted('first', () => ({ outcome: 'accepted', ref: theirs }));
      await deliver(ledger.worker([first, second]), bob, await ledger.delivery(bob));
      const busy = { ref: theirs, status: 'undelivered', code: 'busy', ...about } as const;
      expect(await recordReport(ledger.pool, 'first', busy)).toMatchObject({ changed: true, goesOn: true });
    }
    expect(await learnHealth(ledger.pool, { provider: 'first', channel: 'sms', country: 'GB' })).toEqual(
      changes,
    );
  });

  test('that it did not arrive end the delivery when nobody else can bring it', async () => {
    const worker = ledger.worker([scripted('first', accepted)]);
    await deliver(worker, alice, id);
    await report('undelivered', { code: '30005' });
    expect(await deliver(worker, alice, id)).toBe('undelivered');
    expect(await ledger.eventsOf('delivery.failed')).toContainEqual(
      expect.objectContaining({ deliveryId: id, status: 'undelivered' }),
    );
  });

  test('that it did not arrive start nothing once its challenge is over', async () => {
    await deliver(ledger.worker([scripted('first', accepted)]), alice, id);
    await ledger.pool.query(`UPDATE challenges SET status = 'used', salt = NULL WHERE user_id = $1`, [
      alice.userId,
    ]);
    expect(await report('undelivered')).toMatchObject({ goesOn: false });
    expect(await statusOf()).toBe('undelivered');
  });

  test('of one of two messages leave the other its chance', async () => {
    const first = scripted('first', () => ({ outcome: 'uncertain', code: 'timeout' }));
    const second = scripted('second', () => ({ outcome: 'accepted' }));
    await deliver(ledger.worker([first, second]), alice, id);
    expect(await report('undelivered', { idempotencyKey: id })).toMatchObject({ goesOn: false });
    expect(await statusOf()).toBe('accepted');
  });
});
