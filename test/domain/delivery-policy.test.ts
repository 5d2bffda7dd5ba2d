import fc from 'fast-check';
import { defaultDeliveryPolicy, deliveryPolicyOf, isReturnUrl } from '../../src/domain/delivery-policy';

const of = (delivery: unknown) => deliveryPolicyOf({ delivery });

describe('The delivery policy of a tenant', () => {
  test('has limits where nothing was ever set', () => {
    expect(deliveryPolicyOf({})).toEqual(defaultDeliveryPolicy);
  });

  test('takes what was set, and the default for the rest', () => {
    expect(of({ perAddressPerHour: 2, countries: ['DE'], origin: 'shop.example' })).toEqual({
      ...defaultDeliveryPolicy,
      perAddressPerHour: 2,
      countries: ['DE'],
      origin: 'shop.example',
    });
  });

  test('loses no limit to a value that cannot be read', () => {
    expect(of({ perTenantPerDay: 'many', dailySpend: { amount: 'a lot', currency: 'USD' } })).toEqual(
      defaultDeliveryPolicy,
    );
    expect(of({ perTenantPerDay: -1, resendWaitsSeconds: [0] })).toEqual(defaultDeliveryPolicy);
    expect(of({ dailySpend: { amount: '9000' } }).dailySpend).toEqual(defaultDeliveryPolicy.dailySpend);
  });

  test('allows no country by a list that cannot be read', () => {
    expect(of({ countries: 'DE' }).countries).toEqual([]);
    expect(of({ countries: ['DE', 'de', 7] }).countries).toEqual(['DE']);
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.anything(), (delivery) => void of(delivery)));
  });

  test.each([
    ['https://shop.example/continue', true],
    ['http://localhost:8080/continue', true],
    ['http://shop.example/continue', false],
    ['https://user:password@shop.example/', false],
    ['javascript:alert(1)', false],
    ['/continue', false],
  ])('sends a browser back to %s: %p', (url, allowed) => {
    expect(isReturnUrl(url)).toBe(allowed);
    expect(of({ returnUrl: url }).returnUrl).toBe(allowed ? url : undefined);
  });
});
