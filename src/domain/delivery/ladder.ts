/** One message that was handed to a provider, as the ladder looks at it. Instants are ms. */
export interface PastSend {
  readonly provider: string;
  readonly status:
    'submitting' | 'accepted' | 'sent' | 'delivered' | 'undelivered' | 'rejected' | 'failed' | 'uncertain';
  readonly submittedAt: number;
  /** The provider asked for calm until then; such a send counts as no failure of this message. */
  readonly retryAt?: number;
}

/** One provider of the channel. */
export interface Way {
  readonly provider: string;
  /** The same key handed over twice is one message. */
  readonly honoursKey: boolean;
  readonly failing: boolean;
  /** It is failing because its messages are not heard of again, though it takes them: still better than one that does not. */
  readonly takes?: boolean;
  /** It is failing, and this message may try whether it is still. */
  readonly probe: boolean;
  /** It asked everybody for calm until then; ms. */
  readonly calmUntil?: number;
}

export type EndStatus = 'accepted' | 'sent' | 'delivered' | 'undelivered' | 'failed';

export type Step =
  | { readonly do: 'submit'; readonly provider: string; readonly probe: boolean }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'end'; readonly status: EndStatus; readonly reason?: string };

export interface Ladder {
  readonly now: number;
  /** Oldest first. */
  readonly sends: readonly PastSend[];
  /** In the order of preference. */
  readonly ways: readonly Way[];
  /** Failures after which nobody tries any more. */
  readonly mostFailures: number;
}

/** A submission is bounded by 10 s: one that is older belongs to a worker that died. */
export const SUBMISSION_ENDS_MS = 12_000;

/** How often the same key is handed again to a provider that may have the message already. */
const MOST_ASKED_AGAIN = { healthy: 2, failing: 1 } as const;
/** Every try leaves a row; one that goes on for ever would fill the ledger. */
const MOST_SENDS = 20;
const FIRST_ROUND_WAIT_MS = 2_000;
const LONGEST_ROUND_WAIT_MS = 60_000;
const UNCERTAIN_WAIT_MS = 1_000;
/** Worth waiting for, so that there is one message; longer, and a second message is better than none. */
const LONGEST_HOLD_MS = 5_000;

/**
 * The next step of one delivery: the same provider once more, then the next of the channel, round after round with
 * growing waits; never a provider that refused the message, nor one that may have it and would send it twice.
 */
export function nextStep(ladder: Ladder): Step {
  const taken = ladder.sends.find(({ status }) => isTaken(status));
  if (taken !== undefined) return { do: 'end', status: furthest(ladder.sends) };
  const underWay = ladder.sends.find(({ status }) => status === 'submitting');
  if (underWay !== undefined) {
    const left = underWay.submittedAt + SUBMISSION_ENDS_MS - ladder.now;
    return { do: 'wait', ms: within(left, 1, SUBMISSION_ENDS_MS) };
  }
  if (ladder.ways.length === 0) return { do: 'end', status: 'failed', reason: 'no_provider' };
  const failures = ladder.sends.filter(isFailure).length;
  if (failures >= ladder.mostFailures || ladder.sends.length >= MOST_SENDS) return ended(ladder.sends);
  const open = ladder.ways
    .map((way, index) => prospect(way, index, ladder))
    .filter((way) => way !== undefined);
  // Who may hold the message is asked under the same key, before anybody else makes a second one of it.
  const holder = open.find(({ holds, from }) => holds && from - ladder.now <= LONGEST_HOLD_MS);
  const eligible = holder === undefined ? open : [holder];
  const [best] = eligible.filter(({ from }) => from <= ladder.now).sort(better);
  if (best !== undefined)
    return { do: 'submit', provider: best.way.provider, probe: best.way.failing && best.way.probe };
  if (eligible.length === 0) return ended(ladder.sends);
  const soonest = Math.min(...eligible.map(({ from }) => from));
  return { do: 'wait', ms: Math.max(1, soonest - ladder.now) };
}

interface Prospect {
  readonly way: Way;
  readonly index: number;
  /** Two tries are a round. */
  readonly round: number;
  /** It failed as the last one, and is owed its second try. */
  readonly again: boolean;
  /** It was the last one, and may hold the message. */
  readonly holds: boolean;
  readonly from: number;
}

/** When a provider may be tried, or undefined when it may not be tried any more. */
function prospect(way: Way, index: number, { sends, now }: Ladder): Prospect | undefined {
  const own = sends.filter(({ provider }) => provider === way.provider);
  if (own.some(({ status }) => status === 'rejected' || status === 'undelivered')) return undefined;
  const uncertain = own.filter(({ status }) => status === 'uncertain').length;
  if (uncertain > 0 && !way.honoursKey) return undefined;
  if (uncertain > MOST_ASKED_AGAIN[way.failing ? 'failing' : 'healthy']) return undefined;
  const failures = own.filter(isFailure).length;
  const last = own.at(-1);
  const round = Math.floor(failures / 2);
  // A clock that was put back must not make a wait of what was sent before.
  const wait = last === undefined ? 0 : Math.min(last.submittedAt, now) + waitOf(last, round, uncertain);
  const asked = Math.max(0, ...own.map(({ retryAt }) => retryAt ?? 0), way.calmUntil ?? 0);
  const isLast = last !== undefined && last === sends.at(-1);
  const again = isLast && isFailure(last) && failures % 2 === 1;
  const holds = isLast && last.status === 'uncertain';
  return { way, index, round, again, holds, from: Math.max(wait, asked) };
}

function waitOf(last: PastSend, round: number, uncertain: number): number {
  if (last.status === 'uncertain') return UNCERTAIN_WAIT_MS * 2 ** (uncertain - 1);
  if (round === 0) return 0;
  return Math.min(FIRST_ROUND_WAIT_MS * 4 ** (round - 1), LONGEST_ROUND_WAIT_MS);
}

function better(a: Prospect, b: Prospect): number {
  return rank(a) - rank(b) || a.round - b.round || a.index - b.index;
}

function rank({ way, again, round }: Prospect): number {
  if (way.failing && way.probe && round === 0 && !again) return 0;
  if (way.failing) return way.takes === true ? 3 : 4;
  return again ? 1 : 2;
}

/** Whether the provider has the message, as far as it has said. */
export function isTaken(status: PastSend['status']): boolean {
  return status === 'accepted' || status === 'sent' || status === 'delivered';
}

function isFailure({ status, retryAt }: PastSend): boolean {
  return status === 'failed' && retryAt === undefined;
}

function furthest(sends: readonly PastSend[]): EndStatus {
  const has = (status: PastSend['status']): boolean => sends.some((send) => send.status === status);
  if (has('delivered')) return 'delivered';
  return has('sent') ? 'sent' : 'accepted';
}

function ended(sends: readonly PastSend[]): Step {
  const has = (status: PastSend['status']): boolean => sends.some((send) => send.status === status);
  if (has('uncertain')) return { do: 'end', status: 'failed', reason: 'unconfirmed' };
  if (has('undelivered')) return { do: 'end', status: 'undelivered', reason: 'undelivered' };
  const reason = has('failed') ? 'providers_failed' : 'providers_refused';
  return { do: 'end', status: 'failed', reason };
}

const within = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
