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
  /** The part of both places that one tenant may take, 0 to 1: what it leaves is for the others. */
  readonly tenantShare: number;
}

export const defaultInFlightLimits: InFlightLimits = {
  maxInFlight: 50,
  maxWaiting: 200,
  maxWaitMs: 2_000,
  maxPerUser: 9,
  tenantShare: 0.75,
};

export interface InFlight {
  /**
   * Runs `work` when its turn comes.
   * @throws MfaError `overloaded` when too many wait, or for too long
   */
  run<Result>(whose: Whose, work: () => Promise<Result>): Promise<Result>;
  /** Commands under way, and those that wait for their turn. */
  counts(): { readonly underWay: number; readonly waiting: number };
  /** Resolves when nothing is under way and nothing waits. */
  drained(): Promise<void>;
}

interface Whose {
  readonly tenantId: string;
  readonly userId: string;
}

interface Waiting {
  whose: Whose;
  start: () => void;
}

/** @param liveApiProcesses how many processes share the cap per user */
export function createInFlight(limits: InFlightLimits, liveApiProcesses: () => number): InFlight {
  const perUser = new Map<string, number>();
  const perTenant = new Map<string, number>();
  const waiting = new Set<Waiting>();
  const onDrained = new Set<() => void>();
  let underWay = 0;

  const tenantsMost = (places: number): number => Math.max(1, Math.floor(places * limits.tenantShare));

  function hasRoom({ tenantId, userId }: Whose): boolean {
    const share = Math.max(1, Math.floor(limits.maxPerUser / Math.max(1, liveApiProcesses())));
    return (
      underWay < limits.maxInFlight &&
      (perTenant.get(tenantId) ?? 0) < tenantsMost(limits.maxInFlight) &&
      (perUser.get(userId) ?? 0) < share
    );
  }

  function take({ tenantId, userId }: Whose): void {
    underWay += 1;
    addTo(perTenant, tenantId, 1);
    addTo(perUser, userId, 1);
  }

  function giveBack({ tenantId, userId }: Whose): void {
    underWay -= 1;
    addTo(perTenant, tenantId, -1);
    addTo(perUser, userId, -1);
    startNext();
    if (underWay > 0 || waiting.size > 0) return;
    for (const resolve of onDrained) resolve();
    onDrained.clear();
  }

  // In order of arrival, but one user's queue does not hold up another's.
  function startNext(): void {
    for (const next of waiting) {
      if (underWay >= limits.maxInFlight) return;
      if (!hasRoom(next.whose)) continue;
      waiting.delete(next);
      take(next.whose);
      next.start();
    }
  }

  function mayWait(tenantId: string): boolean {
    if (waiting.size >= limits.maxWaiting) return false;
    const ofTenant = [...waiting].filter(({ whose }) => whose.tenantId === tenantId).length;
    return ofTenant < tenantsMost(limits.maxWaiting);
  }

  function turn(whose: Whose): Promise<void> {
    if (hasRoom(whose)) {
      take(whose);
      return Promise.resolve();
    }
    if (!mayWait(whose.tenantId)) return Promise.reject(overloaded());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(entry);
        reject(overloaded());
      }, limits.maxWaitMs);
      const entry: Waiting = {
        whose,
        start: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      waiting.add(entry);
    });
  }

  return {
    async run(whose, work) {
      await turn(whose);
      try {
        return await work();
      } finally {
        giveBack(whose);
      }
    },
    counts: () => ({ underWay, waiting: waiting.size }),
    drained() {
      if (underWay === 0 && waiting.size === 0) return Promise.resolve();
      return new Promise((resolve) => onDrained.add(resolve));
    },
  };
}

function addTo(counts: Map<string, number>, name: string, change: number): void {
  const count = (counts.get(name) ?? 0) + change;
  if (count === 0) counts.delete(name);
  else counts.set(name, count);
}

function overloaded(): MfaError {
  return new MfaError('overloaded', { retryAfterSeconds: 1 });
}
