import { condition, proxyActivities, setHandler } from '@temporalio/workflow';
import * as messages from '../../src/workflows/messages';

const activities = proxyActivities<{ enrol(): Promise<never> }>({ startToCloseTimeout: '1 minute' });

/** As the lifecycle would be if someone made its local activities regular ones without a patch. */
export async function userLifecycle(): Promise<void> {
  setHandler(messages.enrolUpdate, () => activities.enrol());
  await condition(() => false);
}
