import { cpus, release } from 'node:os';
import { type Figures, meetsTarget } from './figure';

const columns = ['figure', 'value', 'target', '', 'rounds'];

/** The figures as lines of a table, and in a last line which targets are missed. */
export function tableOf(figures: Figures): string[] {
  const rows = Object.entries(figures).map(([name, figure]) => [
    name,
    `${figure.value} ${figure.unit}`,
    `${figure.direction === 'max' ? '≤' : '≥'} ${figure.target}`,
    meetsTarget(figure) ? 'met' : 'MISSED',
    figure.rounds.join('  '),
  ]);
  const widths = columns.map((column, at) =>
    Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  const missed = Object.entries(figures).flatMap(([name, figure]) => (meetsTarget(figure) ? [] : [name]));
  return [
    line(columns),
    ...rows.map(line),
    '',
    missed.length === 0 ? 'Every target is met.' : `Missed: ${missed.join(', ')}.`,
  ];
}

/** What the figures as they are written look like, raw figures beside each. */
export function jsonOf(figures: Figures): string {
  const flat = Object.entries(figures).map(([name, { raw, ...figure }]) => [name, { ...figure, ...raw }]);
  return `${JSON.stringify(Object.fromEntries(flat), null, 2)}\n`;
}

/** On what it ran. */
export function machine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${process.platform} ${release()}, Node ${process.version}`;
}
