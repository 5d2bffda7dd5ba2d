import fc from 'fast-check';
import { normaliseCode } from '../../src/factors/normalise-code';

describe('a submitted code', () => {
  it.each([
    ['123456', '123456'],
    [' 123456\n', '123456'],
    ['123 456', '123456'],
    ['123-456', '123456'],
    ['ab12-CD34', 'ab12CD34'],
    ['', ''],
  ])('%j becomes %j', (input, expected) => {
    expect(normaliseCode(input)).toBe(expected);
  });

  it.each(['１２３４５６', '٠١٢٣٤٥', '12\u00003456', '123.456', 'O0Il', '\ud800', '123_456'])(
    '%j stays as it is',
    (input) => {
      expect(normaliseCode(input)).toBe(input);
    },
  );

  it('is normalised once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (input) => {
        const once = normaliseCode(input);
        expect(normaliseCode(` ${once} `)).toBe(once);
      }),
    );
  });
});
