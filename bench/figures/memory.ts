import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures } from '../figure';
import { underLoad } from '../load';
import type { Rig } from '../rig';
import { rounded } from '../statistics';

const userCount = 1_000;
const watchedUsers = 100;
const watchedSeconds = 20;
const settleSeconds = 5;

/**
 * What the worker grows by while 1,000 more users enter its cache, each with one login, over what it had with 200;
 * then, of a hundred of them, what their histories grow by while nothing is asked of them.
 */
export async function measureUsersAtRest(rig: Rig): Promise<Figures> {
  const pid = rig.system.workerPid;
  const users = await rig.backend.importUsers('cached', userCount);
  const base = await residentMegabytes(pid);
  await underLoad(rig, rig.backend, users, { logins: users.length });
  const full = await residentMegabytes(pid);
  const perUser = (full - base) / users.length;
  const events = await eventsAtRest(rig, users.slice(0, watchedUsers));
  return {
    memory_per_cached_user: {
      ...{
        value: rounded(perUser, 4),
        target: 0.2,
        unit: 'MB',
        direction: 'max',
        rounds: [rounded(perUser, 4)],
      },
      raw: { baseMegabytes: rounded(base, 1), megabytes: rounded(full, 1), users: users.length },
    },
    idle_user_events: {
      ...{ value: events, target: 0, unit: 'events', direction: 'max', rounds: [events] },
      raw: { users: watchedUsers, seconds: watchedSeconds },
    },
  };
}

async function eventsAtRest(rig: Rig, users: Rig['users']): Promise<number> {
  const before = await rig.lifecycles.sizes(users);
  await sleep(watchedSeconds * 1_000);
  const after = await rig.lifecycles.sizes(users);
  return after.reduce((grown, now, index) => {
    const old = before[index];
    return grown + (old?.runId === now.runId ? now.events - old.events : now.events);
  }, 0);
}

/** The least resident set within a few quiet seconds (proc_pid_status(5), VmRSS), in 10^6 bytes. */
async function residentMegabytes(pid: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let second = 0; second < settleSeconds; second += 1) {
    await sleep(1_000);
    const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    least = Math.min(least, (Number(kibibytes) * 1_024) / 1_000_000);
  }
  return least;
}
