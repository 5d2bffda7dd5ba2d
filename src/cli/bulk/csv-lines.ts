import { MfaError } from '../../domain/errors';
import type { JsonObject, JsonValue } from '../../domain/json';
import { BulkFileRefused } from './bulk-file-refused';
import { parseCsvRecord } from './csv-record';
import { unguardCell } from './formula-guard';
import type { RawLine } from './import-line';

/** Every column there is, in the order of an export. */
export const CSV_COLUMNS = [
  'id',
  'groups',
  'locale',
  'emails',
  'verified_emails',
  'phones',
  'verified_phones',
  'kind',
  'name',
  'secret',
  'digits',
  'algorithm',
  'period',
  'otpauth',
] as const;

export type CsvColumn = (typeof CSV_COLUMNS)[number];

/** Between the parts of a cell that holds several: no group and no address has one in it. */
export const CSV_LIST_SEPARATOR = ';';

const wrongDelimiters = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
] as const;

/**
 * Reads the header of a CSV file. No message repeats a column: a file without a header begins with a user.
 * @throws BulkFileRefused
 */
export function readCsvHeader(text: string): CsvColumn[] {
  const cells = parseCsvRecord(text)?.map((cell) => cell.trim());
  const other = wrongDelimiters.find(([delimiter]) => {
    const parts = text.split(delimiter).map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
    return parts.length > 1 && parts.some(isColumn);
  });
  if (other !== undefined && cells?.some(isColumn) !== true)
    throw new BulkFileRefused(`The columns are separated by ${other[1]}: separate them by commas.`);
  if (cells === undefined)
    throw new BulkFileRefused('The quotes in the header, the first line, are not in order.');
  const unknownAt = cells.findIndex((cell) => !isColumn(cell));
  if (unknownAt !== -1)
    throw new BulkFileRefused(
      `Column ${unknownAt + 1} of the first line is unknown: the first line must name the columns, of ${CSV_COLUMNS.join(', ')}.`,
    );
  const columns = cells as CsvColumn[];
  if (new Set(columns).size !== columns.length)
    throw new BulkFileRefused('The first line names a column twice.');
  if (!columns.includes('id')) throw new BulkFileRefused('The first line must name the column id.');
  return columns;
}

/** @throws MfaError `invalid_request` when the record does not fit the header */
export function readCsvLine(columns: readonly CsvColumn[], text: string): RawLine {
  const cells = parseCsvRecord(text);
  if (cells === undefined)
    throw new MfaError('invalid_request', { detail: 'The quotes of this line are not in order.' });
  if (cells.length !== columns.length)
    throw new MfaError('invalid_request', {
      detail: `The header has ${columns.length} columns and this line has ${cells.length}.`,
    });
  const given = new Map<CsvColumn, string>();
  columns.forEach((column, at) => {
    const cell = unguardCell(cells[at] ?? '').trim();
    if (cell !== '') given.set(column, cell);
  });
  return {
    id: given.get('id') ?? '',
    groups: given.get('groups')?.split(CSV_LIST_SEPARATOR).map(trimmed),
    locale: given.get('locale'),
    addresses: [
      ...addressesOf(given.get('emails'), 'email', false),
      ...addressesOf(given.get('verified_emails'), 'email', true),
      ...addressesOf(given.get('phones'), 'phone', false),
      ...addressesOf(given.get('verified_phones'), 'phone', true),
    ],
    factors: factorOf(given),
  };
}

function addressesOf(
  cell: string | undefined,
  kind: RawLine['addresses'][number]['kind'],
  verified: boolean,
): RawLine['addresses'] {
  if (cell === undefined) return [];
  return cell.split(CSV_LIST_SEPARATOR).map((address) => ({ kind, address, verified }));
}

function factorOf(given: ReadonlyMap<CsvColumn, string>): JsonObject[] {
  const factor: Record<string, JsonValue> = {};
  for (const column of ['kind', 'name', 'secret', 'algorithm', 'otpauth'] as const) {
    const cell = given.get(column);
    if (cell !== undefined) factor[column] = cell;
  }
  for (const column of ['digits', 'period'] as const) {
    const cell = given.get(column);
    if (cell !== undefined) factor[column] = Number(cell);
  }
  return Object.keys(factor).length === 0 ? [] : [factor];
}

function isColumn(cell: string): cell is CsvColumn {
  return (CSV_COLUMNS as readonly string[]).includes(cell);
}

function trimmed(part: string): string {
  return part.trim();
}
