import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { formatCsvRecord, parseCsvRecord } from '../../../src/cli/bulk/csv-record';

const cell = fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', '\n', '\r', "'", 'ü', ';') });
const cells = fc.array(cell, { minLength: 1, maxLength: 6 });

describe('a CSV record', () => {
  it('is read as another reader of RFC 4180 reads it', () => {
    fc.assert(
      fc.property(cells, (row) => {
        const text = stringify([row], { quoted_empty: true, record_delimiter: '' });
        expect(parseCsvRecord(text)).toEqual(row);
      }),
    );
  });

  it('is written so that another reader of RFC 4180 reads what went in', () => {
    fc.assert(
      fc.property(cells, (row) => {
        const text = formatCsvRecord(['id', ...row]);
        expect(parse(text, { relax_column_count: true })).toEqual([['id', ...row]]);
        expect(parseCsvRecord(text.slice(0, -1))).toEqual(['id', ...row]);
      }),
    );
  });

  it.each(['"a', 'a"b', '"a"b,c', '"a""', 'a,"b" ,c', '"a"b'])(
    'is refused when its quotes are not in order: %s',
    (text) => {
      expect(parseCsvRecord(text)).toBeUndefined();
    },
  );

  it('has an empty cell at its end when it ends with a comma', () => {
    expect(parseCsvRecord('a,')).toEqual(['a', '']);
    expect(parseCsvRecord('"a",')).toEqual(['a', '']);
  });
});
