import fc from 'fast-check';
import { isSameText } from '../../src/factors/same-text';

test('texts are the same when every character is', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(isSameText(one, one)).toBe(true);
      expect(isSameText(one, other)).toBe(one === other);
    }),
  );
  expect(isSameText('123456', '123457')).toBe(false);
  expect(isSameText('123456', '12345')).toBe(false);
  expect(isSameText('', '')).toBe(true);
});
