import { temporaryPass } from '../../../src/factors/temporary-pass/factor';
import { enrolled, hash, now } from '../../contracts/factor';

const minute = 60_000;

describe('a temporary pass', () => {
  const { material, disclosure } = enrolled(temporaryPass);
  const code = disclosure['code'] as string;

  it('is four groups of four, without symbols that look alike', () => {
    expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
  });

  it('draws five random bits for each of its sixteen symbols, every symbol as likely as the others', () => {
    const passOf = (bytes: readonly number[]): string => {
      const random = (length: number): Buffer => Buffer.from(bytes.slice(0, length));
      const context = { random, hash, label: { issuer: '', account: '' }, factorId: 'f', nowMs: now };
      return temporaryPass.methods.enrol({}, context).disclosure['code'] as string;
    };
    const drawn = Array.from({ length: 16 }, (_, part) =>
      passOf(Array.from({ length: 16 }, (_unused, index) => part * 16 + index)).replaceAll('-', ''),
    ).join('');
    expect(drawn).toHaveLength(256);
    const counts = Array.from(new Set(drawn), (symbol) => drawn.split(symbol).length - 1);
    expect(counts).toEqual(Array.from({ length: 32 }, () => 8));
  });

  it('is good once and for an hour unless asked otherwise', () => {
    expect(temporaryPass.methods.expiresAt?.(material)).toBe(now + 60 * minute);
    expect(material).toMatchObject({ once: true });
  });

  it.each([10, 43_200])('can be good for %i minutes', (minutes) => {
    const long = enrolled(temporaryPass, { minutes, once: false }).material;
    expect(temporaryPass.methods.expiresAt?.(long)).toBe(now + minutes * minute);
    expect(long).toMatchObject({ once: false });
  });

  it('is stored as a hash only, and can never be disclosed again', () => {
    const stored = JSON.stringify(material);
    expect(stored).not.toContain(code);
    expect(stored).not.toContain(code.replaceAll('-', ''));
    expect(Object.keys(temporaryPass.methods)).not.toContain('disclose');
  });
});
