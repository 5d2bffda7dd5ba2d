import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Runtime } from '@temporalio/worker';

// What a worker reports of its own coming and going drowns what a test has to say.
Runtime.install({ logger: new DefaultLogger('ERROR') });

interface Bundle {
  readonly code: string;
}

let bundled: Promise<Bundle> | undefined;

/** The workflows as the worker runs them, bundled once a run: the first test file that needs them leaves them for the others. */
export function workflowBundle(): Promise<Bundle> {
  bundled ??= leftOrMade();
  return bundled;
}

async function leftOrMade(): Promise<Bundle> {
  const folder = process.env['MFAFLOW_TEST_FOLDER'];
  const left = folder === undefined ? undefined : join(folder, 'workflow-bundle.js');
  if (left !== undefined && existsSync(left)) return { code: readFileSync(left, 'utf8') };
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../src/workflows'),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  });
  if (left !== undefined) {
    // Whole or not at all, for whoever looks at this moment.
    writeFileSync(`${left}.${process.pid}`, code);
    renameSync(`${left}.${process.pid}`, left);
  }
  return { code };
}
