import { setTimeout as sleep } from 'node:timers/promises';
import { readProblem, retryAfterOf } from './problem';
import { MfaflowUnreachable } from './unreachable';

export type Send = (request: Request) => Promise<Response>;

export interface RetryOptions {
  /** How often a request is sent again at most. */
  readonly retries: number;
  /** Milliseconds that one attempt may take, beside those that it asks mfaflow to wait. */
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

/** A Request that nobody holds may be collected while it is under way, and then its signal aborts nothing. */
const underWay = new Set<Request>();

async function attemptOnce(send: Send, request: Request, timeout: number): Promise<Outcome> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(request.signal.reason);
  const late = (): void => controller.abort(new DOMException('no answer in time', 'TimeoutError'));
  const timer = setTimeout(late, timeout + askedWaitOf(request));
  request.signal.addEventListener('abort', stop, { once: true });
  if (request.signal.aborted) stop();
  const attempt = new Request(request.clone(), { signal: controller.signal });
  underWay.add(attempt);
  try {
    return { response: await wholly(await send(attempt)) };
  } catch (failure) {
    request.signal.throwIfAborted();
    return { failure };
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', stop);
    underWay.delete(attempt);
  }
}

/** Milliseconds of a long poll (`?wait=25`): until then no answer is late. */
function askedWaitOf(request: Request): number {
  const seconds = Number(new URL(request.url).searchParams.get('wait'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0;
}

/** The answer with all of its body, so that one which stops in the middle is late as well. */
async function wholly(response: Response): Promise<Response> {
  if (response.body === null) return response;
  const { status, statusText, headers } = response;
  return new Response(await response.arrayBuffer(), { status, statusText, headers });
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
