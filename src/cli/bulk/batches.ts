import { MfaError } from '../../domain/errors';
import { blindIndexOf } from '../../security/contact-address';
import { readCsvLine } from './csv-lines';
import { type ImportLine, readLine } from './import-line';
import { readJsonLine } from './json-lines';
import { type LineOutcome, type PlacedLine, refusalOf } from './plan-user';
import type { SourceFile } from './source-file';
import { Turns } from './turns';
import { MAX_RECORD_BYTES, type SourceRecord } from './source-records';

/** Some lines of a file, those about one user never torn apart. */
export interface Batch {
  /** Where the file goes on behind it. */
  readonly end: { readonly position: number; readonly lines: number };
  readonly users: ReadonlyMap<string, readonly PlacedLine[]>;
  /** Lines that were refused without a look into the database. */
  readonly refusals: readonly LineOutcome[];
}

export interface BatchLimits {
  readonly lines: number;
  readonly bytes: number;
}

export const BATCH_LIMITS: BatchLimits = { lines: 4_000, bytes: 4_194_304 };
/** Lines about one user that follow one another; more are as if another user's stood between. */
const MAX_RUN = 100;
const LINES_A_TURN = 50;

const faults = {
  'too long': ['payload_too_large', `A line must not be longer than ${MAX_RECORD_BYTES} bytes.`],
  'not UTF-8': ['invalid_request', 'The line is not UTF-8.'],
  'quote never closed': [
    'invalid_request',
    'A quote that is opened here is never closed, so that all the rest of the file belongs to this line.',
  ],
} as const;

/** The batches of a file from a place on; blank lines are passed over. */
export async function* batchesOf(
  file: SourceFile,
  keys: { tenantId: string; blindIndexKey: Buffer },
  from: { position: number; lines: number },
  limits: BatchLimits = BATCH_LIMITS,
): AsyncGenerator<Batch> {
  let users = new Map<string, PlacedLine[]>();
  let spoiled = new Set<number>();
  let refusals: LineOutcome[] = [];
  let end = from;
  let begin = from;
  let taken = 0;
  let run = 0;
  let runLength = 0;
  let lastId: string | undefined;
  const turns = new Turns(LINES_A_TURN);

  for await (const records of file.records(from)) {
    for (const record of records) {
      await turns.step();
      if (record.text?.trim() === '') continue;
      const read = readRecord(file, record);
      const id = 'given' in read ? read.given.id : read.id;
      const goesOn = id !== undefined && id === lastId && runLength < MAX_RUN;
      const isFull = taken >= limits.lines || end.position - begin.position >= limits.bytes;
      if (isFull && !goesOn) {
        yield { end, users: marked(users, spoiled), refusals };
        users = new Map();
        spoiled = new Set();
        refusals = [];
        begin = end;
        taken = 0;
      }
      taken += 1;
      end = { position: record.position, lines: record.lines };
      run += goesOn ? 0 : 1;
      runLength = goesOn ? runLength + 1 : 1;
      lastId = id;
      if ('outcome' in read) {
        refusals.push(read.outcome);
        spoiled.add(run);
        continue;
      }
      const placed = { line: record.line, run, given: withKeys(read.given, keys) };
      const before = users.get(read.given.id);
      if (before === undefined) users.set(read.given.id, [placed]);
      else before.push(placed);
    }
  }
  yield { end, users: marked(users, spoiled), refusals };
}

/** Marks the lines of runs of which another line was refused. */
function marked(
  users: ReadonlyMap<string, readonly PlacedLine[]>,
  spoiled: ReadonlySet<number>,
): Batch['users'] {
  if (spoiled.size === 0) return users;
  const mark = (line: PlacedLine): PlacedLine => (spoiled.has(line.run) ? { ...line, spoiled: true } : line);
  return new Map([...users].map(([id, lines]) => [id, lines.map(mark)]));
}

function readRecord(
  file: SourceFile,
  record: SourceRecord,
): { given: ImportLine } | { outcome: LineOutcome; id?: string } {
  let id: unknown;
  try {
    if (record.text === undefined) {
      const [code, detail] = faults[record.fault ?? 'too long'];
      throw new MfaError(code, { detail });
    }
    const raw = file.format === 'csv' ? readCsvLine(file.columns, record.text) : readJsonLine(record.text);
    id = raw.id;
    return { given: readLine(raw) };
  } catch (error) {
    return { outcome: refusalOf(record.line, error), ...(typeof id === 'string' ? { id } : {}) };
  }
}

function withKeys(
  line: ImportLine,
  { tenantId, blindIndexKey }: { tenantId: string; blindIndexKey: Buffer },
): PlacedLine['given'] {
  return {
    ...line,
    contacts: line.contacts.map(({ kind, address, normalised, verified }) => ({
      kind,
      address,
      verified,
      blindIndex: blindIndexOf(blindIndexKey, tenantId, kind, normalised),
    })),
  };
}
