import type { Request, Response } from 'express';
import { MfaError } from '../domain/errors';
import type { Target } from '../persistence/admission-repository';
import { apiKeyOf } from './admission';
import { authorityOf } from './authority';
import { commandIdOf, fingerprintOf, idempotencyKeyOf } from './command-identity';
import { InvalidRequest } from './invalid-request';
import { answerLaterOf, lifecycleOf } from './lifecycle-commands';
import type { ApiParts } from './parts';
import { readBody } from './read-body';
import { readCloudEvents } from './read-cloud-events';
import { readTextBody } from './read-text-body';
import type { RequestTrace } from './request-log';
import type { AuthenticatedRoute, Reply, RouteCall } from './route';
import { prefersAsync } from './respond-async';
import { check, type Checked } from './validation';

interface Inputs {
  readonly params: Checked<unknown>;
  readonly query: Checked<unknown>;
  readonly body: Checked<unknown>;
}

/**
 * One request to a route that needs a key: key, scope, shape, limits, whom it is about, then the handler. The shape
 * is looked at first and complained of later, so that a stranger learns nothing and one query reads everything.
 */
export async function serveRoute(
  parts: ApiParts,
  route: AuthenticatedRoute,
  request: Request,
  response: Response,
  trace: RequestTrace,
): Promise<Reply> {
  const { authorization } = request.headers;
  if (apiKeyOf(authorization) === undefined) throw new MfaError('unauthenticated');
  // A large body is read for a key that is known to be good and to have the scope; a small one beside the look-up.
  const known =
    route.bodySize === 'import'
      ? await parts.admissions.admit({ authorization, target: { kind: 'none' } })
      : undefined;
  if (known !== undefined) refuseWithoutScope(route, known.admission.scopes);
  const read = await attempt(() => readInputs(route, request, response));
  const inputs = read.ok ? read.value : undefined;
  const target = targetOf(route, inputs);
  const { admission, overLimit } =
    known ??
    (await parts.admissions.admit({
      authorization,
      target,
      ...(route.limited === true ? limitedBy(target, inputs) : {}),
    }));
  trace.tenantId = admission.tenantId;
  trace.keyId = admission.keyId;
  refuseWithoutScope(route, admission.scopes);
  if (overLimit !== undefined) throw overLimit;
  if (!read.ok) throw read.error;
  const { params, query, body } = allOf(read.value);
  const { user, now, ...caller } = admission;
  if (route.target !== undefined && route.target.optional !== true && user === undefined)
    throw new MfaError('not_found');
  if (user !== undefined) trace.userId = user.userId;
  if (user !== undefined && route.limited === true && target.kind === 'authentication')
    await parts.rateLimiting.countUser(caller.tenantId, user.externalId);

  const { commandKey } = parts.secrets;
  const { tenantId, keyId } = caller;
  const identity = {
    id: commandIdOf(
      commandKey,
      tenantId,
      writesTo(route, target, user?.externalId),
      idempotencyKeyOf(route.writes ? request.get('Idempotency-Key') : undefined),
    ),
    fingerprint: route.writes ? fingerprintOf(commandKey, request.method, request.path, body) : '',
    actor: keyId,
  };
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const call: RouteCall<unknown, unknown, unknown> = {
    parts,
    params,
    query,
    body,
    caller,
    get user() {
      if (user === undefined) throw new MfaError('not_found');
      return user;
    },
    now,
    command: { ...identity, tenantId },
    authority: () =>
      authorityOf(parts, caller, call.user.externalId, {
        stepUp: request.get('MFAFlow-Step-Up'),
        reason: request.get('MFAFlow-Reason'),
      }),
    lifecycle: (name, command) =>
      lifecycleOf(parts, { tenantId, userId: call.user.userId }, identity)(name, command),
    ...(route.respondsAsync === true && prefersAsync(request.get('Prefer'))
      ? { answerLater: (command) => answerLaterOf(parts, { tenantId, ...call.user }, identity)(command) }
      : {}),
    gone: gone.signal,
  };
  return await route.handle(call);
}

/** @throws MfaError `forbidden` */
function refuseWithoutScope(route: AuthenticatedRoute, scopes: readonly string[]): void {
  if (!route.scopes.some((scope) => scopes.includes(scope))) throw new MfaError('forbidden');
}

async function readInputs(route: AuthenticatedRoute, request: Request, response: Response): Promise<Inputs> {
  const sent = await readSent(route, request, response);
  return {
    params: check(route.params, request.params, '/path'),
    query: check(route.query, request.query, '/query'),
    body: route.body === undefined ? { ok: true, value: undefined } : check(route.body, sent ?? {}, ''),
  };
}

function readSent(route: AuthenticatedRoute, request: Request, response: Response): Promise<unknown> {
  if (route.body === undefined) return Promise.resolve(undefined);
  if (route.textBody !== undefined) return readTextBody(request, response, route.textBody);
  if (route.takesCloudEvents === true) return readCloudEvents(request, response, route.bodySize);
  return readBody(request, response, route.bodySize);
}

async function attempt<Value>(
  work: () => Promise<Value>,
): Promise<{ ok: true; value: Value } | { ok: false; error: unknown }> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error };
  }
}

/** @throws InvalidRequest with everything that is wrong, wherever it is */
function allOf(inputs: Inputs): { params: unknown; query: unknown; body: unknown } {
  const { params, query, body } = inputs;
  const faults = [params, query, body].flatMap((input) => (input.ok ? [] : input.faults));
  if (!params.ok || !query.ok || !body.ok) throw new InvalidRequest(faults);
  return { params: params.value, query: query.value, body: body.value };
}

/** A user goes by the tenant's id, which it has before it is made; else the collection is what is written to. */
function writesTo(route: AuthenticatedRoute, target: Target, externalId: string | undefined): string {
  if (target.kind === 'none') return route.path;
  return `user/${externalId ?? (target.kind === 'user' ? target.externalId : '')}`;
}

function targetOf(route: AuthenticatedRoute, inputs: Inputs | undefined): Target {
  const { target } = route;
  if (target === undefined || inputs?.params.ok !== true) return { kind: 'none' };
  const named = fieldOf(inputs.params.value, target.param);
  if (typeof named !== 'string') return { kind: 'none' };
  if (target.kind === 'user') return { kind: 'user', externalId: named };
  if (target.kind === 'session') return { kind: 'session', sessionId: named };
  return { kind: 'authentication', authenticationId: named };
}

function limitedBy(target: Target, inputs: Inputs | undefined): { address?: string; subject?: string } {
  const body = inputs?.body.ok === true ? inputs.body.value : undefined;
  const address = fieldOf(fieldOf(body, 'context'), 'ip');
  return {
    ...(typeof address === 'string' ? { address } : {}),
    ...(target.kind === 'user' ? { subject: `user/${target.externalId}` } : {}),
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
