import { proxyActivities, sleep } from '@temporalio/workflow';
import type { ErasureActivities } from '../activities';
import type { ErasureInput } from './messages';

/** A step is tried for ever: an erasure that was promised is not given up because a database is away for a day. */
function step<Name extends keyof ErasureActivities>(name: Name, summary: string): ErasureActivities[Name] {
  return proxyActivities<ErasureActivities>({
    summary,
    startToCloseTimeout: '15 minutes',
    // Of a worker that was killed; a living one beats every few seconds.
    heartbeatTimeout: '15 seconds',
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  })[name];
}

const terminateLifecycle = step('terminateLifecycle', 'Terminate the lifecycle');
const eraseRows = step('eraseRows', 'Delete the rows');
const destroyKey = step('destroyKey', 'Destroy the data key');
const noteErasedRuns = step('noteErasedRuns', 'List the runs');
const deleteErasedRuns = step('deleteErasedRuns', 'Delete the runs');
const certifyErasure = step('certifyErasure', 'Write the certificate');

/** Longer than any request that was admitted before the user was erased: two seconds of waiting, eight of deciding. */
const PAST_ALL_IN_FLIGHT = '15 seconds';
const BETWEEN_LOOKS = '10 seconds';
/** About an hour. A server deletes a run within half a minute; one that does not delete keeps it until retention. */
const MOST_LOOKS = 360;

/**
 * Erases a user whose row was marked already: nobody finds the user any more when this starts. Every step may be
 * repeated, so that a worker may die in any of them.
 *
 * First nothing writes and nothing is left to read. What is under way still finds its key, and so learns that there is
 * nobody; when it is over, what it revived or left goes as well, and then the key, so that nothing opens any more. The
 * certificate says what was done.
 */
export async function erasure(input: ErasureInput): Promise<void> {
  await terminateLifecycle(input);
  await eraseRows(input);
  await noteErasedRuns(input);
  await deleteErasedRuns(input);
  await sleep(PAST_ALL_IN_FLIGHT);
  await terminateLifecycle(input);
  await eraseRows(input);
  await destroyKey(input);
  await noteErasedRuns(input);
  for (let looks = 0; (await deleteErasedRuns(input)) > 0 && looks < MOST_LOOKS; looks += 1)
    await sleep(BETWEEN_LOOKS);
  await certifyErasure(input);
}
