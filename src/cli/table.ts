import { paint, type Terminal } from './terminal';

/** Rows under headings, in columns as wide as what is in them; what is missing is a dash. */
export function table(
  terminal: Pick<Terminal, 'colour'>,
  headings: readonly string[],
  rows: readonly (readonly (string | undefined)[])[],
): string {
  const cells = rows.map((row) => row.map((cell) => (cell === undefined || cell === '' ? '-' : cell)));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [paint(terminal, 'bold', line(headings)), ...cells.map(line)].join('\n');
}

/** An instant for people: UTC, to the minute. */
export function minute(instant: string | undefined): string | undefined {
  return instant === undefined ? undefined : `${instant.slice(0, 16).replace('T', ' ')}Z`;
}
