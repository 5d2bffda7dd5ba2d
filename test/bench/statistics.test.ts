import { figureOf, meetsTarget } from '../../bench/figure';
import { median, percentile } from '../../bench/statistics';

test('a percentile is one of the samples, by the nearest rank', () => {
  const samples = Array.from({ length: 100 }, (_, at) => 100 - at);
  expect(percentile(samples, 0.5)).toBe(50);
  expect(percentile(samples, 0.99)).toBe(99);
  expect(percentile(samples, 1)).toBe(100);
  expect(percentile([7], 0.01)).toBe(7);
});

test('a median of an even number lies between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('nothing is made of no samples', () => {
  expect(() => percentile([], 0.5)).toThrow(RangeError);
  expect(() => median([])).toThrow(RangeError);
});

test.each([
  ['max' as const, [1, 9, 2], true],
  ['max' as const, [1, 9, 3], false],
  ['min' as const, [1, 9, 2], true],
  ['min' as const, [1, 9, 1], false],
])(
  'a figure of direction %s is held against its target by the median of its rounds %j',
  (direction, rounds, met) => {
    expect(meetsTarget(figureOf({ target: 2, unit: 'U', direction }, rounds, {}))).toBe(met);
  },
);
