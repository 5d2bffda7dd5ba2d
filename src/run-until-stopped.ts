import type { Logger } from 'pino';

/**
 * Keeps a process up until it is told to stop (SIGTERM, SIGINT), its parent is gone, or its work ends by itself;
 * then stops it in order. The exit code is 0 after an orderly stop.
 */
export async function runUntilStopped(
  log: Logger,
  ended: Promise<unknown>,
  stop: () => Promise<void>,
): Promise<void> {
  const asked = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
    process.once('disconnect', () => resolve('the parent process is gone'));
  });
  const reason = await Promise.race([asked, ended.then(() => 'ended by itself')]);
  log.info({ reason }, 'stopping');
  await stop();
  process.exit(0);
}
