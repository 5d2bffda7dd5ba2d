import fc from 'fast-check';
import {
  afterFailure,
  afterOperatorLock,
  afterSuccess,
  afterUnlock,
  defaultBudgetPolicy,
  doorOf,
  fullBudget,
  type FailureBudget,
} from '../../src/domain/failure-budget';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const start = Date.UTC(2026, 0, 1);

/** Fails `count` times, each at the moment when the door opens again; says when the last one was. */
function failTimes(count: number): { budget: FailureBudget; now: number } {
  let budget = fullBudget;
  let now = start;
  for (let i = 0; i < count; i += 1) {
    const door = doorOf(budget, now);
    if (door.state !== 'open') now += door.retryAfterMs ?? 0;
    budget = afterFailure(budget, now);
  }
  return { budget, now };
}

describe('the failure budget', () => {
  it.each([1, 2, 3, 4])('does not make the user wait after failure %i', (count) => {
    const { budget, now } = failTimes(count);
    expect(doorOf(budget, now)).toEqual({ state: 'open' });
  });

  it.each([
    [5, 30 * second],
    [6, 60 * second],
    [7, 2 * minute],
    [8, 4 * minute],
    [9, 8 * minute],
  ])('makes the user wait, twice as long each time, after failure %i', (count, wait) => {
    const { budget, now } = failTimes(count);
    expect(doorOf(budget, now)).toEqual({ state: 'wait', retryAfterMs: wait });
    expect(doorOf(budget, now + wait - 1)).toEqual({ state: 'wait', retryAfterMs: 1 });
    expect(doorOf(budget, now + wait)).toEqual({ state: 'open' });
  });

  it.each([
    [10, 15 * minute],
    [11, 30 * minute],
    [12, hour],
    [16, 16 * hour],
    [17, 24 * hour],
    [99, 24 * hour],
  ])('locks, up to a day, after failure %i', (count, lock) => {
    const { budget, now } = failTimes(count);
    expect(doorOf(budget, now)).toEqual({ state: 'locked', retryAfterMs: lock });
    expect(doorOf(budget, now + lock)).toEqual({ state: 'open' });
  });

  it('stays locked for ever after failure 100, until an operator unlocks', () => {
    const { budget, now } = failTimes(100);
    expect(doorOf(budget, now)).toEqual({ state: 'locked', retryAfterMs: null });
    expect(doorOf(budget, now + 1_000 * 24 * hour)).toEqual({ state: 'locked', retryAfterMs: null });
    expect(doorOf(afterUnlock(budget, false), now)).toEqual({ state: 'open' });
  });

  it('is whole again after a success', () => {
    const { budget } = failTimes(9);
    expect(afterSuccess(budget)).toEqual(fullBudget);
  });

  it('opens the door but keeps the count when unlocked, so that the next failure locks for longer', () => {
    const { budget, now } = failTimes(10);
    const unlocked = afterUnlock(budget, false);
    expect(doorOf(unlocked, now)).toEqual({ state: 'open' });
    expect(doorOf(afterFailure(unlocked, now), now)).toEqual({ state: 'locked', retryAfterMs: 30 * minute });
  });

  it('forgets the count when an operator resets it', () => {
    const { budget, now } = failTimes(10);
    expect(doorOf(afterFailure(afterUnlock(budget, true), now), now)).toEqual({ state: 'open' });
  });

  it('lets an operator lock a user who failed nothing, and keeps the count', () => {
    const locked = afterOperatorLock(failTimes(3).budget);
    expect(doorOf(locked, start + 1_000 * 24 * hour)).toEqual({ state: 'locked', retryAfterMs: null });
    expect(afterUnlock(locked, false).failures).toBe(3);
  });

  it.each([5, 10, 100])('refuses to count an answer behind the closed door of failure %i', (count) => {
    const { budget, now } = failTimes(count);
    expect(() => afterFailure(budget, now)).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  it('refuses a success where only an operator opens', () => {
    expect(() => afterSuccess(failTimes(100).budget)).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  it('behaves as a table of closing times, whatever happens in whatever order', () => {
    const move = fc.oneof(
      { weight: 100, arbitrary: fc.record({ kind: fc.constant('fail' as const), pause: fc.nat(30 * hour) }) },
      fc.record({ kind: fc.constantFrom('succeed' as const, 'lock' as const), pause: fc.nat(hour) }),
      fc.record({ kind: fc.constantFrom('unlock' as const, 'reset' as const), pause: fc.nat(hour) }),
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 250, size: 'max' }), (moves) => {
        let now = start;
        let budget = fullBudget;
        // The model: a count, the instant at which the door opens, and what it is until then.
        let count = 0;
        let opens = 0;
        let state = 'open';
        for (const { kind, pause } of moves) {
          now += pause;
          const open = opens <= now;
          expect(doorOf(budget, now)).toEqual(
            open ? { state: 'open' } : { state, retryAfterMs: msUntil(opens, now) },
          );
          if (kind === 'unlock' || kind === 'reset') {
            budget = afterUnlock(budget, kind === 'reset');
            count = kind === 'reset' ? 0 : count;
            opens = 0;
          } else if (kind === 'lock') {
            budget = afterOperatorLock(budget);
            opens = Infinity;
            state = 'locked';
          } else if (open && kind === 'succeed') {
            budget = afterSuccess(budget);
            count = 0;
          } else if (open) {
            budget = afterFailure(budget, now);
            count += 1;
            opens = now + closedFor(count);
            state = count < 10 ? 'wait' : 'locked';
          }
          expect(budget.failures).toBe(count);
        }
      }),
      // Histories are long on purpose, and take for ever to be made shorter.
      { numRuns: 200, endOnFailure: true },
    );
  });
});

function msUntil(opens: number, now: number): number | null {
  return opens === Infinity ? null : opens - now;
}

function closedFor(failure: number): number {
  if (failure < 5) return 0;
  if (failure < 10) return [30, 60, 120, 240, 480][failure - 5]! * second;
  if (failure >= 100) return Infinity;
  return [15, 30, 60, 120, 240, 480, 960][failure - 10] === undefined
    ? 24 * hour
    : [15, 30, 60, 120, 240, 480, 960][failure - 10]! * minute;
}

describe('a stricter policy', () => {
  it('never waits for longer than its longest wait', () => {
    const policy = { ...defaultBudgetPolicy, waitFrom: 1, firstWaitMs: 20 * minute };
    const budget = { ...fullBudget, failures: 5 };
    expect(doorOf(afterFailure(budget, start, policy), start)).toEqual({ state: 'wait', retryAfterMs: hour });
  });
});
