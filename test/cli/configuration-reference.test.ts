import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationReference } from '../../src/cli/configuration-reference';
import { ConfigInvalid, optionalWhole, text, whole } from '../../src/setting';
import { readConfig, settings } from '../../src/config';
import { packageRoot } from '../../src/package-root';

const written = readFileSync(join(packageRoot(), 'docs', 'configuration.md'), 'utf8');

describe('the configuration reference', () => {
  it('is what the settings say today (npm run docs:configuration writes it)', () => {
    expect(written).toBe(configurationReference(Object.values(settings)));
  });

  it('has a line for every variable, with default, values and meaning', () => {
    for (const { name, fallback, values, help } of Object.values(settings)) {
      const line = written.split('\n').find((one) => one.startsWith(`| \`${name}\` `));
      expect(line).toBeDefined();
      expect(line).toContain(fallback === undefined ? '| required ' : fallback);
      expect(line).toContain(values);
      expect([name, help.endsWith('.')]).toEqual([name, true]);
    }
  });

  it('changes with a setting', () => {
    const reference = configurationReference([
      text('A', 'What a is.'),
      whole('B', 'What b is.', 7, 1, 9),
      optionalWhole('C', 'What c is.', 0, 5),
    ]);
    const cells = reference
      .split('\n')
      .filter((line) => /^\| `[ABC]` /.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(cells).toEqual([
      ['', '`A`', 'required', 'text', 'What a is.', ''],
      ['', '`B`', '`7`', 'a whole number from 1 to 9', 'What b is.', ''],
      ['', '`C`', '', 'a whole number from 0 to 5', 'What c is.', ''],
    ]);
  });
});

describe('the ports of the metrics', () => {
  const required = { DATABASE_URL: 'postgres://u:p@h/d', MFAFLOW_MASTER_KEY_FILE: '/k' };

  it('are none unless they are named, and any free one for 0', () => {
    expect(readConfig(required).apiMetricsPort).toBeUndefined();
    const config = readConfig({
      ...required,
      MFAFLOW_API_METRICS_PORT: '0',
      MFAFLOW_WORKER_METRICS_PORT: '9465',
    });
    expect([config.apiMetricsPort, config.workerMetricsPort]).toEqual([0, 9465]);
  });

  it.each(['-1', '65536', 'x', '1.5'])('are refused as %s', (port) => {
    expect(() => readConfig({ ...required, MFAFLOW_API_METRICS_PORT: port })).toThrow(ConfigInvalid);
  });
});
