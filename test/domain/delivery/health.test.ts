import fc from 'fast-check';
import {
  isFailing,
  isFailingEverywhere,
  isRecovered,
  isUnconverted,
  probeWaitMs,
  type Trial,
} from '../../../src/domain/delivery/health';

const trials = (text: string): Trial[] => text.split('').map((one) => (one === 'x' ? 'failed' : 'worked'));
const placed = (text: string): { country: string; trial: Trial }[] =>
  text
    .split(' ')
    .map((one) => ({ country: one.slice(0, 2), trial: one.endsWith('x') ? 'failed' : 'worked' }));

describe('What is believed of a provider', () => {
  test.each([
    ['', false],
    ['xxx', false],
    ['xxxx', true],
    ['x.x.x.x', true],
    ['xxxx..........', false],
    ['....................xxxxxxxx', false],
  ])('after %p is that it fails: %p', (seen, failing) => {
    expect(isFailing(trials(seen))).toBe(failing);
  });

  test('a provider that fails half of its calls trips within 20 failures', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.boolean()), (coin) => {
        const seen: Trial[] = [];
        let failures = 0;
        for (const fails of coin) {
          seen.unshift(fails ? 'failed' : 'worked');
          if (fails) failures += 1;
          if (isFailing(seen)) break;
          if (seen.length > 400) return;
        }
        expect(failures).toBeLessThanOrEqual(20);
      }),
      { numRuns: 300 },
    );
  });

  test('one country that fails takes the provider away from no other', () => {
    expect(isFailingEverywhere(placed('FRx FRx FRx FRx FRx FRx DEx DE DE GB GB'))).toBe(false);
  });

  test('a provider that fails in many countries fails everywhere, before each has found out for itself', () => {
    expect(isFailingEverywhere(placed('FRx DEx GBx ESx ITx PT'))).toBe(true);
  });

  test('recovers after three successes in a row, and no sooner', () => {
    expect(isRecovered(trials('..'))).toBe(false);
    expect(isRecovered(trials('..x.'))).toBe(false);
    expect(isRecovered(trials('...x'))).toBe(true);
  });

  test('is tried again after 30 seconds, then ever later, and every five minutes at the latest', () => {
    expect([0, 1, 2, 3, 4, 100].map(probeWaitMs)).toEqual([
      30_000, 60_000, 120_000, 240_000, 300_000, 300_000,
    ]);
  });

  test('takes messages that do not arrive when hardly a code comes back', () => {
    expect(isUnconverted({ sent: 19, used: 0 })).toBe(false);
    expect(isUnconverted({ sent: 20, used: 3 })).toBe(true);
    expect(isUnconverted({ sent: 20, used: 4 })).toBe(false);
  });
});
