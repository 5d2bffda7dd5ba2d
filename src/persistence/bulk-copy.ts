import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { ClientBase } from 'pg';
import { from } from 'pg-copy-streams';

const special = /[\\\t\n\r]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** NULL in the text format of COPY. */
export const COPY_NULL = '\\N';

/** A text as a column of COPY's text format (Postgres manual, COPY, "Text Format"). */
export function copyText(value: string): string {
  return value.replace(special, (character) => escapes[character] ?? character);
}

/** Bytes as a column of COPY's text format. */
export function copyBytes(value: Buffer): string {
  return `\\\\x${value.toString('hex')}`;
}

/** Texts as a column of the type text[]. */
export function copyTexts(values: readonly string[]): string {
  if (values.length === 0) return '{}';
  return copyText(`{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`);
}

/**
 * Writes rows into a table by COPY.
 *
 * @param columns names, separated by commas
 * @param rows in COPY's text format: columns separated by tabs, each row ended by a newline
 */
export async function copyRows(
  client: ClientBase,
  table: string,
  columns: string,
  rows: readonly string[],
): Promise<void> {
  if (rows.length === 0) return;
  const stream = client.query(from(`COPY ${table} (${columns}) FROM STDIN`));
  await pipeline(Readable.from([Buffer.from(rows.join(''), 'utf8')]), stream);
}
