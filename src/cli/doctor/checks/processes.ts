import { countLostProcesses } from '../../../persistence/server-facts-repository';
import {
  HEARTBEAT_ALIVE_SECONDS,
  readHeartbeats,
  type ProcessKind,
} from '../../../persistence/heartbeat-repository';
import { readTaskQueue } from '../../../temporal/server-facts';
import { fail, ok, skip, warn, type Check, type Sight } from '../check';

export const processesCheck: Check = {
  name: 'processes',
  asks: 'whether an API process and a worker are alive',
  async look(installation) {
    const pool = await installation.main();
    const beats = await readHeartbeats(pool);
    const count = (kind: ProcessKind): number => beats.filter((beat) => beat.kind === kind).length;
    const sights: Sight[] = [];
    if (count('worker') === 0)
      sights.push(
        fail('No worker is alive, so that every login waits and fails.', 'Start one: npm run worker.'),
      );
    if (count('api') === 0) sights.push(fail('No API process is alive.', 'Start one: npm run server.'));
    if (sights.length > 0) return sights;
    const lost = await countLostProcesses(pool, HEARTBEAT_ALIVE_SECONDS);
    const gone = lost === 0 ? '' : `; ${lost} ended within the hour without taking leave`;
    return [ok(`Alive are ${count('api')} API and ${count('worker')} worker processes${gone}.`)];
  },
};

/** A login waits for what is in the queue before it. */
const LATE_SECONDS = 5;

export const taskQueueCheck: Check = {
  name: 'task-queue',
  asks: 'whether workers poll the task queue, and nothing waits in it',
  async look(installation) {
    const taskQueue = installation.setting('taskQueue');
    const { polledAt, backlog, backlogSeconds } = await readTaskQueue(
      await installation.temporal(),
      taskQueue,
    );
    const beats = await readHeartbeats(await installation.main());
    const workers = beats.filter(({ kind }) => kind === 'worker').length;
    if (workers === 0) return [skip('Not looked at: no worker is alive.')];
    if (polledAt.length === 0)
      return [
        fail(
          `Workers are alive, and none polls the task queue ${taskQueue}.`,
          'Give workers, API and this command the same MFAFLOW_TASK_QUEUE, TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.',
        ),
      ];
    if (backlogSeconds >= LATE_SECONDS)
      return [
        warn(
          `${backlog} tasks wait in ${taskQueue}, the oldest for ${backlogSeconds} s.`,
          'Start more workers, or raise MFAFLOW_MAX_DECISIONS.',
        ),
      ];
    return [ok(`${polledAt.length} pollers serve ${taskQueue}, and ${backlog} tasks wait.`)];
  },
};
