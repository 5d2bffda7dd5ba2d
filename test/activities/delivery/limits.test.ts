import type { Submission } from '../../../src/delivery/provider';
import { attempt, deliver, type DeliveryWish, Ledger, randomMobile, scripted } from './ledger';

const accepted: Submission = { outcome: 'accepted' };

describe('Limits against fraud', () => {
  let ledger: Ledger;

  beforeEach(async () => {
    ledger = await Ledger.open();
  });

  afterEach(async () => {
    await ledger.close();
  });

  const provider = () => scripted('first', () => accepted, { channels: ['sms', 'voice', 'email'] });

  async function send(by: ReturnType<typeof provider>, wish: DeliveryWish): Promise<string | null> {
    const of = await ledger.user();
    const id = await ledger.delivery(of, wish);
    // A notice waits for the end of the window, which nobody here does.
    await (wish.purpose === 'notice' ? attempt : deliver)(ledger.worker([by]), of, id);
    const { status, reason } = await ledger.deliveryRow(id);
    return status === 'accepted' ? status : reason;
  }

  test('are on without a word in the policy: five messages an hour to one number', async () => {
    const by = provider();
    const to = randomMobile();
    const became = [];
    for (let count = 0; count < 7; count += 1) became.push(await send(by, { to }));
    expect(became).toEqual([...Array<string>(5).fill('accepted'), 'limit_address', 'limit_address']);
    expect(by.messages).toHaveLength(5);
    expect(await ledger.eventsOf('delivery.failed')).toHaveLength(2);
  });

  test('hold against messages at once', async () => {
    const by = provider();
    const to = randomMobile();
    const became = await Promise.all(Array.from({ length: 20 }, () => send(by, { to })));
    expect(became.filter((status) => status === 'accepted')).toHaveLength(5);
    expect(by.messages).toHaveLength(5);
  });

  test('count a mailbox by its address too', async () => {
    const by = provider();
    const became = [];
    for (let count = 0; count < 6; count += 1)
      became.push(await send(by, { channel: 'email', to: 'bob@example.com' }));
    expect(became.at(-1)).toBe('limit_address');
  });

  test('stop a range of numbers that is being pumped, and no other range', async () => {
    await ledger.setPolicy({ perPrefixPerHour: 3 });
    const by = provider();
    const became = [];
    for (let count = 0; count < 4; count += 1) became.push(await send(by, { to: `+44740012345${count}` }));
    expect(became).toEqual(['accepted', 'accepted', 'accepted', 'limit_prefix']);
    expect(await send(by, { to: '+447511123456' })).toBe('accepted');
  });

  test('stop a country at its number a day, and the tenant at its own', async () => {
    await ledger.setPolicy({ perCountryPerDay: 1, perTenantPerDay: 3 });
    const by = provider();
    expect(await send(by, { to: '+447400123450' })).toBe('accepted');
    expect(await send(by, { to: '+447400123451' })).toBe('limit_country');
    expect(await send(by, { to: '+33612345678' })).toBe('accepted');
    expect(await send(by, { channel: 'email' })).toBe('accepted');
    expect(await send(by, { channel: 'email' })).toBe('limit_tenant');
  });

  test('stop at the money of the day, by the price where it is known', async () => {
    await ledger.setPolicy({ dailySpend: { amount: '0.12', currency: 'USD' } });
    const by = provider();
    const became = [];
    for (let count = 0; count < 3; count += 1) became.push(await send(by, {}));
    expect(became).toEqual(['accepted', 'accepted', 'limit_spend']);
    await ledger.pool.query('TRUNCATE delivery_allowances');
    const cheap = scripted('first', () => ({
      outcome: 'accepted',
      price: { amount: '0.01', currency: 'USD' },
    }));
    for (let count = 0; count < 8; count += 1) expect(await send(cheap, {})).toBe('accepted');
    expect(await send(cheap, {})).toBe('limit_spend');
  });

  test('keep a fifth of the day for notices, which codes cannot use up', async () => {
    await ledger.setPolicy({ perTenantPerDay: 5, dailySpend: { amount: '0.25', currency: 'USD' } });
    const by = provider();
    for (let count = 0; count < 5; count += 1) expect(await send(by, {})).toBe('accepted');
    expect(['limit_spend', 'limit_tenant']).toContain(await send(by, {}));
    expect(await send(by, { purpose: 'notice', to: randomMobile() })).toBe('accepted');
    expect(['limit_spend', 'limit_tenant']).toContain(
      await send(by, { purpose: 'notice', to: randomMobile() }),
    );
  });

  test('hold for the price that is named where the estimate is nothing', async () => {
    await ledger.setPolicy({
      dailySpend: { amount: '1', currency: 'USD' },
      estimatedPrice: { sms: '0', voice: '0', email: '0' },
    });
    const dear = scripted('first', () => ({
      outcome: 'accepted',
      price: { amount: '0.90', currency: 'USD' },
    }));
    const became = [];
    for (let count = 0; count < 4; count += 1) became.push(await send(dear, {}));
    expect(became).toEqual(['accepted', 'accepted', 'limit_spend', 'limit_spend']);
  });

  test('do not keep free e-mail back when texts have cost more than the cap', async () => {
    await ledger.setPolicy({ dailySpend: { amount: '0.06', currency: 'USD' } });
    const dear = scripted('first', () => ({
      outcome: 'accepted',
      price: { amount: '0.90', currency: 'USD' },
    }));
    expect(await send(dear, {})).toBe('accepted');
    expect(await send(dear, {})).toBe('limit_spend');
    expect(await send(provider(), { channel: 'email' })).toBe('accepted');
  });

  test('hold for e-mail that is estimated to be free and is not', async () => {
    await ledger.setPolicy({ dailySpend: { amount: '0.001', currency: 'USD' } });
    const dear = scripted(
      'first',
      () => ({ outcome: 'accepted', price: { amount: '0.002', currency: 'USD' } }),
      { channels: ['email'] },
    );
    expect(await send(dear, { channel: 'email' })).toBe('accepted');
    expect(await send(dear, { channel: 'email' })).toBe('limit_spend');
  });

  test('bound the notices to one number, and leave them to it when codes have used its limit up', async () => {
    const by = provider();
    const to = randomMobile();
    for (let count = 0; count < 6; count += 1) await send(by, { to });
    const became = [];
    for (let count = 0; count < 12; count += 1) became.push(await send(by, { purpose: 'notice', to }));
    expect(became).toEqual([...Array<string>(10).fill('accepted'), 'limit_address', 'limit_address']);
  });

  test('stop a range of numbers that is pumped by toggling factors, and no codes by it', async () => {
    const by = provider();
    const block = (count: number) => `+447400${String(100_000 + count)}`;
    const pumped = await Promise.all(
      Array.from({ length: 55 }, (_, count) => send(by, { purpose: 'notice', to: block(count) })),
    );
    expect(pumped.filter((status) => status === 'accepted')).toHaveLength(50);
    expect(pumped.filter((status) => status === 'limit_prefix')).toHaveLength(5);
    expect(await send(by, { to: block(60) })).toBe('accepted');
  });

  test('keep a notice back that somebody else has used up the range for, and let it go in the next window', async () => {
    const by = provider();
    const block = (count: number) => `+447400${String(100_000 + count)}`;
    await Promise.all(
      Array.from({ length: 50 }, (_, count) => send(by, { purpose: 'notice', to: block(count) })),
    );
    const victim = await ledger.user();
    const id = await ledger.delivery(victim, {
      purpose: 'notice',
      to: block(70),
      deadlineSeconds: 24 * 3_600,
    });
    const wait = await attempt(ledger.worker([by]), victim, id);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(3_600_000);
    expect(await ledger.deliveryRow(id)).toMatchObject({ status: 'queued', reason: 'limit_prefix' });
    await ledger.pool.query(`UPDATE delivery_allowances SET window_start = window_start - interval '1 hour'`);
    expect(await attempt(ledger.worker([by]), victim, id)).toBe('accepted');
    expect(await ledger.deliveryRow(id)).toMatchObject({ status: 'accepted', reason: null });
  });

  test('give the money back for what no provider took', async () => {
    await ledger.setPolicy({ dailySpend: { amount: '0.05', currency: 'USD' } });
    const refuses = scripted('first', () => ({ outcome: 'rejected', scope: 'address', code: '21614' }));
    expect(await send(refuses, {})).toBe('address_refused');
    expect(await send(provider(), {})).toBe('accepted');
  });

  test('count a message once, whatever it takes to send it', async () => {
    await ledger.setPolicy({ perAddressPerHour: 1, perTenantPerDay: 1 });
    const first = scripted('first', () => ({ outcome: 'failed', code: '503' }));
    const second = scripted('second', () => accepted);
    const of = await ledger.user();
    const id = await ledger.delivery(of);
    expect(await deliver(ledger.worker([first, second]), of, id)).toBe('accepted');
    expect(await ledger.sendsOf(id)).toHaveLength(3);
  });

  test('send to allowed countries alone', async () => {
    await ledger.setPolicy({ countries: ['DE'] });
    const by = provider();
    expect(await send(by, { to: '+447400123456' })).toBe('country_not_allowed');
    expect(await send(by, { to: '+4915112345678' })).toBe('accepted');
    expect(await send(by, { channel: 'email' })).toBe('accepted');
    expect(by.messages.map(({ channel }) => channel)).toEqual(['sms', 'email']);
  });

  test.each([
    ['a premium number', '+449098790000'],
    ['a number that cannot be', '+44123'],
    ['a landline, for a text', '+442079460018'],
  ])('ask no provider about %s', async (_, to) => {
    const by = provider();
    expect(await send(by, { to })).toBe('number_refused');
    expect(by.messages).toHaveLength(0);
  });

  test('keep no address: what they are counted by is a keyed hash', async () => {
    const to = randomMobile();
    await send(provider(), { to });
    const { rows } = await ledger.pool.query<{ key: string }>('SELECT key FROM delivery_allowances');
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter(({ key }) => key.includes(to.slice(3)) || key.includes(to.slice(1, 7)))).toEqual([]);
  });

  test('begin anew with the next hour', async () => {
    await ledger.setPolicy({ perAddressPerHour: 1 });
    const by = provider();
    const to = randomMobile();
    expect(await send(by, { to })).toBe('accepted');
    expect(await send(by, { to })).toBe('limit_address');
    await ledger.moveClock(3_600_000);
    expect(await send(by, { to })).toBe('accepted');
  });
});
