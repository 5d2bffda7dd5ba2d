import type { Pool } from 'pg';
import { MfaError } from '../domain/errors';
import { watchedAuthentications } from '../persistence/authentication-repository';
import { toMfaError } from './error-translation';

export interface AuthenticationWatch {
  /**
   * Waits until the authentication has ended, `seconds` are over, the caller is gone, or the process is about to end: a
   * poll that is answered early comes again, elsewhere. With `orSent` also until its newest code is on its way to a
   * provider no more.
   * @throws MfaError `overloaded` when too many wait already, `unavailable` when the database is away
   */
  untilEnded(
    authenticationId: string,
    seconds: number,
    gone: AbortSignal,
    options?: { readonly orSent: boolean },
  ): Promise<void>;
}

interface Waiter {
  readonly authenticationId: string;
  readonly orSent: boolean;
  readonly done: (error?: unknown) => void;
}

/** One query a beat asks for all who wait, so that a thousand long polls cost what one costs. */
export function createAuthenticationWatch(
  pool: Pool,
  options: { everyMs: number; maxWaiters: number; draining?: () => boolean } = {
    everyMs: 200,
    maxWaiters: 2_000,
  },
): AuthenticationWatch {
  const isDraining = options.draining ?? (() => false);
  const waiters = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;

  function schedule(): void {
    if (timer !== undefined || waiters.size === 0) return;
    timer = setTimeout(() => void look(), options.everyMs);
  }

  async function look(): Promise<void> {
    const asked = [...waiters];
    try {
      if (isDraining()) {
        for (const waiter of asked) waiter.done();
        return;
      }
      const ids = [...new Set(asked.map((one) => one.authenticationId))];
      const seen = new Map((await watchedAuthentications(pool, ids)).map((one) => [one.id, one]));
      for (const waiter of asked) {
        const { ended = true, delivering = false } = seen.get(waiter.authenticationId) ?? {};
        if (ended || (waiter.orSent && !delivering)) waiter.done();
      }
    } catch (error) {
      for (const waiter of asked) waiter.done(error);
    } finally {
      timer = undefined;
      schedule();
    }
  }

  return {
    async untilEnded(authenticationId, seconds, gone, { orSent } = { orSent: false }) {
      if (seconds <= 0 || gone.aborted || isDraining()) return;
      if (waiters.size >= options.maxWaiters) throw new MfaError('overloaded', { retryAfterSeconds: 5 });
      await new Promise<void>((resolve, reject) => {
        const finish = (): void => waiter.done();
        const timeout = setTimeout(finish, seconds * 1000);
        const waiter: Waiter = {
          authenticationId,
          orSent,
          done: (error) => {
            waiters.delete(waiter);
            clearTimeout(timeout);
            gone.removeEventListener('abort', finish);
            if (error === undefined) resolve();
            else reject(toMfaError(error));
          },
        };
        gone.addEventListener('abort', finish, { once: true });
        waiters.add(waiter);
        schedule();
      });
    },
  };
}
