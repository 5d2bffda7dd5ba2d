import fc from 'fast-check';
import { guardCell, unguardCell } from '../../../src/cli/bulk/formula-guard';

describe('a guarded cell', () => {
  const cell = fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', 'a', '1') });

  it('gives back just what went in, apostrophes and all', () => {
    fc.assert(fc.property(cell, (text) => expect(unguardCell(guardCell(text))).toBe(text)));
  });

  it('is no formula to a spreadsheet', () => {
    fc.assert(fc.property(cell, (text) => expect(guardCell(text)).not.toMatch(/^[=+\-@\t\r]/)));
  });

  it('is the cell itself where there is nothing to guard against', () => {
    for (const text of ['alice', "o'neill", "'alice'", 'a=b', '']) expect(guardCell(text)).toBe(text);
  });
});
