import { randomBytes } from 'node:crypto';
import { recoveryCode } from '../../../src/factors/recovery-code/factor';
import { enrolled, hash } from '../../contracts/factor';

describe('a set of recovery codes', () => {
  const { material, disclosure } = enrolled(recoveryCode);
  const codes = disclosure['codes'] as string[];

  it('has ten codes in five groups of four, without symbols that look alike', () => {
    expect(codes).toHaveLength(10);
    for (const code of codes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){4}[0-9a-hjkmnp-tv-z]{4}$/);
  });

  it('has ids that differ, however unlucky the draw', () => {
    const unlucky = recoveryCode.methods.enrol(
      {},
      {
        random: (bytes) => Buffer.alloc(bytes),
        hash,
        label: { issuer: '', account: '' },
        factorId: 'f',
        nowMs: 0,
      },
    );
    const ids = (unlucky.disclosure['codes'] as string[]).map((code) => code.slice(0, 4));
    expect(new Set(ids).size).toBe(10);
  });

  it('draws 80 random bits for the secret of each code, none of them in the id', () => {
    const drawn: number[] = [];
    const random = (bytes: number): Buffer => {
      drawn.push(bytes);
      return randomBytes(bytes);
    };
    recoveryCode.methods.enrol(
      {},
      { random, hash, label: { issuer: '', account: '' }, factorId: 'f', nowMs: 0 },
    );
    expect(drawn).toEqual(Array.from({ length: 10 }, () => 19));
    const secrets = codes.map((code) => code.slice(5));
    expect(new Set(secrets).size).toBe(10);
    for (const secret of secrets) expect(secret.replaceAll('-', '')).toHaveLength(16);
  });

  it('is stored as hashes only', () => {
    const stored = JSON.stringify(material);
    for (const code of codes) {
      expect(stored).not.toContain(code.replaceAll('-', ''));
      expect(stored).not.toContain(code.slice(5).replaceAll('-', ''));
    }
  });

  it('can never be disclosed again', () => {
    expect(Object.keys(recoveryCode.methods)).not.toContain('disclose');
  });
});
