import { temporaryPass } from '../../../src/factors/temporary-pass/factor';
import { burned, enrolled, fresh, hash, now } from '../../contracts/factor';

const { methods } = temporaryPass;
const at = (nowMs: number) => ({ nowMs, hash });

describe('a pass that is good once', () => {
  const { material, disclosure } = enrolled(temporaryPass);
  const code = disclosure['code'] as string;

  it('is used up by its first use', () => {
    expect(methods.remaining?.(material, fresh)).toBe(1);
    const state = burned(fresh, methods.verify(material, fresh, code, at(now)));
    expect(methods.remaining?.(material, state)).toBe(0);
    expect(methods.verify(material, state, code, at(now))).toEqual({ valid: false });
  });

  it('is refused when its hash was moved to another factor', () => {
    const moved = { ...(material as object), factorId: 'fac_other' };
    expect(methods.verify(moved, fresh, code, at(now))).toEqual({ valid: false });
  });

  it('is refused in capitals: nothing but blanks and hyphens is forgiven', () => {
    const shouted = code.replace(/^./, 'A');
    expect(methods.verify(material, fresh, shouted, at(now))).toEqual({ valid: false });
  });

  it('costs no hash when it is malformed, over or spent', () => {
    let hashes = 0;
    const counting = (nowMs: number) => ({
      nowMs,
      hash: (value: string) => {
        hashes += 1;
        return hash(value);
      },
    });
    methods.verify(material, fresh, 'not a pass', counting(now));
    methods.verify(material, fresh, code, counting(now + 3_600_000));
    methods.verify(material, { ...fresh, spent: new Set(['pass']) }, code, counting(now));
    expect(hashes).toBe(0);
    methods.verify(material, fresh, code, counting(now));
    expect(hashes).toBe(1);
  });
});

describe('a pass that is good for a while', () => {
  const { material, disclosure } = enrolled(temporaryPass, { minutes: 10, once: false });
  const code = disclosure['code'] as string;

  it('is accepted again and again, burns nothing, and ends with its time', () => {
    for (const minutes of [0, 5, 9]) {
      expect(methods.verify(material, fresh, code, at(now + minutes * 60_000))).toEqual({ valid: true });
    }
    expect(methods.verify(material, fresh, code, at(now + 600_000))).toEqual({ valid: false });
    expect(methods.remaining?.(material, fresh)).toBe(1);
  });
});
