import fc from 'fast-check';
import {
  MAX_RECORD_BYTES,
  type BulkFormat,
  type SourceRecord,
  sourceRecords,
} from '../../../src/cli/bulk/source-records';

async function read(chunks: Buffer[], format: BulkFormat): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  async function* source(): AsyncGenerator<Buffer> {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  }
  for await (const some of sourceRecords(source(), format, { position: 0, lines: 0 })) records.push(...some);
  return records;
}

const whole = (text: string, format: BulkFormat = 'csv') => read([Buffer.from(text)], format);
const texts = (records: SourceRecord[]) => records.map(({ text }) => text);

describe('the records of a file', () => {
  it('are its lines, whichever system ended them, the last one too when nothing ends it', async () => {
    expect(texts(await whole('a,1\r\nb,2\nc,3'))).toEqual(['a,1', 'b,2', 'c,3']);
  });

  it('hold newlines within quotes in CSV, and never in JSON lines', async () => {
    const records = await whole('id\n"a\nb ""x""\n",1\nc,2\n');
    expect(texts(records)).toEqual(['id', '"a\nb ""x""\n",1', 'c,2']);
    expect(records.map(({ line }) => line)).toEqual([1, 2, 5]);
    expect(texts(await whole('{"a":"\n{}\n', 'jsonl'))).toEqual(['{"a":"', '{}']);
  });

  it('are not torn by a quote in the middle of an unquoted field', async () => {
    expect(texts(await whole('5" nail,1\nb,2\n'))).toEqual(['5" nail,1', 'b,2']);
  });

  it('are passed over when they are too long, however long, and the next line is read', async () => {
    const chunk = Buffer.alloc(1_048_576, 'x');
    const chunks = [
      Buffer.from('{"id":1}\n'),
      ...Array.from({ length: 10 }, () => chunk),
      Buffer.from('\n{"id":3}\n'),
    ];
    const records = await read(chunks, 'jsonl');
    expect(records.map(({ line, text, fault }) => ({ line, text, fault }))).toEqual([
      { line: 1, text: '{"id":1}', fault: undefined },
      { line: 2, text: undefined, fault: 'too long' },
      { line: 3, text: '{"id":3}', fault: undefined },
    ]);
    expect(records.at(-1)?.position).toBe(chunks.reduce((sum, { length }) => sum + length, 0));
  });

  it('give no way to smuggle a line in by a long quoted cell', async () => {
    const cell = `"${'x'.repeat(MAX_RECORD_BYTES)}\nvictim,secret\n${'x\n'.repeat(40_000)}"`;
    const records = await whole(`id\na,${cell}\nb,1\n`);
    expect(records.map(({ text, fault }) => text ?? fault)).toEqual(['id', 'too long', 'b,1']);
    expect(records.at(-1)?.line).toBe(records.at(-1)?.lines);
  });

  it('say where a quote opens that nothing closes', async () => {
    expect((await whole('id\n"a\nb\nc\n')).at(-1)).toMatchObject({ line: 2, fault: 'quote never closed' });
    const long = `id\n"a\n${'b\n'.repeat(100_000)}`;
    expect((await whole(long)).at(-1)).toMatchObject({ line: 2, fault: 'quote never closed' });
  });

  it('must be UTF-8', async () => {
    const latin1 = Buffer.from('a,J\u00fcrg\nb,2\n', 'latin1');
    expect((await read([latin1], 'csv')).map(({ text, fault }) => text ?? fault)).toEqual([
      'not UTF-8',
      'b,2',
    ]);
  });

  it('are the same however the file is cut into chunks', async () => {
    const pieces = fc.constantFrom('a', 'é', '"', '""', ',', '\n', '\r\n', '"x\ny"', 'z'.repeat(40_000));
    await fc.assert(
      fc.asyncProperty(
        fc.array(pieces, { maxLength: 30 }),
        fc.array(fc.nat(200_000), { maxLength: 6 }),
        fc.constantFrom<BulkFormat>('csv', 'jsonl'),
        async (parts, cuts, format) => {
          const bytes = Buffer.from(parts.join(''));
          const places = [
            0,
            ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
            bytes.length,
          ];
          const chunks = places.slice(1).map((end, at) => bytes.subarray(places[at], end));
          expect(await read(chunks, format)).toEqual(await read([bytes], format));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('end where the next begins, so that reading on from there gives the rest', async () => {
    const text = 'id\n"a\nb",1\r\n\nc,2\nd';
    const all = await whole(text);
    for (const { position, lines } of all) {
      const rest: SourceRecord[] = [];
      const source = (async function* () {
        yield await Promise.resolve(Buffer.from(text).subarray(position));
      })();
      for await (const some of sourceRecords(source, 'csv', { position, lines })) rest.push(...some);
      expect(rest).toEqual(all.filter((one) => one.position > position));
    }
  });
});
