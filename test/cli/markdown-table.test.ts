import { markdownTable } from '../../src/cli/markdown-table';

describe('a table of Markdown', () => {
  it('has columns as wide as their widest cell, and keeps a bar within a cell', () => {
    expect(
      markdownTable(
        ['a', 'meaning'],
        [
          ['1', 'this|that'],
          ['long one', ''],
        ],
      ),
    ).toBe(
      [
        '| a        | meaning    |',
        '| -------- | ---------- |',
        '| 1        | this\\|that |',
        '| long one |            |',
      ].join('\n'),
    );
  });
});
