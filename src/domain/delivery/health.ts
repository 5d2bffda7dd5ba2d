/** What came of one send, as far as it tells about its provider. */
export type Trial = 'worked' | 'failed';

/** A provider trips early, so that most of what goes wrong goes wrong before anybody had to look. */
const LEAST_FAILURES = 4;
const LEAST_FAILURE_RATE = 0.3;
/** Sends that are looked at, at most. */
export const TRIALS = 20;

/** Whether the newest sends, of the last minutes, say that a provider fails. */
export function isFailing(trials: readonly Trial[]): boolean {
  const seen = trials.slice(0, TRIALS);
  const failures = seen.filter((trial) => trial === 'failed').length;
  return failures >= LEAST_FAILURES && failures >= LEAST_FAILURE_RATE * seen.length;
}

/**
 * Whether a provider fails everywhere: what is left without the country that goes worst says so too. A carrier that is
 * down must not take the provider away from all the others.
 *
 * @param trials newest first, each with its country.
 */
export function isFailingEverywhere(trials: readonly { country: string; trial: Trial }[]): boolean {
  const seen = trials.slice(0, TRIALS);
  const failures = new Map<string, number>();
  for (const { country, trial } of seen)
    if (trial === 'failed') failures.set(country, (failures.get(country) ?? 0) + 1);
  const [worst] = [...failures].sort(([, a], [, b]) => b - a);
  if (worst === undefined || failures.size < 3) return false;
  const rest = seen.filter(({ country }) => country !== worst[0]);
  const failed = rest.filter(({ trial }) => trial === 'failed').length;
  const all = seen.filter(({ trial }) => trial === 'failed').length;
  return all >= LEAST_FAILURES + 1 && failed >= LEAST_FAILURE_RATE * rest.length;
}

/** Successes in a row after which a provider is trusted again. */
export const SUCCESSES_TO_RECOVER = 3;

/** Whether the newest probes say that a provider works again. */
export function isRecovered(probes: readonly Trial[]): boolean {
  const newest = probes.slice(0, SUCCESSES_TO_RECOVER);
  return newest.length === SUCCESSES_TO_RECOVER && newest.every((trial) => trial === 'worked');
}

const FIRST_PROBE_MS = 30_000;
const LONGEST_PROBE_MS = 300_000;

/** Milliseconds until the next probe, by how many in a row failed since the provider tripped. */
export function probeWaitMs(failedProbes: number): number {
  return Math.min(FIRST_PROBE_MS * 2 ** Math.min(failedProbes, 10), LONGEST_PROBE_MS);
}

/** Codes that were sent and codes that came back, over half an hour. */
export interface Conversion {
  readonly sent: number;
  readonly used: number;
}

const LEAST_SENT = 20;
/** Nobody's users give up four times in five when the codes arrive. */
const LEAST_CONVERSION = 0.2;

/** Whether a provider takes messages that do not arrive. */
export function isUnconverted({ sent, used }: Conversion): boolean {
  return sent >= LEAST_SENT && used < LEAST_CONVERSION * sent;
}
