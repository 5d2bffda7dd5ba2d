import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../../../src/cli/doctor/catalogue';
import { judgeRoom } from '../../../src/cli/doctor/checks/disk';
import { isAtLeast } from '../../../src/cli/doctor/checks/binaries';
import { packageRoot } from '../../../src/package-root';

describe('the checks of the doctor', () => {
  it('stand in the operations guide, each with what it asks', () => {
    const guide = readFileSync(join(packageRoot(), 'docs', 'operations.md'), 'utf8');
    const [, section = ''] = guide.split(/^## Doctor$/m);
    const rows = [...section.split(/^## /m)[0]!.matchAll(/^\| `([\w-]+)` +\| (.*?) +\|$/gm)];
    expect(rows.map(([, name, asks]) => [name, asks])).toEqual(
      catalogue.map(({ name, asks }) => [name, asks]),
    );
  });

  it('warn of a disk that is low and fail one that is full', () => {
    expect(judgeRoom('/data', 100_000)).toEqual([]);
    expect(judgeRoom('/data', 400).map(({ outcome }) => outcome)).toEqual(['warn']);
    expect(judgeRoom('/data', 10).map(({ outcome }) => outcome)).toEqual(['fail']);
  });

  it.each([
    ['20.19.0', '20.19', true],
    ['20.9.9', '20.19', false],
    ['22.0.0', '20.19', true],
    ['9.99', '20.19', false],
  ])('read version %s against %s as %s', (version, wanted, is) => {
    expect(isAtLeast(version, wanted)).toBe(is);
  });
});
