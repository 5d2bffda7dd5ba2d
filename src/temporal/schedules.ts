import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import { sweepScheduleId, sweepWorkflowId } from './names';

/** Sweeps by name, with how many of the configured intervals lie between two runs. */
export const SWEEPS = {
  abandonAuthentications: 1,
  abandonEnrolments: 1,
  restQuietUsers: 10,
  forgetOldRecords: 5,
  startErasures: 1,
  startDeliveries: 1,
} as const;

/** One shard a sweep until tenants are many; the number is part of the schedule's id. */
const SHARD = 0;

/** The ids of all schedules of a deployment. */
export function sweepScheduleIds(taskQueue: string): string[] {
  return Object.keys(SWEEPS).map((name) => sweepScheduleId(taskQueue, name, SHARD));
}

/** Makes the schedules that are not there; one that is there is set to this interval and task queue. */
export async function ensureSchedules(
  client: Client,
  taskQueue: string,
  everySeconds: number,
): Promise<void> {
  for (const [name, intervals] of Object.entries(SWEEPS)) {
    const scheduleId = sweepScheduleId(taskQueue, name, SHARD);
    const schedule = {
      scheduleId,
      spec: { intervals: [{ every: everySeconds * intervals * 1_000 }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' as const },
      action: {
        type: 'startWorkflow' as const,
        workflowType: 'sweep',
        workflowId: sweepWorkflowId(taskQueue, name, SHARD),
        args: [name],
        taskQueue,
      },
    };
    if (await isCreated(client, schedule)) continue;
    // Replaced, not updated: an update reads the old one, which an earlier deployment's key may have sealed.
    await deleteSchedule(client, scheduleId);
    await isCreated(client, schedule);
  }
}

/** One that a worker which starts at the same time has just deleted is as good as deleted here. */
async function deleteSchedule(client: Client, scheduleId: string): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleId).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

/** False when there is one of that id already, such as that of a worker which started at the same time. */
async function isCreated(client: Client, schedule: ScheduleOptions): Promise<boolean> {
  try {
    await client.schedule.create(schedule);
    return true;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return false;
    throw error;
  }
}

/** Runs every sweep now and waits for the end of each. */
export async function runSweepsNow(client: Client, taskQueue: string): Promise<void> {
  const run = Date.now().toString(36);
  await Promise.all(
    Object.keys(SWEEPS).map((name) =>
      client.workflow.execute('sweep', {
        workflowId: `${sweepWorkflowId(taskQueue, name, SHARD)}/${run}`,
        taskQueue,
        args: [name],
      }),
    ),
  );
}
