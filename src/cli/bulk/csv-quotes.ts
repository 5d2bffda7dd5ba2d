const [newline, quote, comma] = [0x0a, 0x22, 0x2c];

/** Where in a CSV record (RFC 4180 §2) a byte is. */
export type CsvState = 'field start' | 'unquoted' | 'quoted' | 'after a quote';

/**
 * Goes on through bytes of a CSV file until the newline that ends a record; one within quotes does not. A quote that
 * stands in the middle of an unquoted field is no opening one.
 * @returns the index of that newline, or -1 and the state that the next bytes begin in
 */
export function endOfCsvRecord(
  bytes: Buffer,
  from: number,
  begin: CsvState = 'field start',
): { end: number; state: CsvState } {
  let state = begin;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (state === 'quoted') {
      if (byte === quote) state = 'after a quote';
    } else if (byte === newline) {
      return { end: at, state: 'field start' };
    } else if (byte === comma) {
      state = 'field start';
    } else if (byte === quote && state !== 'unquoted') {
      state = 'quoted';
    } else {
      state = 'unquoted';
    }
  }
  return { end: -1, state };
}
