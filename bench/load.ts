import type { ApplicationBackend, BenchUser } from './application-backend';
import type { DatabaseClock } from './database-clock';
import { inStreams } from './in-streams';
import { LoginTurns } from './login-turns';

/** One login under load; times are of `performance.now()`, in milliseconds. */
export interface LoadedLogin {
  readonly startedAt: number;
  readonly took: number;
}

/**
 * Ten streams of logins, each beginning its next when its last is answered.
 *
 * @param until a number of logins, or a moment of `performance.now()` after which none is begun
 */
export async function underLoad(
  { clock }: { clock: DatabaseClock },
  backend: ApplicationBackend,
  users: readonly BenchUser[],
  until: { logins: number } | { moment: number },
): Promise<LoadedLogin[]> {
  const turns = new LoginTurns(users, clock);
  const logins: LoadedLogin[] = [];
  let begun = 0;
  const goesOn = (): boolean => ('logins' in until ? begun < until.logins : performance.now() < until.moment);
  await inStreams(async () => {
    while (goesOn()) {
      begun += 1;
      const { user, step, over } = await turns.take();
      const startedAt = performance.now();
      try {
        logins.push({ startedAt, took: await backend.login(user, step) });
      } finally {
        over();
      }
    }
  });
  return logins;
}
