import {
  claimsOf,
  correctionOf,
  isAllowedCountry,
  noticeWaitMs,
  type Chargeable,
} from '../../../src/domain/delivery/allowances';
import { defaultDeliveryPolicy } from '../../../src/domain/delivery-policy';

const message: Chargeable = {
  tenantId: 'ten_1',
  purpose: 'challenge',
  channel: 'sms',
  country: 'GB',
  addressName: 'hashed-address',
  prefixName: 'hashed-prefix',
  again: false,
};

const reasonsOf = (more: Partial<Chargeable>): string[] =>
  claimsOf(defaultDeliveryPolicy, { ...message, ...more }).map(({ reason, window }) => `${reason} ${window}`);

describe('What a message counts against', () => {
  test('a code by SMS: its address, prefix, country, tenant and the money', () => {
    expect(reasonsOf({})).toEqual([
      'limit_address hour',
      'limit_address day',
      'limit_prefix hour',
      'limit_country day',
      'limit_tenant day',
      'limit_spend day',
    ]);
  });

  test('a second send of the same message: the money alone', () => {
    expect(reasonsOf({ again: true })).toEqual(['limit_spend day']);
  });

  test('a notice: the same, by counts of its own for who it goes to, so that codes cannot use up the warning', () => {
    expect(reasonsOf({ purpose: 'notice' })).toEqual(reasonsOf({}));
    const keysOf = (purpose: Chargeable['purpose']) =>
      claimsOf(defaultDeliveryPolicy, { ...message, purpose }).map(({ key }) => key);
    const shared = keysOf('notice').filter((key) => keysOf('challenge').includes(key));
    expect(shared).toEqual(['ten_1/tenant/day', 'ten_1/spend/USD']);
    expect(keysOf('ticket')).toEqual(keysOf('challenge'));
  });

  test('a notice: of what a tenant raises more, and no fewer of what it lowers', () => {
    const limitsOf = (policy: Partial<typeof defaultDeliveryPolicy>) =>
      claimsOf({ ...defaultDeliveryPolicy, ...policy }, { ...message, purpose: 'notice' })
        .slice(0, 4)
        .map(({ limit }) => limit);
    const usual = ['10', '20', '50', '5000'];
    expect(limitsOf({})).toEqual(usual);
    expect(
      limitsOf({ perAddressPerHour: 0, perAddressPerDay: 0, perPrefixPerHour: 0, perCountryPerDay: 0 }),
    ).toEqual(usual);
    expect(
      limitsOf({
        perAddressPerHour: 30,
        perAddressPerDay: 90,
        perPrefixPerHour: 200,
        perCountryPerDay: 9_000,
      }),
    ).toEqual(['30', '90', '200', '9000']);
  });

  test('e-mail: no prefix, no country, and money of its own while it is estimated to be free', () => {
    const mail = Object.fromEntries(
      Object.entries(message).filter(([name]) => name !== 'prefixName'),
    ) as unknown as Chargeable;
    const claims = claimsOf(defaultDeliveryPolicy, { ...mail, channel: 'email' });
    expect(claims.map(({ reason }) => reason)).toEqual([
      'limit_address',
      'limit_address',
      'limit_tenant',
      'limit_spend',
    ]);
    expect(claims.at(-1)).toMatchObject({ key: 'ten_1/spend/USD/email', amount: '0' });
    const estimatedPrice = { ...defaultDeliveryPolicy.estimatedPrice, email: '0.001' };
    const dear = claimsOf({ ...defaultDeliveryPolicy, estimatedPrice }, { ...mail, channel: 'email' });
    expect(dear.at(-1)).toMatchObject({ key: 'ten_1/spend/USD', amount: '0.001' });
  });

  test('texts that are estimated to be free: the money all the same, for the price that may be named', () => {
    const estimatedPrice = { ...defaultDeliveryPolicy.estimatedPrice, sms: '0' };
    expect(claimsOf({ ...defaultDeliveryPolicy, estimatedPrice }, message).at(-1)).toMatchObject({
      key: 'ten_1/spend/USD',
      amount: '0',
      limit: '50',
    });
  });

  test('one tenant is no other', () => {
    const keys = (tenantId: string) =>
      claimsOf(defaultDeliveryPolicy, { ...message, tenantId }).map(({ key }) => key);
    expect(keys('ten_1').filter((key) => keys('ten_2').includes(key))).toEqual([]);
  });
});

describe('The money', () => {
  const correct = (outcome: Parameters<typeof correctionOf>[3]) =>
    correctionOf(defaultDeliveryPolicy, 'ten_1', 'sms', outcome)?.amount;

  test('is the estimate until the price is known', () => {
    expect(correct({ isTaken: true })).toBeUndefined();
    expect(correct({ isTaken: true, price: { amount: '0.0079', currency: 'USD' } })).toBe('-0.042100');
    expect(correct({ isTaken: true, price: { amount: '0.20', currency: 'USD' } })).toBe('0.150000');
  });

  test('is the price alone where the estimate is nothing', () => {
    const policy = {
      ...defaultDeliveryPolicy,
      estimatedPrice: { ...defaultDeliveryPolicy.estimatedPrice, sms: '0' },
    };
    const price = { amount: '0.90', currency: 'USD' };
    expect(correctionOf(policy, 'ten_1', 'sms', { isTaken: true, price })).toEqual({
      key: 'ten_1/spend/USD',
      amount: '0.900000',
    });
    expect(correctionOf(policy, 'ten_1', 'email', { isTaken: true, price })?.key).toBe(
      'ten_1/spend/USD/email',
    );
  });

  test('is given back for what was not taken', () => {
    expect(correct({ isTaken: false })).toBe('-0.050000');
  });

  test('stays estimated where the price is in another currency', () => {
    expect(correct({ isTaken: true, price: { amount: '0.20', currency: 'EUR' } })).toBeUndefined();
  });
});

describe('A notice at a limit', () => {
  const claim = { key: 'k', amount: '1', limit: '1' };
  const now = Date.UTC(2026, 10, 24, 18, 45);

  test('waits for the end of a window that others share', () => {
    expect(noticeWaitMs({ ...claim, window: 'hour', reason: 'limit_prefix' }, now)).toBe(15 * 60_000);
    expect(noticeWaitMs({ ...claim, window: 'day', reason: 'limit_spend' }, now)).toBe(315 * 60_000);
  });

  test('of its own address is refused', () => {
    expect(noticeWaitMs({ ...claim, window: 'hour', reason: 'limit_address' }, now)).toBeUndefined();
  });
});

describe('Allowed countries', () => {
  test('are all by default, and those of the list where there is one', () => {
    expect(isAllowedCountry(defaultDeliveryPolicy, 'sms', 'LV')).toBe(true);
    const policy = { ...defaultDeliveryPolicy, countries: ['GB'] };
    expect(isAllowedCountry(policy, 'sms', 'LV')).toBe(false);
    expect(isAllowedCountry(policy, 'voice', 'GB')).toBe(true);
    expect(isAllowedCountry(policy, 'email', '-')).toBe(true);
  });
});
