import { createHmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { BulkFileRefused } from './bulk-file-refused';
import { type CsvColumn, readCsvHeader } from './csv-lines';
import { reasonOf } from './refusal-report';
import { type BulkFormat, type SourceRecord, sourceRecords } from './source-records';

/** A file to import, looked at: its format, its header, and what it is known by. */
export interface SourceFile {
  readonly path: string;
  readonly bytes: number;
  readonly format: BulkFormat;
  /** Of CSV. */
  readonly columns: readonly CsvColumn[];
  /** Where the users begin. */
  readonly begin: { readonly position: number; readonly lines: number };
  /** Keyed hash of all of it: whoever reads it in the database cannot try contents against it. */
  readonly content: Buffer;
  records(from: { position: number; lines: number }): AsyncGenerator<SourceRecord[]>;
}

const CHUNK_BYTES = 1_048_576;
const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf]);
const utf16Marks = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/** @throws BulkFileRefused */
export async function openSourceFile(path: string, format: BulkFormat, hashKey: Buffer): Promise<SourceFile> {
  const { bytes, start } = await startOf(path);
  if (bytes === 0) throw new BulkFileRefused(`The file ${path} is empty.`);
  if (utf16Marks.some((mark) => start.subarray(0, 2).equals(mark)))
    throw new BulkFileRefused(`The file ${path} is UTF-16: save it as UTF-8.`);
  const mark = start.subarray(0, utf8Mark.length).equals(utf8Mark) ? utf8Mark.length : 0;
  const chunksFrom = (position: number): AsyncIterable<Buffer> =>
    createReadStream(path, { start: position, highWaterMark: CHUNK_BYTES });
  const file = {
    path,
    bytes,
    format,
    records: (from: { position: number; lines: number }) =>
      sourceRecords(chunksFrom(from.position), format, from),
  };
  const beginning = { position: mark, lines: 0 };
  const header = format === 'csv' ? await firstRecord(file.records(beginning)) : undefined;
  if (format === 'csv' && header?.text === undefined)
    throw new BulkFileRefused('The first line must name the columns, in UTF-8.');
  return {
    ...file,
    columns: header?.text === undefined ? [] : readCsvHeader(header.text),
    begin: header === undefined ? beginning : { position: header.position, lines: header.lines },
    content: await hashOf(chunksFrom(0), hashKey),
  };
}

async function startOf(path: string): Promise<{ bytes: number; start: Buffer }> {
  try {
    const handle = await open(path, 'r');
    try {
      const stat = await handle.stat();
      if (!stat.isFile())
        throw new BulkFileRefused(`${path} is no file: an import needs one that can be read again.`);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
      return { bytes: stat.size, start: buffer.subarray(0, bytesRead) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof BulkFileRefused) throw error;
    throw new BulkFileRefused(`The file ${path} cannot be read${reasonOf(error)}.`);
  }
}

async function firstRecord(records: AsyncGenerator<SourceRecord[]>): Promise<SourceRecord | undefined> {
  for await (const [first] of records) return first;
  return undefined;
}

async function hashOf(chunks: AsyncIterable<Buffer>, key: Buffer): Promise<Buffer> {
  const hash = createHmac('sha256', key).update('mfaflow import\n');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest();
}
