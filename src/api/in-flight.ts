import { MfaError } from '../domain/errors';

export interface InFlightLimits {
  /** Updates that this process has under way at most. */
  readonly maxInFlight: number;
  /** Requests that wait for their turn at most; the next one is shed. */
  readonly maxWaiting: number;
  /** Milliseconds that a request waits for its turn at most. */
  readonly maxWaitMs: number;
  /** Updates under way for one user over all processes: a workflow takes ten, one is left for the system. */
  readonly maxPerUser: number;
}

export const defaultInFlightLimits: InFlightLimits = {
  maxInFlight: 50,
  maxWaiting: 200,
  maxWaitMs: 2_000,
  maxPerUser: 9,
};

export interface InFlight {
  /**
   * Runs `work` when its turn comes.
   * @throws MfaError `overloaded` when too many wait, or for too long
   */
  run<Result>(userId: string, work: () => Promise<Result>): Promise<Result>;
  /** Resolves when nothing is under way and nothing waits. */
  drained(): Promise<void>;
}

interface Waiting {
  userId: string;
  start: () => void;
}

/** @param liveApiProcesses how many processes share the cap per user */
export function createInFlight(limits: InFlightLimits, liveApiProcesses: () => number): InFlight {
  const perUser = new Map<string, number>();
  const waiting = new Set<Waiting>();
  const onDrained = new Set<() => void>();
  let underWay = 0;

  function hasRoom(userId: string): boolean {
    const share = Math.max(1, Math.floor(limits.maxPerUser / Math.max(1, liveApiProcesses())));
    return underWay < limits.maxInFlight && (perUser.get(userId) ?? 0) < share;
  }

  function take(userId: string): void {
    underWay += 1;
    perUser.set(userId, (perUser.get(userId) ?? 0) + 1);
  }

  function giveBack(userId: string): void {
    underWay -= 1;
    const left = (perUser.get(userId) ?? 1) - 1;
    if (left === 0) perUser.delete(userId);
    else perUser.set(userId, left);
    startNext();
    if (underWay > 0 || waiting.size > 0) return;
    for (const resolve of onDrained) resolve();
    onDrained.clear();
  }

  // In order of arrival, but one user's queue does not hold up another's.
  function startNext(): void {
    for (const next of waiting) {
      if (underWay >= limits.maxInFlight) return;
      if (!hasRoom(next.userId)) continue;
      waiting.delete(next);
      take(next.userId);
      next.start();
    }
  }

  function turn(userId: string): Promise<void> {
    if (hasRoom(userId)) {
      take(userId);
      return Promise.resolve();
    }
    if (waiting.size >= limits.maxWaiting) return Promise.reject(overloaded());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(entry);
        reject(overloaded());
      }, limits.maxWaitMs);
      const entry: Waiting = {
        userId,
        start: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      waiting.add(entry);
    });
  }

  return {
    async run(userId, work) {
      await turn(userId);
      try {
        return await work();
      } finally {
        giveBack(userId);
      }
    },
    drained() {
      if (underWay === 0 && waiting.size === 0) return Promise.resolve();
      return new Promise((resolve) => onDrained.add(resolve));
    },
  };
}

function overloaded(): MfaError {
  return new MfaError('overloaded', { retryAfterSeconds: 1 });
}
