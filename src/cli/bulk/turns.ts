import { setImmediate } from 'node:timers/promises';

/**
 * Lets the event loop run now and then within a long computation, so that the connections of the batch that is being
 * written are not kept waiting for the one that is being prepared.
 */
export class Turns {
  #done = 0;
  readonly #atOnce: number;

  /** @param atOnce steps between two turns: a few milliseconds of work */
  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** To be called for each step. */
  async step(): Promise<void> {
    this.#done += 1;
    if (this.#done % this.#atOnce === 0) await setImmediate();
  }
}
