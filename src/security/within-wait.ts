import { setTimeout as sleep } from 'node:timers/promises';

/** The key store did not answer in the time that a caller may wait. It is worth trying again later. */
export class KeyStoreAway extends Error {
  readonly code = 'key_store_away';
  override readonly name = 'KeyStoreAway';

  constructor(cause?: unknown) {
    super('The key store does not answer.', cause === undefined ? undefined : { cause });
  }
}

const pauseMs = 100;

/**
 * Tries a lookup in the key store, again after a short pause when it fails, for no longer than `waitMs`.
 * @param isFinal errors that another try cannot mend; these are thrown as they are
 * @throws KeyStoreAway with the last error as its cause
 */
export async function withinWait<Result>(
  waitMs: number,
  isFinal: (error: unknown) => boolean,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  let lastError: unknown;

  async function tryUntilOver(): Promise<Result> {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (isFinal(error)) throw error;
        lastError = error;
      }
      await sleep(pauseMs, undefined, { signal: over.signal });
    }
  }

  async function giveUp(): Promise<never> {
    await sleep(waitMs, undefined, { signal: over.signal });
    throw new KeyStoreAway(lastError);
  }

  try {
    return await Promise.race([tryUntilOver(), giveUp()]);
  } finally {
    over.abort();
  }
}
