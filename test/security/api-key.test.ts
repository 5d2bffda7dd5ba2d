import { hashApiKey, looksLikeApiKey, newApiKey } from '../../src/security/api-key';

test('a new key has a prefix that scanners know, 256 random bits and a checksum', () => {
  const key = newApiKey();
  expect(key).toMatch(/^mfk_[0-9A-Za-z]{49}$/);
  expect(looksLikeApiKey(key)).toBe(true);
  expect(newApiKey()).not.toBe(key);
});

test('a typo in any place is told from a key', () => {
  const key = newApiKey();
  for (let at = 4; at < key.length; at += 1) {
    const typo = key.slice(0, at) + (key.charAt(at) === 'x' ? 'y' : 'x') + key.slice(at + 1);
    expect(looksLikeApiKey(typo)).toBe(false);
  }
});

test.each([
  '',
  'mfk_',
  'mfk_' + 'a'.repeat(49),
  'sk_' + 'a'.repeat(49),
  newApiKey() + '\n',
  ' ' + newApiKey(),
])('not a key: %j', (candidate) => {
  expect(looksLikeApiKey(candidate)).toBe(false);
});

test('the hash is SHA-256, the same for the same key', () => {
  expect(hashApiKey('mfk_example').toString('hex')).toBe(
    '96bf4da0f8dcaf60d11b69ea48c4257cb00b9790d0b5583f99865d9adfbbbf07',
  );
  expect(hashApiKey(newApiKey())).toHaveLength(32);
});
