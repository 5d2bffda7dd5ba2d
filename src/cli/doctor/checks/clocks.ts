import { MAX_DRIFT_MS, measureDrift, readHeartbeats } from '../../../persistence/heartbeat-repository';
import { readTaskQueue } from '../../../temporal/server-facts';
import { fail, complaintsOr, type Check, type Sight } from '../check';
import type { Installation } from '../installation';
import { PrerequisiteMissing } from '../prerequisite';

/** A poll may wait this long at the server, so that a poller's last sign may be that old. */
const LONGEST_POLL_MS = 70_000;

export const clocksCheck: Check = {
  name: 'clocks',
  asks: 'whether this machine, the processes, Temporal and both Postgres servers agree on the time to two seconds',
  async look(installation) {
    const main = await installation.main();
    const own = await measureDrift(main);
    const keys = await measureDrift(await installation.keys());
    const beats = await readHeartbeats(main);
    const temporal = await temporalDrift(installation, own, beats.length > 0);
    return complaintsOr(
      [
        ...complaint('This machine', own, 'Postgres'),
        // Against this machine both; their difference is that between the servers.
        ...complaint('Postgres of the main database', keys - own, 'that of the keys database'),
        ...beats.flatMap(({ processId, kind, driftMs }) =>
          complaint(`The ${kind} process ${processId}`, driftMs, 'Postgres'),
        ),
        ...complaint('Temporal', temporal, 'Postgres'),
      ],
      'All clocks agree to two seconds.',
    );
  },
};

function complaint(whose: string, driftMs: number, other: string): readonly Sight[] {
  if (Math.abs(driftMs) <= MAX_DRIFT_MS) return [];
  const seconds = (Math.abs(driftMs) / 1_000).toFixed(1);
  return [
    fail(
      `${whose} is ${seconds} s ${driftMs > 0 ? 'ahead of' : 'behind'} ${other}.`,
      'Have NTP set the clock of every machine.',
    ),
  ];
}

/** By its own stamp on the newest poll of a worker: a server that is ahead, or far behind, shows there. */
async function temporalDrift(installation: Installation, own: number, anyAlive: boolean): Promise<number> {
  try {
    const { polledAt } = await readTaskQueue(
      await installation.temporal(),
      installation.setting('taskQueue'),
    );
    if (polledAt.length === 0 || !anyAlive) return 0;
    const age = Date.now() - own - Math.max(...polledAt);
    if (age < 0) return -age;
    return age > LONGEST_POLL_MS ? LONGEST_POLL_MS - age : 0;
  } catch (error) {
    if (error instanceof PrerequisiteMissing) return 0;
    throw error;
  }
}
