import type { Logger } from 'pino';

/** Above the drain's end grace and the worker's forced end; a stop that takes longer hangs. */
const STOP_LIMIT_MS = 20_000;

/**
 * Keeps a process up until it is told to stop (SIGTERM, SIGINT), its parent is gone, or its work ends by itself;
 * then lets it drain and stops it in order. The exit code is 0 after an orderly stop, 1 after one that hung.
 */
export async function runUntilStopped(
  log: Logger,
  ended: Promise<unknown>,
  stop: () => Promise<void>,
  drain: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const asked = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
    process.once('disconnect', () => resolve('the parent process is gone'));
  });
  const reason = await Promise.race([asked, ended.then(() => 'ended by itself')]);
  log.info({ reason }, 'stopping');
  await drain();
  setTimeout(() => {
    log.error({ seconds: STOP_LIMIT_MS / 1_000 }, 'the stop did not end in time');
    process.exit(1);
  }, STOP_LIMIT_MS).unref();
  await stop();
  process.exit(0);
}
