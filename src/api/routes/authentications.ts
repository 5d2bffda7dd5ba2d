import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import {
  readAnswerGround,
  readAuthentication,
  type ShownAuthenticationRow,
} from '../../persistence/authentication-repository';
import { liveSession } from '../live-session';
import { factorContracts } from '../../factors/catalogue';
import type { AuthenticateCommand, AuthenticationResult, Command } from '../../workflows/messages';
import { challengeStateOf } from '../challenge-state';
import { presentAuthentication, type PresentedAuthentication } from '../present-authentication';
import { acceptedReply, mustBeSent } from '../respond-async';
import { route, type Reply, type RouteCall } from '../route';
import {
  answerInput,
  approvedExample,
  authenticationInput,
  authenticationView,
  challengeInput,
  deliveringExample,
  pendingExample,
} from '../schemas/authentications';
import { authenticationIdField } from '../schemas/fields';
import { sealCode } from '../sealed-code';
import { userParams, userTarget } from './users';

const params = z.strictObject({ authenticationId: authenticationIdField });
const target = { kind: 'authentication', param: 'authenticationId' } as const;

async function reply(
  call: RouteCall<unknown, unknown, unknown>,
  status: number,
  decided: { result: PresentedAuthentication; stale: boolean },
  at: { purpose: string; now: number } = { purpose: call.user.purpose ?? 'login', now: call.now },
): Promise<Reply> {
  const { tenantName } = call.caller;
  const to = { ...at, tenantName, externalId: call.user.externalId, stale: decided.stale };
  return { status, body: await presentAuthentication(call.parts, decided.result, to) };
}

type BeginCall = RouteCall<unknown, unknown, z.output<typeof authenticationInput>>;

