import { isUtf8 } from 'node:buffer';
import { type CsvState, endOfCsvRecord } from './csv-quotes';

export type BulkFormat = 'csv' | 'jsonl';

/** One record of a file: a line, or in CSV several where quotes hold newlines. */
export interface SourceRecord {
  /** Of its first line, the file's first being 1. */
  readonly line: number;
  /** Lines of the file up to and including this record. */
  readonly lines: number;
  /** Bytes of the file up to and including this record. */
  readonly position: number;
  /** Without the newline; undefined for one with a fault. */
  readonly text?: string;
  readonly fault?: 'too long' | 'not UTF-8' | 'quote never closed';
}

/** The longest line that this release's own limits allow is half of it. */
export const MAX_RECORD_BYTES = 65_536;

const [newline, quote, carriageReturn] = [0x0a, 0x22, 0x0d];

/**
 * The records of a file, those of one chunk at a time. What is longer than a record may be is passed over without being
 * kept, and the records behind it are read.
 * @param from where the chunks begin: bytes and lines of the file before them
 */
export async function* sourceRecords(
  chunks: AsyncIterable<Buffer>,
  format: BulkFormat,
  from: { position: number; lines: number },
): AsyncGenerator<SourceRecord[]> {
  let { position, lines } = from;
  let rest: Buffer = Buffer.alloc(0);
  let passedOver: { state: CsvState; newlines: number; bytes: number } | undefined;

  function take(bytes: Buffer, newlines: number, fault?: SourceRecord['fault']): SourceRecord {
    const line = lines + 1;
    lines += newlines;
    position += bytes.length;
    const place = { line, lines, position };
    if (fault !== undefined) return { ...place, fault };
    if (bytes.length > MAX_RECORD_BYTES) return { ...place, fault: 'too long' };
    if (!isUtf8(bytes)) return { ...place, fault: 'not UTF-8' };
    return { ...place, text: bytes.toString('utf8', 0, textEnd(bytes)) };
  }

  /** Through the rest of a record that is too long. @returns where the next one starts, or -1 */
  function passOver(bytes: Buffer): number {
    if (passedOver === undefined) return 0;
    const { end, state } = endOfRecord(bytes, 0, format, passedOver.state);
    const part = end === -1 ? bytes : bytes.subarray(0, end + 1);
    passedOver = {
      state,
      newlines: passedOver.newlines + countNewlines(part),
      bytes: passedOver.bytes + part.length,
    };
    return end === -1 ? -1 : end + 1;
  }

  for await (const chunk of chunks) {
    const records: SourceRecord[] = [];
    let start = passOver(chunk);
    if (start === -1) continue;
    if (passedOver !== undefined) {
      position += passedOver.bytes;
      records.push(take(Buffer.alloc(0), passedOver.newlines, 'too long'));
      passedOver = undefined;
    }
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let nextQuote = bytes.indexOf(quote, start);
    for (;;) {
      let end = bytes.indexOf(newline, start);
      let newlines = 1;
      if (nextQuote !== -1 && nextQuote < start) nextQuote = bytes.indexOf(quote, start);
      if (format === 'csv' && nextQuote !== -1 && (end === -1 || nextQuote < end)) {
        end = endOfCsvRecord(bytes, start).end;
        if (end !== -1) newlines = countNewlines(bytes.subarray(start, end + 1));
      }
      if (end === -1) break;
      records.push(take(bytes.subarray(start, end + 1), newlines));
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > MAX_RECORD_BYTES) {
      const { state } = endOfRecord(rest, 0, format, 'field start');
      passedOver = { state, newlines: countNewlines(rest), bytes: rest.length };
      rest = Buffer.alloc(0);
    }
    if (records.length > 0) yield records;
  }

  if (passedOver !== undefined) {
    position += passedOver.bytes;
    const fault = passedOver.state === 'quoted' ? 'quote never closed' : 'too long';
    yield [take(Buffer.alloc(0), passedOver.newlines + 1, fault)];
  } else if (rest.length > 0) {
    const open = format === 'csv' && endOfCsvRecord(rest, 0).state === 'quoted';
    yield [take(rest, countNewlines(rest) + 1, open ? 'quote never closed' : undefined)];
  }
}

function endOfRecord(
  bytes: Buffer,
  from: number,
  format: BulkFormat,
  state: CsvState,
): { end: number; state: CsvState } {
  if (format === 'csv') return endOfCsvRecord(bytes, from, state);
  return { end: bytes.indexOf(newline, from), state: 'unquoted' };
}

function textEnd(bytes: Buffer): number {
  let end = bytes.length;
  if (bytes[end - 1] === newline) end -= 1;
  if (bytes[end - 1] === carriageReturn) end -= 1;
  return end;
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}
