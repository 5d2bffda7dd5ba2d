import { randomUUID } from 'node:crypto';
import createOpenApiClient, { type Middleware } from 'openapi-fetch';
import type { Call } from './calls';
import { keyedOperations } from './keyed-operations';
import { serializePath } from './path';
import { MfaflowProblem, readProblem } from './problem';
import { type Send, sendWithRetries } from './retries';
import type { paths } from './schema';
import { MfaflowUnreachable } from './unreachable';

export interface ClientOptions {
  /** Where the API is, such as `https://mfa.example.com`. */
  readonly url: string;
  /** `mfk_…` */
  readonly apiKey: string;
  /** What sends a request; Node's own `fetch` unless given. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** How often a request is sent again that was not answered or refused for a moment; 2 unless given. */
  readonly retries?: number;
  /** Milliseconds that one attempt may take, beside the `wait` of a long poll; 10,000 unless given. */
  readonly timeout?: number;
  /** Milliseconds between two attempts at most; 5,000 unless given. What asks for a longer wait is thrown at once. */
  readonly longestWait?: number;
}

/** One method for each method of HTTP. A call resolves with what it succeeded with and throws everything else. */
export interface MfaflowClient {
  readonly GET: Call<'get'>;
  readonly PUT: Call<'put'>;
  readonly POST: Call<'post'>;
  readonly PATCH: Call<'patch'>;
  readonly DELETE: Call<'delete'>;
}

/**
 * A client of one tenant, by its key.
 *
 * Every write that takes one gets an Idempotency-Key (`headers: {'Idempotency-Key': …}` gives your own), which stays the same
 * when the request is sent again: it is carried out once.
 *
 * @throws {MfaflowProblem} from each call, when mfaflow refuses
 * @throws {MfaflowUnreachable} from each call, when mfaflow does not answer
 */
export function createClient(options: ClientOptions): MfaflowClient {
  const { retries = 2, timeout = 10_000, longestWait = 5_000 } = options;
  const send: Send = options.fetch ?? ((request) => fetch(request));
  const client = createOpenApiClient<paths>({
    baseUrl: options.url,
    headers: { Authorization: `Bearer ${options.apiKey}` },
    // mfaflow never redirects: whoever does would get what was sent.
    redirect: 'error',
    fetch: sendWithRetries(send, { retries, timeout, longestWait }),
    pathSerializer: serializePath,
  });
  client.use({ onRequest: giveIdempotencyKey, onResponse: throwRefusal });
  // openapi-fetch types every answer as one that may have failed; those that did are thrown by now.
  return client as unknown as MfaflowClient;
}

const giveIdempotencyKey: NonNullable<Middleware['onRequest']> = ({ request, schemaPath }) => {
  if (!keyedOperations.has(`${request.method} ${schemaPath}`) || request.headers.has('Idempotency-Key'))
    return;
  request.headers.set('Idempotency-Key', randomUUID());
};

const throwRefusal: NonNullable<Middleware['onResponse']> = async ({ response }) => {
  if (response.ok) return;
  const problem = await readProblem(response);
  if (problem !== undefined) throw new MfaflowProblem(problem, response.headers);
  throw new MfaflowUnreachable(`something else than mfaflow answered with ${response.status}`, {
    status: response.status,
  });
};