async function commandOf(call: BeginCall): Promise<Omit<AuthenticateCommand, keyof Command>> {
  const { purpose, acr, maxAge, audience, nonce, primary, context = {}, response } = call.body;
  const sessionId = await sessionOf(call);
  const { ip, userAgent } = context;
  return {
    purpose,
    ...(acr === undefined ? {} : { acr }),
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(audience === undefined ? {} : { audience }),
    ...(nonce === undefined ? {} : { nonce }),
    ...(primary === undefined ? {} : { primary }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(ip === undefined && userAgent === undefined
      ? {}
      : {
          context: { ...(ip === undefined ? {} : { ip }), ...(userAgent === undefined ? {} : { userAgent }) },
        }),
    ...(response === undefined
      ? {}
      : {
          response: {
            ...(response.factorId === undefined ? {} : { factorId: response.factorId }),
            ...(response.kind === undefined ? {} : { kind: response.kind }),
            sealedCode: sealCode(call, response.code),
          },
        }),
  };
}

/** @throws MfaError `not_found` for a token that is none of ours or older than the newest: as for a session that has ended */
async function sessionOf(call: BeginCall): Promise<string | undefined> {
  const { session } = call.body;
  if (session === undefined) return undefined;
  const live = await liveSession(call.parts, call.caller.tenantId, session);
  if (live === undefined) throw new MfaError('not_found', { detail: 'the session has ended' });
  return live.session_id;
}

const begin = route({
  method: 'post',
  path: '/v1/users/{userId}/authentications',
  operationId: 'authenticate',
  tag: 'Authentications',
  summary: 'Authenticate a user',
  description:
    'Begins a login or a step-up by the flow of the tenant. With `response`, a code that the user has given already is evaluated in the same call. Where the first factor on offer, or the default of the user, is one whose codes travel, a code is sent: the answer comes at once, with `challenge.delivery: delivering`, and `GET …?wait=` tells how the code fares. A wrong code is a 200 with `status: pending` and `reason: wrong_code`: a fact, not an error of yours.',
  scopes: ['authenticate'],
  target: userTarget,
  writes: true,
  limited: true,
  params: userParams,
  body: authenticationInput,
  bodyExample: { primary: 'pwd', response: { kind: 'totp', code: '492039' }, context: { ip: '203.0.113.7' } },
  responses: { 200: { description: 'How it stands.', schema: authenticationView, example: approvedExample } },
  errors: ['not_acceptable_factor', 'try_later', 'user_locked'],
  async handle(call) {
    const decided = await call.lifecycle('authenticate', await commandOf(call));
    return await reply(call, 200, decided, { purpose: call.body.purpose, now: call.now });
  },
});

const read = route({
  method: 'get',
  path: '/v1/authentications/{authenticationId}',
  operationId: 'getAuthentication',
  tag: 'Authentications',
  summary: 'Read an authentication, or wait for its end',
  description:
    'With `wait`, answers as soon as the authentication has ended, at the latest after so many seconds; while a code is `delivering`, also as soon as it is not any more. Assertion and session token are there within their two minutes.',
  scopes: ['authenticate'],
  target,
  writes: false,
  params,
  query: z.strictObject({
    wait: z
      .string()
      .regex(/^(?:[0-9]|1[0-9]|2[0-5])$/)
      .default('0')
      .transform(Number)
      .meta({ description: 'Seconds to wait at most, 0 to 25.', examples: ['25'] }),
  }),
  responses: { 200: { description: 'How it stands.', schema: authenticationView, example: pendingExample } },
  async handle(call) {
    const { parts, caller, params: named, query, gone } = call;
    if (query.wait > 0) {
      const before = await readAuthentication(parts.pool, caller.tenantId, named.authenticationId);
      const orSent = before?.newest_delivery?.status === 'queued';
      await parts.watch.untilEnded(named.authenticationId, query.wait, gone, { orSent });
    }
    return await asItStands(call, 200);
  },
});

type AuthenticationCall = RouteCall<z.output<typeof params>, unknown, unknown>;

/** The authentication as Postgres has it. */
async function asItStands(call: AuthenticationCall, status: number): Promise<Reply> {
  const { parts, caller, user } = call;
  const row = await readAuthentication(parts.pool, caller.tenantId, call.params.authenticationId);
  if (row === undefined) throw new MfaError('not_found');
  const decided = { result: resultOf(row), stale: row.refused };
  return await reply(call, status, decided, { purpose: purposeOf(user.purpose), now: row.now });
}

/** The assertion that a confirmed enrolment left is good for a step-up. */
function purposeOf(purpose: string | null): string {
  return purpose === 'enrolment' ? 'step-up' : (purpose ?? 'login');
}

function resultOf(row: ShownAuthenticationRow): PresentedAuthentication {
  const id = row.authentication_id;
  if (row.status === 'expired' || row.overdue) return { id, status: 'denied', reason: 'expired' };
  const { status, outcome } = row;
  const reason = row.reason === null ? {} : { reason: row.reason };
  if (status !== 'pending') {
    return { id, status, ...reason, ...(outcome !== null && 'kid' in outcome ? { grant: outcome } : {}) };
  }
  return {
    id,
    status,
    ...reason,
    ...challengeOf(row),
    ...(outcome !== null && 'options' in outcome ? { options: outcome.options } : {}),
    ...(row.retry_after === null ? {} : { retryAfter: row.retry_after }),
    expiresAt: Math.floor(row.expires_at.getTime() / 1000),
  };
}

function challengeOf({
  challenge,
  newest_delivery: newest,
}: ShownAuthenticationRow): Pick<PresentedAuthentication, 'challenge'> {
  if (challenge === null) return {};
  const { factorId, kind, heldUntil } = challenge;
  const named = { factorId, kind };
  if (factorContracts.get(kind)?.delivery === undefined) return { challenge: named };
  if (heldUntil !== undefined)
    return { challenge: { ...named, delivery: 'held', resendAt: Math.ceil(heldUntil / 1_000) } };
  return { challenge: newest === null ? named : { ...named, ...challengeStateOf(newest) } };
}

const challenge = route({
  method: 'post',
  path: '/v1/authentications/{authenticationId}/challenge',
  operationId: 'chooseFactor',
  tag: 'Authentications',
  summary: 'Choose which factor is answered',
  description:
    'One of `options`. A factor whose codes travel is sent one; chosen again before `resendAt`, it is not sent a second one.',
  scopes: ['authenticate'],
  target,
  writes: true,
  limited: true,
  params,
  body: challengeInput,
  bodyExample: { factorId: 'fac_4GzXq0bS7kT2mN9c' },
  responses: { 200: { description: 'How it stands.', schema: authenticationView, example: pendingExample } },
  errors: ['authentication_closed', 'not_acceptable_factor', 'user_locked'],
  async handle(call) {
    const { authenticationId } = call.params;
    return await reply(
      call,
      200,
      await call.lifecycle('choose', { authenticationId, factorId: call.body.factorId }),
    );
  },
});

const answer = route({
  method: 'post',
  path: '/v1/authentications/{authenticationId}/answer',
  operationId: 'answer',
  tag: 'Authentications',
  summary: 'Answer with a code',
  description:
    'Evaluates a code. A wrong one is a 200 with `status: pending`, `reason: wrong_code` and when the next is evaluated. Send the same Idempotency-Key again when an answer was lost: the code is not spent twice. With `Prefer: respond-async` the code is taken and evaluated after the answer, which is a 202: read the authentication at `Location` to see the outcome, a wrong code and the time until the next one included. The same request with the same Idempotency-Key and without `Prefer` tells what was decided, or why it was refused. Sixty a minute of one user are taken; an answer on which no decision can be had for a minute is dropped.',
  scopes: ['authenticate'],
  target,
  writes: true,
  limited: true,
  respondsAsync: true,
  params,
  body: answerInput,
  bodyExample: { code: '492039' },
  responses: {
    200: { description: 'How it stands.', schema: authenticationView, example: approvedExample },
    202: {
      description: 'Taken, to be evaluated (`Prefer: respond-async`): how it stood before.',
      schema: authenticationView,
      example: pendingExample,
    },
  },
  errors: ['authentication_closed', 'not_acceptable_factor', 'try_later', 'user_locked'],
  async handle(call) {
    const { factorId, code } = call.body;
    const command = {
      authenticationId: call.params.authenticationId,
      ...(factorId === undefined ? {} : { factorId }),
      sealedCode: sealCode(call, code),
    };
    const { answerLater } = call;
    if (answerLater !== undefined) return await takenReply(call, () => answerLater(command));
    return await reply(call, 200, await call.lifecycle('answer', command));
  },
});

const resend = route({
  method: 'post',
  path: '/v1/authentications/{authenticationId}/resend',
  operationId: 'resendCode',
  tag: 'Authentications',
  summary: 'Send another code',
  description:
    'Replaces the code: the one before is wrong from then on. Possible from `challenge.resendAt` on, which moves further away each time, and five times at most. Failures that were counted stay counted.',
  scopes: ['authenticate'],
  target,
  writes: true,
  limited: true,
  params,
  responses: {
    200: { description: 'How it stands.', schema: authenticationView, example: deliveringExample },
  },
  errors: ['authentication_closed', 'conflict', 'not_acceptable_factor', 'try_later', 'user_locked'],
  async handle(call) {
    const { authenticationId } = call.params;
    const { result, stale } = await call.lifecycle('resend', { authenticationId });
    return await reply(call, 200, { result: result as AuthenticationResult, stale });
  },
});

async function takenReply(call: AuthenticationCall, send: () => Promise<void>): Promise<Reply> {
  const { authenticationId } = call.params;
  const ground = await readAnswerGround(call.parts.pool, { ...call.command, authenticationId });
  if (ground === undefined) throw new MfaError('not_found');
  const before = await asItStands(call, 202);
  if (mustBeSent(ground, call.command.fingerprint)) await send();
  return acceptedReply(`/v1/authentications/${authenticationId}`, before.body);
}

export const authenticationRoutes = [begin, read, challenge, resend, answer];
