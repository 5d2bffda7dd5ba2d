import { base62Alphabet, randomBase62, randomId } from '../../src/security/random-id';

test('an id is its noun and sixteen base62 digits', () => {
  expect(randomId('fac')).toMatch(/^fac_[0-9A-Za-z]{16}$/);
  expect(randomId()).toMatch(/^[0-9A-Za-z]{16}$/);
  expect(randomId('aut', 22)).toMatch(/^aut_[0-9A-Za-z]{22}$/);
});

test('ten thousand ids are all different', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => randomId())).size).toBe(10_000);
});

test('every digit is equally likely: no bias towards the first ones', () => {
  const digits = 620_000;
  const counts = new Map<string, number>();
  for (const digit of randomBase62(digits)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const expected = digits / 62;
  const chiSquared = Array.from(base62Alphabet).reduce(
    (sum, digit) => sum + ((counts.get(digit) ?? 0) - expected) ** 2 / expected,
    0,
  );
  // 61 degrees of freedom: above 140 once in ten million runs. A modulo bias of 8 digits gives over 15,000.
  expect(chiSquared).toBeLessThan(140);
});
