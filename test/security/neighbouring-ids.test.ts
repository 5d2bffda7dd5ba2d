import { manyBase62, neighbouringIds } from '../../src/security/neighbouring-ids';
import { base62Alphabet, randomId } from '../../src/security/random-id';

test('ids of one neighbourhood look like any other id, and begin alike', () => {
  const ids = neighbouringIds('usr', 4_000);
  expect(new Set(ids).size).toBe(4_000);
  for (const id of ids) expect(id).toMatch(/^usr_[0-9A-Za-z]{16}$/);
  expect(ids[0]).toHaveLength(randomId('usr').length);
  expect(new Set(ids.map((id) => id.slice(0, 7))).size).toBe(1);
});

test('two neighbourhoods are apart', () => {
  const starts = Array.from({ length: 20 }, () => neighbouringIds('fac', 1)[0]?.slice(0, 7));
  expect(new Set(starts).size).toBeGreaterThan(15);
});

test('digits that are drawn at once use the whole alphabet alike', () => {
  const counts = new Map<string, number>();
  for (const digit of manyBase62(62_000, 1)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  expect([...counts.keys()].sort()).toEqual(Array.from(base62Alphabet).sort());
  // 1,000 of each are expected; seven standard deviations off is no chance.
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(7 * 32);
});

test('none are made when none are asked for', () => {
  expect(neighbouringIds('con', 0)).toEqual([]);
});
