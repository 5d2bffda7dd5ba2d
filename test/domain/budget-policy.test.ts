import fc from 'fast-check';
import { tighten } from '../../src/domain/budget-policy';
import {
  afterFailure,
  defaultBudgetPolicy,
  doorOf,
  fullBudget,
  type BudgetPolicy,
} from '../../src/domain/failure-budget';

describe('a tenant’s failure-budget policy', () => {
  it('is the default one when nothing is wished', () => {
    expect(tighten({})).toEqual(defaultBudgetPolicy);
  });

  it('may act earlier and for longer', () => {
    expect(tighten({ lockFrom: 3, firstLockMs: 3_600_000 })).toEqual({
      ...defaultBudgetPolicy,
      lockFrom: 3,
      firstLockMs: 3_600_000,
    });
  });

  it.each([
    ['waitFrom', 6],
    ['lockFrom', 11],
    ['operatorUnlockFrom', 101],
    ['firstWaitMs', 29_999],
    ['maxWaitMs', 3_599_999],
    ['firstLockMs', 0],
    ['maxLockMs', 1],
    ['waitFrom', 0],
    ['lockFrom', -1],
    ['lockFrom', 2.5],
    ['lockFrom', Number.NaN],
    ['maxLockMs', Infinity],
  ] as const)('is refused with %s of %d', (field, value) => {
    expect(() => tighten({ [field]: value })).toThrow(
      expect.objectContaining({ code: 'invalid_request', detail: expect.stringContaining(field) }),
    );
  });

  it('is refused when a first wait is longer than the longest', () => {
    expect(() => tighten({ firstWaitMs: 7_200_000 })).toThrow(/maxWaitMs/);
    expect(() => tighten({ firstLockMs: 172_800_000 })).toThrow(/maxLockMs/);
  });

  it('keeps the door closed at least as long as the default one, after every failure', () => {
    const wish = fc.record(
      {
        waitFrom: fc.integer({ min: 1, max: 5 }),
        lockFrom: fc.integer({ min: 1, max: 10 }),
        operatorUnlockFrom: fc.integer({ min: 1, max: 100 }),
        firstWaitMs: fc.integer({ min: 30_000, max: 3_600_000 }),
        firstLockMs: fc.integer({ min: 900_000, max: 86_400_000 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(wish, fc.nat(110), (wished, failures) => {
        const budget = { ...fullBudget, failures };
        const closed = (policy: BudgetPolicy): number => {
          const door = doorOf(afterFailure(budget, 0, policy), 0);
          return door.state === 'open' ? 0 : (door.retryAfterMs ?? Infinity);
        };
        expect(closed(tighten(wished))).toBeGreaterThanOrEqual(closed(defaultBudgetPolicy));
      }),
    );
  });
});
