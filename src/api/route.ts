import { z } from 'zod';
import type { ErrorCode } from '../domain/errors';
import type { DirectCommand } from '../persistence/direct-write';
import type { TargetUser } from '../persistence/admission-repository';
import type { AnswerCommand, Authority, Command } from '../workflows/messages';
import type { RunLifecycle } from './lifecycle-commands';
import type { ApiParts } from './parts';
import type { BodySize } from './read-body';
import type { Scope } from '../domain/scopes';

/** Who calls, by the key that was presented. */
export interface Caller {
  readonly keyId: string;
  readonly tenantId: string;
  readonly tenantName: string;
  readonly scopes: readonly string[];
}

/** One request, admitted and validated. */
export interface RouteCall<Params, Query, Body> {
  readonly parts: ApiParts;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  /** Whom the path names. @throws MfaError `not_found` */
  readonly user: TargetUser;
  /** Seconds since the epoch, by the clock that decides, when the request was admitted. */
  readonly now: number;
  /** What a write is known by; one for each request of a route that takes an Idempotency-Key. */
  readonly command: Command & DirectCommand;
  /**
   * What allows a change of factors, by the headers of the request.
   * @throws MfaError `step_up_required`, `forbidden`
   */
  authority(): Promise<Authority | undefined>;
  readonly lifecycle: RunLifecycle;
  /**
   * Hands an answer to the lifecycle and waits for no decision; there when the caller prefers that and the route can do it.
   * @throws MfaError `rate_limited`, `overloaded`, `unavailable`
   */
  readonly answerLater?: (command: Omit<AnswerCommand, keyof Command>) => Promise<void>;
  /** Aborted when the caller goes away. */
  readonly gone: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  /** JSON in pieces, instead of a body. */
  readonly stream?: AsyncIterable<string>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One answer that a route can give, other than a problem. */
export interface DeclaredResponse {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly example?: unknown;
}

export interface RouteDescription {
  readonly method: 'get' | 'put' | 'post' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/v1/users/{userId}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly responses: Readonly<Record<number, DeclaredResponse>>;
  /** Codes beside those that every such route can answer with. */
  readonly errors?: readonly ErrorCode[];
  readonly bodyExample?: unknown;
}

/** What the path names, looked up together with the key. `optional`: the handler copes with nobody. */
export interface RouteTarget {
  readonly kind: 'user' | 'authentication' | 'session';
  readonly param: string;
  readonly optional?: true;
}

export interface AuthenticatedRoute extends RouteDescription {
  readonly access: 'key';
  /** Any of these is enough. */
  readonly scopes: readonly Scope[];
  readonly target?: RouteTarget;
  /** Takes an Idempotency-Key. */
  readonly writes: boolean;
  /** Counts against the limits per user and per address of the end user. */
  readonly limited?: true;
  /** Takes `Prefer: respond-async` (RFC 7240). */
  readonly respondsAsync?: true;
  /** Takes `MFAFlow-Step-Up` and `MFAFlow-Reason`. */
  readonly takesAuthority?: true;
  readonly bodySize: BodySize;
  /** The body is text of this media type, not JSON. */
  readonly textBody?: string;
  /** The body is CloudEvents, in one of the modes of their HTTP binding. */
  readonly takesCloudEvents?: true;
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body?: z.ZodType;
  handle(call: RouteCall<unknown, unknown, unknown>): Promise<Reply>;
}

export interface PublicRoute extends RouteDescription {
  readonly access: 'public';
  handle(parts: ApiParts): Promise<Reply>;
}

export type Route = AuthenticatedRoute | PublicRoute;

const nothing = z.strictObject({});

type Declaration<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> = Omit<
  AuthenticatedRoute,
  'access' | 'bodySize' | 'params' | 'query' | 'body' | 'handle'
> & {
  readonly bodySize?: BodySize;
  readonly params: Params;
  readonly query?: Query;
  readonly body?: Body;
  handle(call: RouteCall<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<Reply>;
};

/** Declares one route. What its handler is given is what its schemas let through. */
export function route<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  declaration: Declaration<Params, Query, Body>,
): AuthenticatedRoute {
  return { access: 'key', bodySize: 'usual', query: nothing, ...declaration };
}
