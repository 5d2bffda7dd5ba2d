import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { sweepScheduleIds } from './schedules';

/** The version of the server, as it says it. */
export async function readServerVersion(client: Client): Promise<string> {
  const { serverVersion } = await client.workflowService.getSystemInfo({});
  return serverVersion;
}

/** Code of gRPC. */
const NOT_FOUND = 5;

export interface ScheduleFacts {
  readonly missing: readonly string[];
  readonly paused: readonly string[];
}

/** The schedules of the sweeps that are not there, or that somebody has paused. Nothing of them is decoded. */
export async function readSweepSchedules(client: Client, taskQueue: string): Promise<ScheduleFacts> {
  const { namespace } = client.options;
  const missing: string[] = [];
  const paused: string[] = [];
  for (const scheduleId of sweepScheduleIds(taskQueue)) {
    try {
      const { schedule } = await client.workflowService.describeSchedule({ namespace, scheduleId });
      if (schedule?.state?.paused === true) paused.push(scheduleId);
    } catch (error) {
      if ((error as { code?: unknown }).code !== NOT_FOUND) throw error;
      missing.push(scheduleId);
    }
  }
  return { missing, paused };
}

export interface TaskQueueFacts {
  /** When each poller of workflow tasks last asked, in milliseconds since 1970, by the server's clock. */
  readonly polledAt: readonly number[];
  readonly backlog: number;
  readonly backlogSeconds: number;
}

export async function readTaskQueue(client: Client, taskQueue: string): Promise<TaskQueueFacts> {
  const { namespace } = client.options;
  const { pollers, stats } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    reportStats: true,
  });
  return {
    polledAt: pollers.map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000),
    backlog: Number(stats?.approximateBacklogCount ?? 0),
    backlogSeconds: Number(stats?.approximateBacklogAge?.seconds ?? 0),
  };
}
