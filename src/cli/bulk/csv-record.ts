/**
 * The cells of one CSV record (RFC 4180 §2), without the newline behind it.
 * @returns undefined when its quotes are not in order
 */
export function parseCsvRecord(text: string): string[] | undefined {
  if (!text.includes('"')) return text.split(',');
  const cells: string[] = [];
  for (let at = 0; ;) {
    const quoted = text.startsWith('"', at);
    const end = quoted ? closingQuote(text, at) + 1 : endOfPlainCell(text, at);
    if (end === 0) return undefined;
    const cell = quoted ? text.slice(at + 1, end - 1).replaceAll('""', '"') : text.slice(at, end);
    if (!quoted && cell.includes('"')) return undefined;
    cells.push(cell);
    if (end === text.length) return cells;
    if (text.charAt(end) !== ',') return undefined;
    at = end + 1;
  }
}

/** One CSV record with its newline. */
export function formatCsvRecord(cells: readonly string[]): string {
  return `${cells.map(formatCell).join(',')}\n`;
}

function formatCell(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function endOfPlainCell(text: string, from: number): number {
  const comma = text.indexOf(',', from);
  return comma === -1 ? text.length : comma;
}

/** @returns the index of the quote that closes the cell, or -1 */
function closingQuote(text: string, opening: number): number {
  for (let at = opening + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at === -1 || text.charAt(at + 1) !== '"') return at;
  }
}
