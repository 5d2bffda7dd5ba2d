import { recoveryCode } from '../../../src/factors/recovery-code/factor';
import { burned, enrolled, hash } from '../../contracts/factor';
import type { FactorState } from '../../../src/factors/factor';

const { methods } = recoveryCode;
const fresh: FactorState = { counter: -1, spent: new Set() };
const context = { nowMs: 0, hash };

describe('a recovery code', () => {
  const { material, disclosure } = enrolled(recoveryCode);
  const codes = disclosure['codes'] as string[];

  it('is good once, each of the ten, and the set says how many are left', () => {
    let state = fresh;
    codes.forEach((code, index) => {
      expect(methods.remaining?.(material, state)).toBe(10 - index);
      const verification = methods.verify(material, state, code, context);
      expect(verification).toEqual({ valid: true, spend: code.slice(0, 4) });
      state = burned(state, verification);
    });
    expect(methods.remaining?.(material, state)).toBe(0);
    for (const code of codes)
      expect(methods.verify(material, state, code, context)).toEqual({ valid: false });
  });

  it('is refused with the id of another code of the set', () => {
    const mixed = `${codes[0]!.slice(0, 4)}${codes[1]!.slice(4)}`;
    expect(methods.verify(material, fresh, mixed, context)).toEqual({ valid: false });
  });

  it('is refused in capitals: nothing but blanks and hyphens is forgiven', () => {
    const code = codes.find((each) => /[a-z]/.test(each))!;
    expect(methods.verify(material, fresh, code.toUpperCase(), context)).toEqual({ valid: false });
  });

  it('is refused under another key', () => {
    const other = { nowMs: 0, hash: (value: string) => hash(`other ${value}`) };
    expect(methods.verify(material, fresh, codes[0]!, other)).toEqual({ valid: false });
  });

  it('is refused when its hash was moved to another factor', () => {
    const moved = { ...(material as object), factorId: 'fac_other' };
    expect(methods.verify(moved, fresh, codes[0]!, context)).toEqual({ valid: false });
  });

  it('costs one hash, and none when its id is unknown or it is spent', () => {
    let hashes = 0;
    const counting = {
      nowMs: 0,
      hash: (value: string) => {
        hashes += 1;
        return hash(value);
      },
    };
    methods.verify(material, fresh, codes[3]!, counting);
    expect(hashes).toBe(1);
    methods.verify(material, { ...fresh, spent: new Set([codes[3]!.slice(0, 4)]) }, codes[3]!, counting);
    methods.verify(material, fresh, 'zzzz-zzzz-zzzz-zzzz-zzzz', counting);
    expect(hashes).toBe(1);
  });
});
