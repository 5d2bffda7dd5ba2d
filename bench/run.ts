import { writeFileSync } from 'node:fs';
import type { Figures } from './figure';
import { measureKeyRotation } from './figures/key-rotation';
import { measureKilledWorker } from './figures/killed-worker';
import { measureLatency } from './figures/latency';
import { measureUsersAtRest } from './figures/memory';
import { measureThroughput } from './figures/throughput';
import { measureDeliveredLogin } from './delivered-login';
import { measureDelivery } from './delivery';
import { measureImport } from './import';
import { measureLookUp } from './lookup';
import { type BenchOptions, parseBenchOptions, usage } from './options';
import { jsonOf, machine, tableOf } from './report';
import { type Rig, setUpRig } from './rig';

const measurements: Readonly<Record<string, (rig: Rig) => Promise<Figures>>> = {
  latency: measureLatency,
  throughput: measureThroughput,
  'users-at-rest': measureUsersAtRest,
  'killed-worker': measureKilledWorker,
  'key-rotation': measureKeyRotation,
};

/** What starts servers of its own and takes its time: measured only when it is asked for. */
const apart: Readonly<
  Record<string, (options: BenchOptions, say: (line: string) => void) => Promise<Figures>>
> = {
  lookup: measureLookUp,
  import: measureImport,
  delivery: measureDelivery,
  'delivered-login': measureDeliveredLogin,
};

/** A missed target is a result; the exit code tells of a bench that could not measure. */
async function main(): Promise<void> {
  const options = parseBenchOptions(process.argv.slice(2));
  if (options.only !== undefined && !(options.only in measurements) && !(options.only in apart)) {
    throw new TypeError(`There is no measurement ${options.only}.`);
  }
  console.log(machine());
  const figures = await measure(options);
  for (const line of ['', ...tableOf(figures)]) console.log(line);
  if (options.json !== undefined) writeFileSync(options.json, jsonOf(figures));
}

async function measure(options: BenchOptions): Promise<Figures> {
  const started = performance.now();
  const say = (line: string): void =>
    console.log(`${((performance.now() - started) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
  const alone = options.only === undefined ? undefined : apart[options.only];
  if (alone !== undefined) return await alone(options, say);
  const rig = await setUpRig(options, say);
  try {
    let figures: Figures = {};
    for (const [name, take] of Object.entries(measurements)) {
      if (options.only !== undefined && options.only !== name) continue;
      say(`Measuring ${name}`);
      figures = { ...figures, ...(await take(rig)) };
    }
    return figures;
  } finally {
    say('Stopping the system');
    await rig.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof TypeError ? `${error.message}\n\n${usage}` : error);
  process.exitCode = 1;
});
