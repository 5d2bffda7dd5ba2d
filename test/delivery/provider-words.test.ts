import fc from 'fast-check';
import { readCode, readMembers, readPrice, readReference } from '../../src/delivery/provider-words';

it('keeps a code that is one, and nothing that could name a person', () => {
  expect(readCode('Absent_Subscriber', 'x')).toBe('absent_subscriber');
  for (const code of ['', '30003', 'a-b', 'a b', 'n4915112345678', 'x'.repeat(41), 30003, null, {}])
    expect(readCode(code, 'http_400')).toBe('http_400');
  fc.assert(
    fc.property(fc.string(), (code) => {
      expect(readCode(code, 'none')).toMatch(/^[a-z][a-z0-9_]{0,39}$/);
      expect(readCode(code, 'none')).not.toMatch(/\d{6}/);
    }),
  );
});

it('keeps a price that is one, below zero or above', () => {
  expect(readPrice('-0.00750', 'usd')).toEqual({ price: { amount: '0.00750', currency: 'USD' } });
  expect(readPrice('12', 'EUR')).toEqual({ price: { amount: '12', currency: 'EUR' } });
  for (const amount of ['', '1e5', '1,5', 'NaN', '1234567890', '0.123456789', 0.5, null])
    expect(readPrice(amount, 'EUR')).toEqual({});
  for (const currency of ['', 'EURO', '€', null]) expect(readPrice('1', currency)).toEqual({});
});

it('keeps an id that is one', () => {
  expect(readReference('SM123')).toEqual({ ref: 'SM123' });
  for (const id of ['', 'a b', 'a\nb', 'x'.repeat(129), 5, null]) expect(readReference(id)).toEqual({});
});

it('finds members in an object of JSON only', () => {
  expect(readMembers('{"id":"1"}')).toEqual({ id: '1' });
  for (const text of ['', 'null', '"id"', '{', '[1', '<html>']) expect(readMembers(text)).toEqual({});
});
