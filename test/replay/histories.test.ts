import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { bundleWorkflowCode, Worker, type WorkflowBundle } from '@temporalio/worker';
import { workflowBundle } from '../workflow-bundle';

const FOLDER = join(__dirname, 'histories');
const recorded = readdirSync(FOLDER).filter((name) => name.endsWith('.history'));

describe('recorded histories', () => {
  it('are there for every message type', () => {
    const messages = new Set(recorded.flatMap((name) => messagesIn(load(name))));
    expect([...messages].sort()).toEqual(
      [
        'answer',
        'answerLater',
        'authenticate',
        'choose',
        'confirm',
        'deliver',
        'disown',
        'enrol',
        'lock',
        'remove',
        'rename',
        'resend',
        'rest',
        'revoke',
        'unlock',
      ].sort(),
    );
  });

  it.each(recorded)('%s replays on the workflows of today', async (name) => {
    expect(await failureOfReplay(name, await workflowBundle())).toBeUndefined();
  });

  it('do not replay on workflows that do something else', async () => {
    const changed = await bundleWorkflowCode({
      workflowsPath: require.resolve('./changed-workflows'),
      logger: silent,
    });
    expect(await failureOfReplay('lifecycle-every-command.history', changed)).toMatchObject({
      name: 'DeterminismViolationError',
    });
  });
});

const silent = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };

function load(name: string) {
  return temporal.api.history.v1.History.decode(readFileSync(join(FOLDER, name)));
}

async function failureOfReplay(name: string, bundle: WorkflowBundle): Promise<Error | undefined> {
  const histories = [{ workflowId: name, history: load(name) }];
  for await (const result of Worker.runReplayHistories({ workflowBundle: bundle }, histories))
    return result.error;
  throw new Error('nothing was replayed');
}

function messagesIn(history: ReturnType<typeof load>): string[] {
  return history.events.flatMap((event) => {
    const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name;
    const signal = event.workflowExecutionSignaledEventAttributes?.signalName;
    return [update, signal].filter((message) => typeof message === 'string');
  });
}
