import { proxyActivities } from '@temporalio/workflow';
import type { SweepActivities } from '../activities';

/** One page is set-based SQL over at most 1,000 rows and one signal a resting user. */
const activities = proxyActivities<SweepActivities>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 5 },
});

/** Pages in one run, so that one run's history stays small; what is left is due again at the next run. */
const MOST_PAGES = 50;

/**
 * One scheduled run of one sweep: page after page of what is due, until a page comes back short.
 *
 * @returns how many rows were dealt with.
 */
export async function sweep(name: keyof SweepActivities): Promise<number> {
  let done = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { handled, more } = await activities[name]();
    done += handled;
    if (!more) break;
  }
  return done;
}
