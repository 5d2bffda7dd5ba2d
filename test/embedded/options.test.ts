import { parseStartOptions, usage } from '../../src/embedded/options';

describe('options of npm start', () => {
  it('have defaults that need nothing on the command line', () => {
    expect(parseStartOptions([])).toEqual({
      dataDir: `${process.cwd()}/.mfaflow`,
      ports: {
        api: 3000,
        codec: 3001,
        test: 3002,
        inbox: 3003,
        postgres: 55_432,
        temporal: 7233,
        temporalUi: 8233,
      },
    });
  });

  it('choose the folder, the ready file and every port', () => {
    const args = [
      '--data-dir',
      '/d',
      '--ready-file=/r',
      '--api-port',
      '1',
      '--codec-port',
      '2',
      '--test-port',
      '3',
    ];
    const more = [
      '--inbox-port',
      '7',
      '--postgres-port',
      '4',
      '--temporal-port',
      '5',
      '--temporal-ui-port',
      '0',
    ];
    expect(parseStartOptions([...args, ...more])).toEqual({
      dataDir: '/d',
      readyFile: '/r',
      ports: { api: 1, codec: 2, test: 3, inbox: 7, postgres: 4, temporal: 5, temporalUi: 0 },
    });
  });

  it('include help, which names every one of them', () => {
    expect(parseStartOptions(['--help'])).toBeUndefined();
    for (const name of [
      'data-dir',
      'ready-file',
      'api-port',
      'codec-port',
      'test-port',
      'inbox-port',
      'postgres-port',
      'temporal-port',
      'temporal-ui-port',
    ]) {
      expect(usage).toContain(`--${name} `);
    }
  });

  it.each([
    ['--api-port', '65536'],
    ['--api-port', '-1'],
    ['--api-port', '3e3'],
    ['--api-port', ''],
    ['--data-dir', ''],
    ['--no-such-option', '1'],
    ['stray', 'words'],
  ])('refuse %s %j with a sentence that points to the help', (...args) => {
    expect(() => parseStartOptions(args)).toThrow(
      expect.objectContaining({ code: 'option_invalid', message: expect.stringContaining('--help') }),
    );
  });
});
