import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures } from '../figure';
import { underLoad } from '../load';
import type { Rig } from '../rig';
import { percentile, rounded } from '../statistics';

const userCount = 120;
const killAfterMs = 1_500;
/** Longer than any answer that is held up may take. */
const goOnMs = 5_000;
const startLimitMs = 60_000;

/** The longer of the sticky and the workflow task timeout, by which the server gives a dead worker's task to another. */
const noticedMs = 2_000;
const allowanceMs = 500;

interface Round {
  readonly slowestMs: number;
  readonly decisionMs: number;
}

/** Logins ten in flight over two workers, one of which is killed (SIGKILL) in the middle: the slowest answer of all. */
export async function measureKilledWorker(rig: Rig): Promise<Figures> {
  const rounds: Round[] = [];
  while (rounds.length < rig.options.rounds) rounds.push(await takeRound(rig, rounds.length));
  const slowest = rounds.map(({ slowestMs }) => rounded(slowestMs, 0));
  const decision = Math.max(...rounds.map(({ decisionMs }) => decisionMs));
  return {
    killed_worker_slowest: {
      value: Math.max(...slowest),
      target: rounded(noticedMs + decision + allowanceMs, 0),
      unit: 'ms',
      direction: 'max',
      rounds: slowest,
      raw: { decisionP50Ms: rounds.map(({ decisionMs }) => rounded(decisionMs, 1)), noticedMs, allowanceMs },
    },
  };
}

async function takeRound(rig: Rig, round: number): Promise<Round> {
  const users = await rig.backend.importUsers(`pair-${round}`, userCount);
  const second = await startSecondWorker(rig);
  try {
    await underLoad(rig, rig.backend, users, { logins: 2 * userCount });
    const killAt = performance.now() + killAfterMs;
    const load = underLoad(rig, rig.backend, users, { moment: killAt + goOnMs });
    load.catch(() => undefined);
    await sleep(killAfterMs);
    second.kill('SIGKILL');
    const logins = await load;
    const undisturbed = logins
      .filter(({ startedAt, took }) => startedAt + took < killAt)
      .map(({ took }) => took);
    return {
      slowestMs: Math.max(...logins.map(({ took }) => took)),
      decisionMs: percentile(undisturbed, 0.5),
    };
  } finally {
    second.kill('SIGKILL');
  }
}

/** A worker like the system's own, in its environment; returns when it takes part. */
async function startSecondWorker(rig: Rig): Promise<ChildProcess> {
  const before = new Set(await workerNames(rig));
  const script = require.resolve('../../src/worker');
  const worker = spawn(process.execPath, ['--max-old-space-size=1024', script], {
    // The bench has moved the clock of the database, which a worker starts on in test mode alone.
    env: {
      ...rig.system.workerEnvironment(),
      MFAFLOW_TEST_MODE: '1',
      MFAFLOW_TEST_KEY: 'unused by a worker',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(worker, 'spawn');
  const deadline = Date.now() + startLimitMs;
  for (;;) {
    if ((await workerNames(rig)).some((name) => !before.has(name))) return worker;
    if (worker.exitCode !== null || Date.now() > deadline)
      throw new Error('The second worker did not start.');
    await sleep(100);
  }
}

async function workerNames({ pool }: Rig): Promise<string[]> {
  const { rows } = await pool.query<{ process_id: string }>(
    `SELECT process_id FROM process_heartbeats WHERE kind = 'worker'`,
  );
  return rows.map((row) => row.process_id);
}
