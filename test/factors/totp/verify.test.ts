import fc from 'fast-check';
import { verify } from '../../../src/factors/totp/verify';
import { base32, shownBy } from './authenticator';

const hash = (): string => {
  throw new Error('no hash is needed');
};
const fresh = { counter: -1, spent: new Set<string>() };

/** The seed of RFC 6238 appendix B: the digits 1 to 0 over and over. */
function seed(bytes: number): string {
  return base32(Buffer.from('1234567890'.repeat(7).slice(0, bytes)));
}

const material = { secret: seed(20), algorithm: 'SHA1', digits: 6, period: 30 };
const codeAt = (step: number): string => shownBy(`otpauth://totp/x?secret=${material.secret}`, step * 30_000);

describe('the test vectors of RFC 6238 appendix B', () => {
  it.each([
    [59, '94287082', '46119246', '90693936'],
    [1111111109, '07081804', '68084774', '25091201'],
    [1111111111, '14050471', '67062674', '99943326'],
    [1234567890, '89005924', '91819424', '93441116'],
    [2000000000, '69279037', '90698825', '38618901'],
    [20000000000, '65353130', '77737706', '47863826'],
  ])('are accepted at %d s, and burn their step', (seconds, sha1, sha256, sha512) => {
    const context = { nowMs: seconds * 1_000, hash };
    const counter = Math.floor(seconds / 30);
    for (const [algorithm, bytes, code] of [
      ['SHA1', 20, sha1],
      ['SHA256', 32, sha256],
      ['SHA512', 64, sha512],
    ] as const) {
      const vector = { secret: seed(bytes), algorithm, digits: 8, period: 30 };
      expect(verify(vector, fresh, code, context)).toEqual({ valid: true, counter });
    }
  });
});

describe('the test vectors of RFC 4226 appendix D', () => {
  it.each(
    ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'].map(
      (code, counter) => [counter, code] as const,
    ),
  )('counter %i is %s', (counter, code) => {
    const context = { nowMs: counter * 30_000, hash };
    expect(verify(material, fresh, code, context)).toEqual({ valid: true, counter });
  });
});

describe('a TOTP code', () => {
  const now = { nowMs: 1_000 * 30_000 + 12_345, hash };

  it('of the step before is accepted, and burns that step only', () => {
    expect(verify(material, fresh, codeAt(999), now)).toEqual({ valid: true, counter: 999 });
    expect(verify(material, { ...fresh, counter: 999 }, codeAt(1_000), now)).toEqual({
      valid: true,
      counter: 1_000,
    });
  });

  it.each([-3, -2, 1, 2])('of the step %i away is refused', (away) => {
    expect(verify(material, fresh, codeAt(1_000 + away), now)).toEqual({ valid: false });
  });

  it('is refused at and below the newest burned step', () => {
    expect(verify(material, { ...fresh, counter: 1_000 }, codeAt(1_000), now)).toEqual({ valid: false });
    expect(verify(material, { ...fresh, counter: 1_000 }, codeAt(999), now)).toEqual({ valid: false });
    expect(verify(material, { ...fresh, counter: 5_000 }, codeAt(1_000), now)).toEqual({ valid: false });
  });

  it('is good to the last millisecond of the step after its own', () => {
    const at = (nowMs: number) => verify(material, fresh, codeAt(1_000), { nowMs, hash }).valid;
    expect(at(1_000 * 30_000 - 1)).toBe(false);
    expect(at(1_000 * 30_000)).toBe(true);
    expect(at(1_002 * 30_000 - 1)).toBe(true);
    expect(at(1_002 * 30_000)).toBe(false);
  });

  it('of the wrong length is refused, though it begins well', () => {
    expect(verify({ ...material, digits: 8 }, fresh, codeAt(1_000), now)).toEqual({ valid: false });
  });

  it('is refused before the epoch', () => {
    expect(verify(material, fresh, codeAt(0), { nowMs: -60_000, hash })).toEqual({ valid: false });
  });

  it('that two steps share burns the newer one, so that it cannot come back', () => {
    // Found by search: with this seed both steps show the same six digits.
    const step = 910_738;
    expect(codeAt(step)).toBe(codeAt(step - 1));
    const both = verify(material, fresh, codeAt(step), { nowMs: step * 30_000, hash });
    expect(both).toEqual({ valid: true, counter: step });
  });

  it('is accepted at most once per step, and only forward, whatever is submitted when', () => {
    const submission = fc.record({ pause: fc.nat(45_000), shown: fc.integer({ min: -3, max: 2 }) });
    fc.assert(
      fc.property(fc.array(submission, { maxLength: 60, size: 'max' }), (submissions) => {
        let nowMs = 50_000_000;
        let counter = -1;
        for (const { pause, shown } of submissions) {
          nowMs += pause;
          const current = Math.floor(nowMs / 30_000);
          const step = current + shown;
          const result = verify(material, { ...fresh, counter }, codeAt(step), { nowMs, hash });
          const expected = (shown === 0 || shown === -1) && step > counter;
          expect(result.valid).toBe(expected);
          if (result.valid) counter = result.counter!;
        }
      }),
    );
  });
});
