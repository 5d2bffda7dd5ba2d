import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import type { InboxMessage } from '../src/embedded/inbox/message';
import { ApplicationBackend, type BenchUser } from './application-backend';
import { BareUpdates } from './bare-updates';
import { DatabaseClock } from './database-clock';
import { withoutLimits } from './delivery';
import { figureOf, type Figures } from './figure';
import type { BenchOptions } from './options';
import { percentile, rounded } from './statistics';
import { SystemProcess } from './system-process';

const people = 50;
const warmUpPasses = 6;

interface Round {
  readonly bare: number[];
  readonly totp: number[];
  readonly begin: number[];
  readonly answer: number[];
}

/** Somebody with a phone, and what it has shown last. */
interface Owner {
  readonly id: string;
  readonly number: string;
  seen: number;
}

/**
 * Logins by SMS beside logins by TOTP: how long the caller waits for the answer to a begin, whose message goes out behind
 * it, and for the answer to a code that was read from the handset.
 */
export async function measureDeliveredLogin(
  options: BenchOptions,
  say: (line: string) => void,
): Promise<Figures> {
  say('Starting the system');
  const system = await SystemProcess.start();
  const { apiUrl, apiKey, databaseUrl, temporalAddress } = system.ready;
  const pool = new Pool({ connectionString: databaseUrl, max: 2 });
  const backend = new ApplicationBackend(apiUrl, apiKey);
  const bare = await BareUpdates.start(temporalAddress, people);
  try {
    const handset = new Handset(system.ready.inboxUrl, system.ready.inboxKey);
    await backend.post('/v1/delivery-policy', withoutLimits, 'PUT');
    say(`Enrolling ${people} users by TOTP and ${people} by SMS`);
    const users = await backend.importUsers('totp', people);
    const owners = await enrolOwners(backend, handset);
    const stage = { backend, bare, clock: new DatabaseClock(pool), handset, users, owners };
    say('Warming up');
    for (let pass = 0; pass < warmUpPasses; pass += 1) await takePass(stage, newRound());
    say('Measuring');
    const passes = Math.max(1, Math.floor(options.samples / people));
    const rounds: Round[] = [];
    while (rounds.length < options.rounds) {
      const round = newRound();
      for (let pass = 0; pass < passes; pass += 1) await takePass(stage, round);
      rounds.push(round);
    }
    return figuresOf(rounds);
  } finally {
    await bare.stop();
    backend.close();
    await pool.end();
    await system.stop();
  }
}

interface Stage {
  readonly backend: ApplicationBackend;
  readonly bare: BareUpdates;
  readonly clock: DatabaseClock;
  readonly handset: Handset;
  readonly users: readonly BenchUser[];
  readonly owners: readonly Owner[];
}

const newRound = (): Round => ({ bare: [], totp: [], begin: [], answer: [] });

/** Everybody once: what the machine does to one of the four it does to its neighbours. */
async function takePass(stage: Stage, round: Round): Promise<void> {
  await stage.clock.advance();
  for (const [index, owner] of stage.owners.entries()) {
    const user = stage.users[index];
    if (user === undefined) throw new RangeError('There is no such user.');
    round.bare.push(await stage.bare.update(index));
    const begun = await timed(() =>
      stage.backend.post(`/v1/users/${owner.id}/authentications`, { primary: 'pwd' }),
    );
    round.begin.push(begun.ms);
    const { id } = JSON.parse(begun.body) as { id: string };
    const code = await stage.handset.code(owner);
    round.totp.push(await stage.backend.login(user, stage.clock.step));
    const answered = await timed(() => stage.backend.post(`/v1/authentications/${id}/answer`, { code }));
    round.answer.push(answered.ms);
    const { status } = JSON.parse(answered.body) as { status?: string };
    if (status !== 'approved') throw new Error(`A code was answered ${answered.body.slice(0, 300)}`);
  }
}

async function timed(call: () => Promise<{ status: number; body: string }>) {
  const started = performance.now();
  const { status, body } = await call();
  const ms = performance.now() - started;
  if (status >= 300) throw new Error(`A request was answered ${status}: ${body.slice(0, 300)}`);
  return { ms, body };
}

async function enrolOwners(backend: ApplicationBackend, handset: Handset): Promise<Owner[]> {
  const owners: Owner[] = [];
  for (let index = 0; index < people; index += 1) {
    const owner = { id: `owner-${index}`, number: `+4474${String(10_000_000 + index * 37)}`, seen: 0 };
    await timed(() => backend.post(`/v1/users/${owner.id}`, {}, 'PUT'));
    const factor = { kind: 'sms', config: { phone: owner.number } };
    const { body } = await timed(() => backend.post(`/v1/users/${owner.id}/factors`, factor));
    const { id } = JSON.parse(body) as { id: string };
    const code = await handset.code(owner);
    await timed(() => backend.post(`/v1/users/${owner.id}/factors/${id}/confirm`, { code }));
    owners.push(owner);
  }
  return owners;
}

/** The inbox of the system, as the owners of the phones look at it. */
class Handset {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  async code(owner: Owner): Promise<string> {
    for (let looks = 0; looks < 2_000; looks += 1) {
      const url = new URL('/messages.json', this.#url);
      url.searchParams.set('to', owner.number);
      const answer = await fetch(url, { headers: { authorization: `Bearer ${this.#key}` } });
      const { messages } = (await answer.json()) as { messages: InboxMessage[] };
      const coded = messages
        .filter(({ sequence }) => sequence > owner.seen)
        .flatMap(({ sequence, text }) => {
          const code = /\b\d{6}\b/.exec(text)?.[0];
          return code === undefined ? [] : [{ sequence, code }];
        })
        .sort((one, other) => other.sequence - one.sequence);
      if (coded[0] !== undefined) {
        owner.seen = coded[0].sequence;
        return coded[0].code;
      }
      await sleep(5);
    }
    throw new Error('No code came to a handset.');
  }
}

function figuresOf(rounds: readonly Round[]): Figures {
  const p50 = (thing: keyof Round): number[] => rounds.map((round) => percentile(round[thing], 0.5));
  const ratio = (over: keyof Round, under: keyof Round): number[] =>
    p50(over).map((value, round) => value / (p50(under)[round] ?? Number.NaN));
  const raw = Object.fromEntries(
    (['bare', 'totp', 'begin', 'answer'] as const).map((thing) => [
      `${thing}P50Ms`,
      p50(thing).map((value) => rounded(value)),
    ]),
  );
  return {
    sms_begin_p50: figureOf({ target: 2, unit: 'U', direction: 'max' }, ratio('begin', 'bare'), raw),
    sms_answer_p50: figureOf(
      { target: 1, unit: 'TOTP logins', direction: 'max' },
      ratio('answer', 'totp'),
      raw,
    ),
  };
}
