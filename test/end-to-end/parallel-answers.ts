import { randomId } from '../../src/security/random-id';
import type { Called } from '../running-system';
import { insist } from './insist';
import { idempotencyKey } from './person';

export function inParallel<Result>(
  times: number,
  act: (index: number) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => act(index)));
}

/** Requests that race, each a command of its own and each repeated until it is answered. */
export function race(
  times: number,
  send: (headers: Record<string, string>) => Promise<Called>,
): Promise<Called[]> {
  return inParallel(times, () => {
    const headers = idempotencyKey(randomId());
    return insist(() => send(headers));
  });
}

/**
 * How often one code was accepted by requests that raced for it. The others may have been wrong, made to wait or
 * met a lock, by when they came; everything else is `unforeseen`.
 */
export function acceptedOnce(answers: readonly Called[]) {
  const approved = answers.filter(({ body }) => body.status === 'approved');
  const lost = answers.filter(
    ({ status, body }) =>
      (status === 200 && body.status === 'pending' && body.reason === 'wrong_code') ||
      (status === 200 && body.status === 'denied' && body.reason === 'locked') ||
      (status === 429 && body.code === 'try_later') ||
      (status === 423 && body.code === 'user_locked'),
  );
  return {
    approved: approved.length,
    sessions: new Set(approved.map(({ body }) => body.session.id as string)).size,
    unforeseen: answers
      .filter((answer) => !approved.includes(answer) && !lost.includes(answer))
      .map(({ status, body }) => [status, body.code ?? body.status]),
  };
}
