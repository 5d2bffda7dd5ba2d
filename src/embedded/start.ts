import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './embedded-error';
import { whenLauncherIsGone } from './launcher';
import { parseStartOptions, usage, type StartOptions } from './options';
import type { ReadyFile, StoresReady } from './ready-file';
import { startFailureSentence } from '../start-failure';
import { StopSignals } from './stop-signals';
import { Supervisor } from './supervisor';
import { createTerminal } from './terminal';

/** How long after a second Ctrl-C the forced end may take before this process leaves regardless. */
const forcedEndLimitMs = 10_000;

/** @returns the exit code: 0 when it was asked to stop and did, in order. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseStartOptions(args);
  if (options === undefined) {
    console.log(usage);
    return 0;
  }
  refuseProduction();
  // Everything that this and its children write holds keys or people's data.
  process.umask(0o077);
  // Whoever read the output may be gone before this has stopped in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return run(options);
}

async function run(options: StartOptions): Promise<number> {
  const terminal = createTerminal((line) => console.log(line));
  const signals = new StopSignals();
  const supervisor = new Supervisor(options, process.env, terminal);
  whenLauncherIsGone(() => signals.request());
  const failed = supervisor.givenUp.then((sentence) =>
    Promise.reject(new EmbeddedError('given_up', sentence)),
  );
  let exitCode = 0;
  try {
    const ready = await Promise.race([supervisor.start(), signals.requested, failed]);
    if (ready !== undefined) {
      greet(ready, options).forEach((line) => terminal.say(line));
      await Promise.race([signals.requested, failed]);
    }
    terminal.say('Stopping (once more to force)');
  } catch (error) {
    exitCode = 1;
    console.error(`✗ ${startFailureSentence(error)}`);
  }
  signals.forced.addEventListener('abort', () => void leaveAnyway());
  await supervisor.stop(signals.forced);
  return exitCode;
}

/** A development key is made and written down by every start, so this is no way to run production. */
function refuseProduction(): void {
  if (process.env['NODE_ENV'] !== 'production') return;
  throw new EmbeddedError(
    'production_refused',
    'npm start makes a development key, which NODE_ENV=production refuses: there, run npm run worker and npm run server with DATABASE_URL and TEMPORAL_ADDRESS set.',
  );
}

function greet(ready: ReadyFile | StoresReady, { dataDir }: StartOptions): string[] {
  if (!('apiUrl' in ready)) return ['', 'Ready for mfaflow restore; Ctrl-C stops Postgres and Temporal.', ''];
  const keyFile = shellWord(join(dataDir, 'development-key'));
  return [
    '',
    `API           ${ready.apiUrl}`,
    ...(process.env['MFAFLOW_DOCS'] === '0' ? [] : [`API docs      ${ready.apiUrl}/docs`]),
    ...(ready.temporalUiUrl === undefined ? [] : [`Temporal UI   ${ready.temporalUiUrl}`]),
    `Codec server  ${ready.codecUrl}`,
    `Inbox         ${ready.inboxUrl} (SMS, calls and mail that no provider is set up for)`,
    `Metrics       ${ready.metricsUrls.api}, ${ready.metricsUrls.worker}`,
    ...(ready.testUrl === undefined ? [] : [`Test mode     ${ready.testUrl}`]),
    `Logs          ${join(dataDir, 'logs')}`,
    '',
    'Ready; Ctrl-C stops everything. Make a first user:',
    `  curl -s -X PUT -H "Authorization: Bearer $(cat ${keyFile})" ${ready.apiUrl}/v1/users/alice`,
    '',
  ];
}

function shellWord(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

async function leaveAnyway(): Promise<void> {
  await sleep(forcedEndLimitMs, undefined, { ref: false });
  process.exit(1);
}

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(`✗ ${startFailureSentence(error)}`);
    process.exit(1);
  },
);
