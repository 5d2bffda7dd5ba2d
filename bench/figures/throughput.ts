import { figureOf, type Figures } from '../figure';
import { underLoad } from '../load';
import type { Rig } from '../rig';
import { rounded } from '../statistics';

/** Passes over the users between two changes of what is measured: longer, so that the ramps at both ends weigh less. */
const passes = 2;

/** Bare Updates and logins in turns of 200, ten in flight over 100 workflows each. */
export async function measureThroughput(rig: Rig): Promise<Figures> {
  const size = passes * rig.users.length;
  const turns = Math.max(1, Math.round(rig.options.samples / size));
  const rates: { bare: number; login: number }[] = [];
  for (let round = 0; round < rig.options.rounds; round += 1) {
    const took = { bare: 0, login: 0 };
    for (let turn = 0; turn < turns; turn += 1) {
      took.bare += await timed(() => rig.bare.updates(size));
      took.login += await timed(() => underLoad(rig, rig.backend, rig.users, { logins: size }));
    }
    rates.push({ bare: (turns * size) / took.bare, login: (turns * size) / took.login });
  }
  return {
    login_throughput: figureOf(
      { target: 0.6, unit: 'T', direction: 'min' },
      rates.map(({ bare, login }) => login / bare),
      {
        tPerSecond: rates.map(({ bare }) => rounded(bare, 1)),
        loginsPerSecond: rates.map(({ login }) => rounded(login, 1)),
        samplesARound: turns * size,
      },
    ),
  };
}

/** Seconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}
