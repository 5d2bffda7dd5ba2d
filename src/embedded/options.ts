import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EmbeddedError } from './embedded-error';

export interface StartPorts {
  readonly api: number;
  readonly codec: number;
  readonly test: number;
  readonly inbox: number;
  readonly postgres: number;
  readonly temporal: number;
  readonly temporalUi: number;
}

export interface StartOptions {
  /** Absolute. */
  readonly dataDir: string;
  /** Absolute. */
  readonly readyFile?: string;
  /** Postgres and Temporal alone, so that a backup can be restored into them. */
  readonly storesOnly?: true;
  /** 0 stands for any free one. */
  readonly ports: StartPorts;
}

/** The command-line option and the default of each port. */
export const portOptions = {
  api: { option: 'api-port', port: 3000, purpose: 'API' },
  codec: { option: 'codec-port', port: 3001, purpose: 'codec server' },
  test: { option: 'test-port', port: 3002, purpose: 'test mode (MFAFLOW_TEST_MODE=1)' },
  inbox: { option: 'inbox-port', port: 3003, purpose: 'inbox of what is sent to users' },
  postgres: { option: 'postgres-port', port: 55_432, purpose: 'Postgres' },
  temporal: { option: 'temporal-port', port: 7233, purpose: 'Temporal' },
  temporalUi: { option: 'temporal-ui-port', port: 8233, purpose: 'Temporal Web UI' },
} as const satisfies Record<keyof StartPorts, { option: string; port: number; purpose: string }>;

export const usage = [
  'npm start -- [options]',
  '',
  'Starts Postgres, Temporal, the worker and the API on 127.0.0.1, for development.',
  '',
  '  --data-dir DIR           where everything is kept (./.mfaflow)',
  '  --ready-file FILE        written once everything answers: addresses and keys as JSON, mode 0600',
  '  --stores-only            Postgres and Temporal alone, to restore a backup into them',
  ...Object.values(portOptions).map(
    ({ option, port, purpose }) => `  ${`--${option} N`.padEnd(25)}${purpose} (${port})`,
  ),
  '  --help',
  '',
  'A port of 0 picks any free one. DATABASE_URL, KEYS_DATABASE_URL and TEMPORAL_ADDRESS (or a Temporal profile)',
  'name servers of your own, in whose place nothing is started.',
].join('\n');

/**
 * @param args without the program's own name.
 * @returns `undefined` when help is asked for.
 * @throws {EmbeddedError} `option_invalid`.
 */
export function parseStartOptions(args: readonly string[]): StartOptions | undefined {
  const values = parse(args);
  if (values['help'] === true) return undefined;
  const port = ({ option, port: usual }: { option: string; port: number }): number =>
    portFrom(option, values[option], usual);
  const readyFile = values['ready-file'];
  return {
    dataDir: resolve(text('data-dir', values['data-dir'] ?? '.mfaflow')),
    ...(readyFile === undefined ? {} : { readyFile: resolve(text('ready-file', readyFile)) }),
    ...(values['stores-only'] === true ? { storesOnly: true } : {}),
    ports: {
      api: port(portOptions.api),
      codec: port(portOptions.codec),
      test: port(portOptions.test),
      inbox: port(portOptions.inbox),
      postgres: port(portOptions.postgres),
      temporal: port(portOptions.temporal),
      temporalUi: port(portOptions.temporalUi),
    },
  };
}

function parse(args: readonly string[]): Record<string, string | boolean | undefined> {
  const names = ['data-dir', 'ready-file', ...Object.values(portOptions).map(({ option }) => option)];
  const strings = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const flags = { 'stores-only': { type: 'boolean' as const }, help: { type: 'boolean' as const } };
  try {
    return parseArgs({ args: [...args], options: { ...strings, ...flags } }).values;
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function text(option: string, value: string | boolean): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(`--${option} needs a value.`);
}

function portFrom(option: string, value: string | boolean | undefined, usual: number): number {
  if (value === undefined) return usual;
  if (typeof value === 'string' && /^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw invalid(`--${option} needs a number from 0 to 65535.`);
}

function invalid(message: string): EmbeddedError {
  return new EmbeddedError('option_invalid', `${message} See npm start -- --help.`);
}
