import { bundleWorkflowCode, DefaultLogger, Runtime, type WorkflowBundle } from '@temporalio/worker';

// What a worker reports of its own coming and going drowns what a test has to say.
Runtime.install({ logger: new DefaultLogger('ERROR') });

let bundled: Promise<WorkflowBundle> | undefined;

/** The workflows as the worker runs them, bundled once a test file. */
export function workflowBundle(): Promise<WorkflowBundle> {
  bundled ??= bundleWorkflowCode({
    workflowsPath: require.resolve('../src/workflows'),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  });
  return bundled;
}
