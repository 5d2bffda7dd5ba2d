import type { RunningProcess } from './running-process';

export interface Supervision {
  /** As it is called at the terminal. */
  readonly name: string;
  /** Starts it once; called again after an unexpected end. */
  readonly start: () => Promise<RunningProcess>;
  readonly log: (line: string) => void;
  /** It ends again and again; called once. */
  readonly givenUp: (sentence: string) => void;
  /** What it said before it ended by itself, where that makes another try useless. */
  readonly refused?: () => string | undefined;
  /** The first pause before a restart, in milliseconds; each further one within the minute is twice as long. */
  readonly firstPauseMs?: number;
}

const restartsAMinute = 5;
const minuteMs = 60_000;
const longestPauseMs = 8_000;

/** Keeps one program running until it is stopped: a few unexpected ends are mended, many are reported. */
export class SupervisedProcess {
  readonly #supervision: Supervision;
  #running: RunningProcess | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #restarting: Promise<void> = Promise.resolve();
  #restarts: number[] = [];
  #stopping = false;

  constructor(supervision: Supervision) {
    this.#supervision = supervision;
  }

  /** Starts it for the first time; a failure here is the caller's. */
  async start(): Promise<void> {
    const running = await this.#supervision.start();
    this.#running = running;
    void running.exited.then((how) => this.#ended(running, how));
  }

  /** Ends it for good; `force` cuts its grace short. */
  async stop(force?: AbortSignal): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restartTimer);
    await this.#restarting;
    await this.#running?.stop(force);
  }

  #ended(running: RunningProcess, how: string): void {
    if (this.#running !== running) return;
    this.#running = undefined;
    const refusal = how === 'exit code 1' ? this.#supervision.refused?.() : undefined;
    if (refusal !== undefined && !this.#stopping) {
      this.#supervision.givenUp(`${this.#supervision.name} did not start`);
      return;
    }
    this.#restartLater(`ended unexpectedly (${how})`);
  }

  #restartLater(what: string): void {
    if (this.#stopping) return;
    const { name, log, givenUp, firstPauseMs = 500 } = this.#supervision;
    const now = Date.now();
    this.#restarts = this.#restarts.filter((at) => now - at < minuteMs);
    if (this.#restarts.length >= restartsAMinute) {
      givenUp(`${name} ${what} after ${restartsAMinute} restarts within a minute`);
      return;
    }
    const pause = Math.min(firstPauseMs * 2 ** this.#restarts.length, longestPauseMs);
    this.#restarts.push(now);
    log(
      `${name} ${what}; starting it again in ${pause / 1000} s (${this.#restarts.length} of ${restartsAMinute} a minute)`,
    );
    this.#restartTimer = setTimeout(() => {
      this.#restarting = this.#restart();
    }, pause);
  }

  async #restart(): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      this.#restartLater(`did not start (${error instanceof Error ? error.message : String(error)})`);
    }
  }
}
