import type { BenchUser } from './application-backend';
import type { DatabaseClock } from './database-clock';

export interface Turn {
  readonly user: BenchUser;
  readonly step: number;
  /** To be called when the login is over, however it ended. */
  readonly over: () => void;
}

/**
 * Hands out users to concurrent streams of logins, one pass after the other, each pass in a time step of its own.
 * What is accepted is the current step and the one before, so that a pass begins only when every login of the pass
 * before the last is over; a user whose login is still under way is passed over, as a person would not begin another.
 */
export class LoginTurns {
  readonly #users: readonly BenchUser[];
  readonly #clock: DatabaseClock;
  readonly #busy = new Set<BenchUser>();
  #earlier = new Set<Promise<void>>();
  #latest = new Set<Promise<void>>();
  #left: BenchUser[] = [];
  #beginning: Promise<void> | undefined;

  constructor(users: readonly BenchUser[], clock: DatabaseClock) {
    this.#users = users;
    this.#clock = clock;
  }

  async take(): Promise<Turn> {
    for (;;) {
      const user = this.#left.pop();
      if (user === undefined) await this.#nextPass();
      else if (!this.#busy.has(user)) return this.#turnOf(user);
    }
  }

  #turnOf(user: BenchUser): Turn {
    const latest = this.#latest;
    let resolve: () => void = () => undefined;
    const underWay = new Promise<void>((done) => (resolve = done));
    this.#busy.add(user);
    latest.add(underWay);
    const over = (): void => {
      this.#busy.delete(user);
      latest.delete(underWay);
      resolve();
    };
    return { user, step: this.#clock.step, over };
  }

  #nextPass(): Promise<void> {
    this.#beginning ??= this.#beginPass().finally(() => (this.#beginning = undefined));
    return this.#beginning;
  }

  async #beginPass(): Promise<void> {
    await Promise.all(this.#earlier);
    await this.#clock.advance();
    this.#earlier = this.#latest;
    this.#latest = new Set();
    this.#left = [...this.#users].reverse();
  }
}
