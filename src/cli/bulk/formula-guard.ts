/**
 * A spreadsheet takes a cell that starts with one of these for a formula, which may run programs or send data away
 * (OWASP, "CSV Injection"). Phone numbers start with one.
 */
const startsFormula = /^'*[=+\-@\t\r]/;
const isGuarded = /^'+[=+\-@\t\r]/;

/** The cell with an apostrophe before it where a spreadsheet would calculate; `unguardCell` gives back just what went in. */
export function guardCell(cell: string): string {
  return startsFormula.test(cell) ? `'${cell}` : cell;
}

/** Takes away the one apostrophe that `guardCell` or a spreadsheet's user put before such a cell. */
export function unguardCell(cell: string): string {
  return isGuarded.test(cell) ? cell.slice(1) : cell;
}
