import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { issuedCode } from '../../src/factors/issued-code';

const hash = (value: string): string => createHmac('sha256', 'pepper').update(value).digest('base64url');
const challenge = { id: 'cha_1', salt: 'salt', issue: 1_780_000_000_000 };

/** A hash whose output begins with these 32-bit words and is full of ones behind them. */
const hashOf = (...words: readonly number[]): string => {
  const bytes = Buffer.alloc(32, 0xff);
  words.forEach((word, index) => bytes.writeUInt32BE(word, 4 * index));
  return bytes.toString('base64url');
};

describe('the code of a challenge', () => {
  it('is the first word of the hash over salt, id and issue, reduced to six digits', () => {
    const word = Buffer.from(
      hash(JSON.stringify(['code', 'salt', 'cha_1', 1_780_000_000_000])),
      'base64url',
    ).readUInt32BE(0);
    expect(word).toBeLessThan(4_294_000_000);
    expect(issuedCode(hash, challenge)).toBe(String(word % 1_000_000).padStart(6, '0'));
  });

  it('keeps its leading zeros', () => {
    expect(issuedCode(() => hashOf(0), challenge)).toBe('000000');
    expect(issuedCode(() => hashOf(7_000_042), challenge)).toBe('000042');
  });

  it('passes over words that would make some codes likelier than others', () => {
    expect(issuedCode(() => hashOf(4_293_999_999), challenge)).toBe('999999');
    expect(issuedCode(() => hashOf(4_294_000_000, 5), challenge)).toBe('000005');
    expect(issuedCode(() => hashOf(4_294_967_295, 4_294_967_295, 6), challenge)).toBe('000006');
  });

  it('hashes again when no word of the hash will do', () => {
    const asked: string[] = [];
    const unlucky = (value: string): string => {
      asked.push(value);
      return asked.length < 3 ? hashOf() : hashOf(17);
    };
    expect(issuedCode(unlucky, challenge)).toBe('000017');
    expect(new Set(asked).size).toBe(3);
  });

  it('changes with the salt, the id and the issue, whose parts cannot be shifted into each other', () => {
    const seen: string[] = [];
    const recording = (value: string): string => {
      seen.push(value);
      return hash(value);
    };
    for (const other of [
      {},
      { salt: 'salt2' },
      { id: 'cha_2' },
      { issue: challenge.issue + 1 },
      { salt: 'sal', id: 'tcha_1' },
      { salt: 'salt","cha_1', id: '' },
    ]) {
      issuedCode(recording, { ...challenge, ...other });
    }
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('is always six digits, and the same for the same challenge', () => {
    const anyChallenge = fc.record({ id: fc.string(), salt: fc.string(), issue: fc.nat() });
    fc.assert(
      fc.property(anyChallenge, (any) => {
        const code = issuedCode(hash, any);
        expect(code).toMatch(/^[0-9]{6}$/);
        expect(issuedCode(hash, any)).toBe(code);
      }),
    );
  });

  it('is spread evenly over all codes', () => {
    // A fixed key and fixed issues: the counts are the same at every run.
    const counts = Array.from({ length: 100 }, () => 0);
    for (let issue = 0; issue < 20_000; issue += 1) {
      const bucket = Math.floor(Number(issuedCode(hash, { ...challenge, issue })) / 10_000);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    // 99 degrees of freedom: exceeded once in a thousand keys.
    expect(chiSquare).toBeLessThan(149);
  });
});
