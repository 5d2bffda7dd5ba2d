import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { findRunningSystem, type RunningSystem } from '../running-system';
import { createBackend } from './backend';
import { createClock } from './clock';
import { createHandset } from './handset';
import { createNarrator } from './narrator';
import { enrol } from './scenes/enrol';
import { lockOut } from './scenes/lock-out';
import { logIn } from './scenes/log-in';
import { logInByMessage } from './scenes/log-in-by-message';
import { logOut } from './scenes/log-out';
import { recover } from './scenes/recover';
import { stepUp } from './scenes/step-up';
import { temporaryPass } from './scenes/temporary-pass';
import type { Stage } from './stage';

const usage = `npm run demo -- [--ready-file FILE]

Plays an application backend against the mfaflow that runs here. Start it with MFAFLOW_TEST_MODE=1 and a ready file,
and the play moves the clock instead of waiting for it.`;

/** One user's MFA life, told request by request. */
async function play(system: RunningSystem): Promise<void> {
  const narrator = createNarrator((line) => console.log(line));
  const backend = createBackend(system, narrator);
  const clock = await createClock(system, narrator);
  try {
    const userId = `demo-${randomBytes(4).toString('hex')}`;
    const user = { path: { userId } };
    narrator.scene('The application makes a user known');
    const {
      data: { workflowId },
    } = await backend.PUT('/v1/users/{userId}', { params: user });
    const showWorkflow = (): void => narrator.say(`  Watch it: ${workflowUrl(system, workflowId)}`);
    const stage: Stage = { apiUrl: system.apiUrl, backend, clock, narrator, userId, user };
    const enrolled = await enrol(stage);
    showWorkflow();
    const handset = createHandset(system, narrator);
    if (handset === undefined)
      narrator.say('  (The inbox of this system is not known here: nothing is sent.)');
    else await logInByMessage(stage, handset, enrolled.assertion);
    await logIn(stage, enrolled);
    showWorkflow();
    await lockOut(stage, enrolled);
    showWorkflow();
    const session = await recover(stage, enrolled);
    await stepUp(stage, enrolled, session);
    showWorkflow();
    await logOut(stage, session);
    await temporaryPass(stage);
    narrator.say(`Every step is in the history of one workflow: ${workflowUrl(system, workflowId)}`);
    narrator.say(
      `Its payloads are encrypted; log in at ${system.codecUrl ?? 'the codec server'} with an API key to read them there.`,
    );
  } finally {
    await clock.restore();
  }
}

function workflowUrl({ temporalUiUrl }: RunningSystem, workflowId: string | undefined): string {
  if (temporalUiUrl === undefined || workflowId === undefined) return workflowId ?? 'the Temporal UI';
  return `${temporalUiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'ready-file': { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help === true) console.log(usage);
  else await play(findRunningSystem(values['ready-file']));
}

main().catch((error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}${cause}`);
  process.exitCode = 1;
});
