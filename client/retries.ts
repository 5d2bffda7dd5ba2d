import { setTimeout as sleep } from 'node:timers/promises';
import { readProblem, retryAfterOf } from './problem';
import { MfaflowUnreachable } from './unreachable';

export type Send = (request: Request) => Promise<Response>;

export interface RetryOptions {
  /** How often a request is sent again at most. */
  readonly retries: number;
  /** Milliseconds that one attempt may take. */
  readonly timeout: number;
  /** Milliseconds that are waited between two attempts at most; a longer Retry-After is the caller's to wait. */
  readonly longestWait: number;
}

const firstPauseMs = 100;

/** A proxy says 502 and 504 of a process that has just ended, mfaflow 503 of what is away. */
const passingStatuses = [502, 503, 504];
/** `try_later` is a 429 too, and about a person: sending that again would be guessing on. */
const passingCodes = ['rate_limited', 'overloaded', 'unavailable'];

/**
 * Sends a request, and again what passes by itself: no connection, no answer in time, too many requests, unavailable. Only
 * for requests that may be repeated: those that write carry an Idempotency-Key, which stays the same.
 *
 * @throws {MfaflowUnreachable} when no attempt was answered
 * @throws what the caller's own signal aborts with
 */
export function sendWithRetries(send: Send, options: RetryOptions): Send {
  return async (request) => {
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await attemptOnce(send, request, options.timeout);
      const pause = attempt < options.retries ? await pauseAfter(outcome, attempt) : undefined;
      if (pause === undefined || pause > options.longestWait) return answerOf(outcome);
      await sleep(pause, undefined, { signal: request.signal });
    }
  };
}

type Outcome = { readonly response: Response } | { readonly failure: unknown };

async function attemptOnce(send: Send, request: Request, timeout: number): Promise<Outcome> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeout)]);
  try {
    return { response: await send(new Request(request.clone(), { signal })) };
  } catch (failure) {
    request.signal.throwIfAborted();
    return { failure };
  }
}

function answerOf(outcome: Outcome): Response {
  if ('response' in outcome) return outcome.response;
  throw new MfaflowUnreachable('mfaflow did not answer', { cause: outcome.failure });
}

/** Milliseconds until it may be sent again; undefined when that would change nothing. */
async function pauseAfter(outcome: Outcome, attempt: number): Promise<number | undefined> {
  const backOff = firstPauseMs * 2 ** attempt * (1 + Math.random());
  if ('failure' in outcome) return backOff;
  const { response } = outcome;
  if (!(await isPassing(response))) return undefined;
  const advised = retryAfterOf(response.headers);
  // Spread, so that those who were refused together do not come back together.
  return advised === undefined ? backOff : advised * 1000 + Math.random() * 250;
}

async function isPassing(response: Response): Promise<boolean> {
  if (response.status !== 429 && !passingStatuses.includes(response.status)) return false;
  const problem = await readProblem(response);
  return problem === undefined || passingCodes.includes(problem.code);
}
