/** Gives a place back. */
export type Release = () => void;

export interface ProviderSlots {
  /** A place now, or undefined. */
  tryTake(provider: string): Release | undefined;
  /** A place as soon as there is one; undefined when there was none in time. */
  take(provider: string, withinMs: number): Promise<Release | undefined>;
}

/**
 * Bounds how many messages a worker hands to one provider side by side: when a provider begins to fail, no more than these
 * fail with it, and who waits looks again whether another way is better.
 */
export function createProviderSlots(most: number): ProviderSlots {
  const taken = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();

  function tryTake(provider: string): Release | undefined {
    const count = taken.get(provider) ?? 0;
    if (count >= most) return undefined;
    taken.set(provider, count + 1);
    return releaseOnce(provider);
  }

  function releaseOnce(provider: string): Release {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = waiting.get(provider)?.shift();
      // The place goes on to who waits the longest, and is not counted anew.
      if (next === undefined) taken.set(provider, (taken.get(provider) ?? 1) - 1);
      else next();
    };
  }

  return {
    tryTake,
    take(provider, withinMs) {
      const now = tryTake(provider);
      if (now !== undefined) return Promise.resolve(now);
      return new Promise((resolve) => {
        const queue = waiting.get(provider) ?? [];
        waiting.set(provider, queue);
        const turn = (): void => {
          clearTimeout(timer);
          resolve(releaseOnce(provider));
        };
        const timer = setTimeout(() => {
          queue.splice(queue.indexOf(turn), 1);
          resolve(undefined);
        }, withinMs);
        queue.push(turn);
      });
    },
  };
}

/** Nobody waits longer for a place than a submission takes. */
const PLACE_WITHIN_MS = 12_000;

/** The one place that a delivery holds at a time. */
export class HeldSlot {
  #held: { readonly provider: string; readonly release: Release } | undefined;
  readonly #slots: ProviderSlots;

  constructor(slots: ProviderSlots) {
    this.#slots = slots;
  }

  /** @returns `waited` when the place was not free at once; `none` when there was none in time. */
  async hold(provider: string): Promise<'held' | 'waited' | 'none'> {
    if (this.#held?.provider === provider) return 'held';
    this.letGo();
    const free = this.#slots.tryTake(provider);
    const release = free ?? (await this.#slots.take(provider, PLACE_WITHIN_MS));
    if (release === undefined) return 'none';
    this.#held = { provider, release };
    return free === undefined ? 'waited' : 'held';
  }

  letGo(): void {
    this.#held?.release();
    this.#held = undefined;
  }
}
