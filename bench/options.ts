import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Where the figures are written as JSON. */
  readonly json?: string;
  readonly rounds: number;
  /** Samples of each thing in each round. */
  readonly samples: number;
  /** The one measurement to take. */
  readonly only?: string;
}

export const usage = [
  'npm run bench -- [options]',
  '',
  '  --json FILE    writes the figures, with what they were made of',
  '  --rounds N     rounds, of whose ratios the median counts (3)',
  '  --samples N    samples of each thing a round (600)',
  '  --only NAME    one measurement: latency, throughput, users-at-rest, killed-worker, key-rotation; or lookup,',
  '                 import, delivery or delivered-login, which are not among those taken without it',
].join('\n');

/** @throws TypeError for an option that is not known or a number that is none */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      samples: { type: 'string', default: '600' },
      only: { type: 'string' },
    },
  });
  return {
    rounds: positive('rounds', values.rounds),
    samples: positive('samples', values.samples),
    ...(values.json === undefined ? {} : { json: values.json }),
    ...(values.only === undefined ? {} : { only: values.only }),
  };
}

function positive(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new TypeError(`--${name} needs a whole number above 0.`);
  return Number(text);
}
