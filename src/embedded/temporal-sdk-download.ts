import { chmodSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError } from './embedded-error';
import { runProgram } from './program-output';
import type { TemporalBinaryKind, TemporalProgram } from './temporal-binary-pins';

/** Where Temporal's SDK downloads its servers from. */
const downloadAddress = 'https://temporal.download';
const reachableLimitMs = 3_000;
const downloadLimitMs = 60_000;

/**
 * The SDK has no call that only downloads: it starts what it has got. It cannot be cancelled either, so it runs in a
 * process of its own, which can be ended together with the server it started.
 */
const script = `
const [module, kind, downloadDir, version] = process.argv.slice(1);
const { TestWorkflowEnvironment } = require(module);
const options = { server: { executable: { type: 'cached-download', downloadDir, version } } };
const start = kind === 'temporal' ? 'createLocal' : 'createTimeSkipping';
TestWorkflowEnvironment[start](options)
  .then((environment) => environment.teardown())
  .then(() => process.exit(0), (error) => { console.error(String(error && error.message)); process.exit(1); });
`;

/**
 * Lets the SDK download the pinned version of a Temporal program to `target` (mode 0755). The caller checks it.
 *
 * @throws {EmbeddedError} `binary_missing` within 3 s when Temporal's download address cannot be reached from here.
 */
export async function programFromSdk(
  kind: TemporalBinaryKind,
  program: TemporalProgram,
  target: string,
): Promise<void> {
  await assertReachable();
  const folder = mkdtempSync(`${target}.sdk-`);
  try {
    const args = ['-e', script, require.resolve('@temporalio/testing'), kind, folder, `v${program.version}`];
    const outcome = await runProgram({
      command: process.execPath,
      args,
      env: process.env,
      limitMs: downloadLimitMs,
    });
    const [file] = readdirSync(folder);
    if (!outcome.succeeded || file === undefined) throw missing(outcome.reason);
    renameSync(join(folder, file), target);
    chmodSync(target, 0o755);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function assertReachable(): Promise<void> {
  try {
    await fetch(downloadAddress, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(reachableLimitMs),
    });
  } catch {
    throw missing('its address cannot be reached from here');
  }
}

function missing(why: string): EmbeddedError {
  return new EmbeddedError('binary_missing', `the Temporal SDK's download gave none (${why})`);
}
