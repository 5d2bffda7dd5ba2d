import type { Pool } from 'pg';
import { stepSeconds } from './authenticator';

/**
 * The clock that decides codes, moved so that every pass over the users has a time step of its own: a user could
 * otherwise log in once in 30 seconds, because a step is accepted once (RFC 6238 §5.2).
 */
export class DatabaseClock {
  readonly #pool: Pool;
  #step = 0;
  #aheadMs = 0;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The newest time step. */
  get step(): number {
    return this.#step;
  }

  /** Moves the clock to the beginning of a step that was not there before, and tells which. */
  async advance(): Promise<number> {
    const now = Date.now();
    const current = Math.floor((now + this.#aheadMs) / 1_000 / stepSeconds);
    this.#step = Math.max(this.#step, current) + 1;
    const target = this.#step * stepSeconds + 1;
    await this.#pool.query(
      'UPDATE test_clock SET clock_offset = to_timestamp($1::float8) - statement_timestamp()',
      [target],
    );
    this.#aheadMs = target * 1_000 - now;
    return this.#step;
  }
}
