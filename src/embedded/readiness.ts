import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './embedded-error';

/**
 * Waits until a health URL answers 200.
 *
 * @throws {EmbeddedError} `not_ready` after `limitMs`, with the last answer.
 */
export async function untilReady(url: string, limitMs: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + limitMs;
  let last = 'no answer';
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
      const body = await response.text();
      if (response.status === 200) return;
      last = `${response.status} ${body.slice(0, 500)}`;
    } catch {
      signal.throwIfAborted();
    }
    await sleep(50);
  }
  throw new EmbeddedError(
    'not_ready',
    `${url} did not become ready within ${limitMs / 1000} s (last: ${last}).`,
  );
}
