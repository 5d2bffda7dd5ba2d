import { readOutboxDays } from '../../../persistence/server-facts-repository';
import { readSweepLag } from '../../../persistence/sweep-lag-repository';
import { complaintsOr, warn, type Check, type Sight } from '../check';

/** A sweep may miss a run or two without anybody noticing. */
const RUNS = 5;
const LEAST_SECONDS = 900;

export const sweepLagCheck: Check = {
  name: 'sweep-lag',
  asks: 'whether the sweeps and the outbox keep up',
  async look(installation) {
    const pool = await installation.main();
    const lag = await readSweepLag(pool, {
      commandHours: installation.setting('commandHours'),
      restAfterDays: installation.setting('restAfterDays'),
    });
    const outboxDays = await readOutboxDays(pool);
    const patience = Math.max(RUNS * installation.setting('sweepSeconds'), LEAST_SECONDS);
    const late: Sight[] = [];
    const mend = 'See to it that a worker runs and the schedules are there, and look at its log.';
    const frequent = {
      authentications: lag.abandonAuthentications,
      enrolments: lag.abandonEnrolments,
      erasures: lag.startErasures,
    };
    for (const [what, seconds] of Object.entries(frequent))
      if (seconds > patience)
        late.push(warn(`The oldest of the overdue ${what} has waited for ${Math.round(seconds)} s.`, mend));
    if (outboxDays > installation.setting('outboxDays') + 1)
      late.push(
        warn(`The oldest event is ${Math.round(outboxDays)} days old, above MFAFLOW_OUTBOX_DAYS.`, mend),
      );
    return complaintsOr(late, 'Nothing is overdue.');
  },
};
