import { createProgress } from '../../src/cli/progress';

function written(isTTY: boolean, json: boolean, states: readonly (readonly [number, number?])[]): string {
  let text = '';
  const stream = { isTTY, write: (more: string) => void (text += more) };
  const progress = createProgress({ label: 'lines', stream, json });
  for (const [done, total] of states) progress.update(done, total);
  progress.end();
  return text;
}

test('on a terminal it draws over one line, and leaves the last state', () => {
  const text = written(true, false, [
    [0, 2_000],
    [1_000, 2_000],
    [2_000, 2_000],
  ]);
  expect(text.endsWith(`\r\u001B[2Klines [${'█'.repeat(30)}] 2,000 of 2,000\n`)).toBe(true);
  expect(text.split('\n')).toHaveLength(2);
});

test('without a total it counts', () => {
  expect(written(true, false, [[1_234]])).toBe('\r\u001B[2Klines 1,234\n');
});

test('in a log it writes lines, far between, and the last state', () => {
  expect(
    written(false, false, [
      [1, 3],
      [2, 3],
      [3, 3],
    ]),
  ).toBe('lines: 3 of 3\n');
});

test('as JSON it writes a document a line, however wide the terminal', () => {
  const lines = written(true, true, [
    [1, 2],
    [2, 2],
  ])
    .trim()
    .split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { progress: 'lines', done: 1, total: 2 },
    { progress: 'lines', done: 2, total: 2 },
  ]);
});

test('that never began says nothing but the end of its line', () => {
  expect(written(false, false, [])).toBe('');
  expect(written(false, true, [])).toBe('');
});
