import { figureOf, type Figures } from '../figure';
import type { LifecycleSize } from '../lifecycle-reader';
import type { Rig } from '../rig';
import { median, percentile, rounded, sum } from '../statistics';

interface Round {
  readonly bare: readonly number[];
  readonly login: readonly number[];
  readonly largeFlow: readonly number[];
}

/**
 * One bare Update, one login by the shipped flow, one by the large flow, and so on: what the machine does to one of
 * them it does to its neighbours. Events and bytes are those of the first round's logins.
 */
export async function measureLatency(rig: Rig): Promise<Figures> {
  const before = await rig.lifecycles.sizes(rig.users);
  const rounds = [await takeRound(rig)];
  const after = await rig.lifecycles.sizes(rig.users);
  while (rounds.length < rig.options.rounds) rounds.push(await takeRound(rig));
  return {
    ...latencyFigures(rounds),
    ...historyFigures(before, after, rig.options.samples / rig.users.length),
  };
}

async function takeRound({
  options,
  bare,
  clock,
  backend,
  users,
  largeFlowBackend,
  largeFlowUsers,
}: Rig): Promise<Round> {
  const round = { bare: [] as number[], login: [] as number[], largeFlow: [] as number[] };
  for (let sample = 0; sample < options.samples; sample += 1) {
    const place = sample % users.length;
    if (place === 0) await clock.advance();
    const [user, largeFlowUser] = [users[place], largeFlowUsers[place]];
    if (user === undefined || largeFlowUser === undefined) throw new RangeError('There is no such user.');
    const takes = [
      async () => round.bare.push(await bare.update(sample)),
      async () => round.login.push(await backend.login(user, clock.step)),
      async () => round.largeFlow.push(await largeFlowBackend.login(largeFlowUser, clock.step)),
    ];
    // In turn each is the first, so that none of them always finds the machine as another left it.
    for (let turn = 0; turn < takes.length; turn += 1) await takes[(sample + turn) % takes.length]?.();
  }
  return round;
}

function latencyFigures(rounds: readonly Round[]): Figures {
  const of = (thing: keyof Round, share: number): number[] =>
    rounds.map((round) => percentile(round[thing], share));
  const unit = of('bare', 0.5);
  const inUnits = (milliseconds: readonly number[]): number[] =>
    milliseconds.map((value, round) => value / (unit[round] ?? Number.NaN));
  const [p50, p99, largeFlowP50] = [of('login', 0.5), of('login', 0.99), of('largeFlow', 0.5)];
  const added = largeFlowP50.map((value, round) => value - (p50[round] ?? Number.NaN));
  const raw = { uMs: unit.map((value) => rounded(value)) };
  const shown = (name: string, values: readonly number[]) => ({
    ...raw,
    [name]: values.map((value) => rounded(value)),
  });
  return {
    login_p50: figureOf({ target: 2, unit: 'U', direction: 'max' }, inUnits(p50), shown('loginP50Ms', p50)),
    login_p99: figureOf({ target: 6, unit: 'U', direction: 'max' }, inUnits(p99), {
      ...shown('loginP99Ms', p99),
      uP99Ms: of('bare', 0.99).map((value) => rounded(value)),
    }),
    large_flow_added: figureOf(
      { target: 0.2, unit: 'U', direction: 'max' },
      inUnits(added),
      shown('largeFlowP50Ms', largeFlowP50),
    ),
  };
}

/** Of the users whose lifecycle did not continue as new in between, which starts a new count. */
function historyFigures(
  before: readonly LifecycleSize[],
  after: readonly LifecycleSize[],
  loginsEach: number,
): Figures {
  const grown = before.flatMap((old, index) => {
    const now = after[index];
    return now?.runId === old.runId
      ? [{ events: now.events - old.events, bytes: now.bytes - old.bytes }]
      : [];
  });
  if (grown.length === 0) throw new RangeError('Every lifecycle continued as new: take fewer samples.');
  const logins = grown.length * loginsEach;
  const raw = { logins, users: grown.length };
  const events = sum(grown.map((user) => user.events)) / logins;
  const bytes = sum(grown.map((user) => user.bytes)) / logins;
  return {
    history_events_per_login: figureOf({ target: 6, unit: 'events', direction: 'max' }, [events], raw),
    history_bytes_per_login: figureOf({ target: 1_000, unit: 'bytes', direction: 'max' }, [bytes], {
      ...raw,
      bytesMedianOfUsers: rounded(median(grown.map((user) => user.bytes / loginsEach)), 1),
    }),
  };
}
