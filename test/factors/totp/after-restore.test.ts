import { afterRestore } from '../../../src/factors/totp/after-restore';

const now = Date.UTC(2026, 5, 1, 12, 0, 7);
const fresh = { counter: -1, spent: new Set<string>() };
const material = (period: number) => ({ secret: 'A', algorithm: 'SHA1', digits: 6, period });

describe('a time-based factor after a restore', () => {
  it('has burned the current time step, counted in its own period', () => {
    expect(afterRestore(material(30), fresh, { nowMs: now })).toEqual({ counter: Math.floor(now / 30_000) });
    expect(afterRestore(material(60), fresh, { nowMs: now })).toEqual({ counter: Math.floor(now / 60_000) });
  });

  it('keeps a step that it had burned and that is still to come', () => {
    const counter = Math.floor(now / 30_000) + 2;
    expect(afterRestore(material(30), { ...fresh, counter }, { nowMs: now })).toEqual({ counter });
  });
});
