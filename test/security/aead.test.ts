import { randomBytes } from 'node:crypto';
import { open, seal, SealBroken, sealFor } from '../../src/security/aead';

const key = randomBytes(32);
const plaintext = Buffer.from('a secret of twenty-six bytes');

test('what is sealed opens under the same key and associated data', () => {
  expect(open(key, seal(key, plaintext, 'here'), 'here')).toEqual(plaintext);
});

test('an empty value is a value', () => {
  expect(open(key, seal(key, Buffer.alloc(0), ''), '')).toEqual(Buffer.alloc(0));
});

test('a seal costs 28 bytes, shows nothing of the plaintext and is different each time', () => {
  const [one, other] = [seal(key, plaintext, 'here'), seal(key, plaintext, 'here')];
  expect(one).toHaveLength(plaintext.length + 28);
  expect(one.includes(plaintext.subarray(0, 6))).toBe(false);
  expect(one.equals(other)).toBe(false);
});

test('a change of any one bit breaks it', () => {
  const sealed = seal(key, plaintext, 'here');
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const altered = Buffer.from(sealed);
    altered[bit >> 3]! ^= 1 << (bit & 7);
    expect(() => open(key, altered, 'here')).toThrow(SealBroken);
  }
});

test('cut off at any length, it is broken', () => {
  const sealed = seal(key, plaintext, 'here');
  for (let length = 0; length < sealed.length; length += 1) {
    expect(() => open(key, sealed.subarray(0, length), 'here')).toThrow(SealBroken);
  }
});

test('another key, another place and damage are one and the same error', () => {
  const sealed = seal(key, plaintext, 'here');
  const errors = [
    () => open(randomBytes(32), sealed, 'here'),
    () => open(key, sealed, 'there'),
    () => open(key, Buffer.alloc(40), 'here'),
    () => open(key, Buffer.alloc(3), 'here'),
  ].map((attempt) => {
    try {
      return attempt();
    } catch (error) {
      return {
        code: (error as SealBroken).code,
        message: (error as Error).message,
        keys: Object.keys(error as Error),
      };
    }
  });
  for (const error of errors) expect(error).toEqual(errors[0]);
  expect(errors[0]).toMatchObject({ code: 'seal_broken' });
});

test('values that are sealed together open like any other, each under an iv of its own, also beyond the count', () => {
  const sealOne = sealFor(3);
  const sealed = Array.from({ length: 5 }, () => sealOne(key, plaintext, 'here'));
  for (const one of sealed) expect(open(key, one, 'here')).toEqual(plaintext);
  expect(new Set(sealed.map((one) => one.toString('hex', 0, 12))).size).toBe(5);
});
