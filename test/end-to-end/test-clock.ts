import type { Pool } from 'pg';

/** The clock that decides, moved in the database itself: no sweep runs, so a test sees what is overdue and not swept. */
export class TestClock {
  private readonly pool: Pool;
  private offsetMs = 0;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Milliseconds since the epoch, as the deciding transaction sees them. */
  now(): number {
    return Date.now() + this.offsetMs;
  }

  async forward(ms: number): Promise<void> {
    this.offsetMs += ms;
    await this.pool.query(`UPDATE test_clock SET clock_offset = $1 * interval '1 ms'`, [this.offsetMs]);
  }
}
