import type { JsonObject } from '../../domain/json';
import type { ContactKind } from '../../security/contact-address';
import { CSV_COLUMNS, CSV_LIST_SEPARATOR, type CsvColumn } from './csv-lines';
import { formatCsvRecord } from './csv-record';
import { guardCell } from './formula-guard';
import type { BulkFormat } from './source-records';

/** A user as an export writes them, everything in clear. */
export interface ExportedUser {
  readonly id: string;
  readonly groups: readonly string[];
  readonly locale: string | null;
  readonly contacts: readonly { kind: ContactKind; address: string; verified: boolean }[];
  /** Empty in an export without secrets. */
  readonly factors: readonly { kind: string; name: string | null; material: JsonObject }[];
}

/** The lines of users in a format that an import takes. */
export interface ExportFormat {
  /** What stands before the first user. */
  readonly header: string;
  linesOf(user: ExportedUser): string;
}

export const exportFormats: Readonly<Record<BulkFormat, ExportFormat>> = {
  csv: { header: formatCsvRecord(CSV_COLUMNS), linesOf: csvLinesOf },
  jsonl: { header: '', linesOf: jsonLineOf },
};

/** One line for each factor of the user, those behind the first with the id and the factor alone. */
function csvLinesOf(user: ExportedUser): string {
  const [first, ...more] = user.factors;
  const addresses = (kind: ContactKind, verified: boolean): string =>
    user.contacts
      .filter((contact) => contact.kind === kind && contact.verified === verified)
      .map(({ address }) => address)
      .join(CSV_LIST_SEPARATOR);
  const whole = csvLine({
    id: user.id,
    groups: user.groups.join(CSV_LIST_SEPARATOR),
    locale: user.locale ?? '',
    emails: addresses('email', false),
    verified_emails: addresses('email', true),
    phones: addresses('phone', false),
    verified_phones: addresses('phone', true),
    ...(first === undefined ? {} : csvFactor(first)),
  });
  return whole + more.map((factor) => csvLine({ id: user.id, ...csvFactor(factor) })).join('');
}

function csvFactor({
  kind,
  name,
  material,
}: ExportedUser['factors'][number]): Partial<Record<CsvColumn, string>> {
  const text = (field: string): string => {
    const value = material[field];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  return {
    kind,
    name: name ?? '',
    secret: text('secret'),
    digits: text('digits'),
    algorithm: text('algorithm'),
    period: text('period'),
  };
}

function csvLine(cells: Partial<Record<CsvColumn, string>>): string {
  return formatCsvRecord(CSV_COLUMNS.map((column) => guardCell(cells[column] ?? '')));
}

function jsonLineOf({ id, groups, locale, contacts, factors }: ExportedUser): string {
  const addresses = (kind: ContactKind): object[] =>
    contacts
      .filter((contact) => contact.kind === kind)
      .map(({ address, verified }) => ({ address, verified }));
  const line = {
    id,
    groups,
    ...(locale === null ? {} : { locale }),
    emails: addresses('email'),
    phones: addresses('phone'),
    factors: factors.map(({ kind, name, material }) => ({
      kind,
      ...(name === null ? {} : { name }),
      ...material,
    })),
  };
  return `${JSON.stringify(line)}\n`;
}
