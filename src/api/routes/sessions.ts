import { z } from 'zod';
import { listSessions } from '../../persistence/session-repository';
import { refreshSession } from '../../persistence/session-refresh';
import { MfaError } from '../../domain/errors';
import { readSessionToken } from '../../security/session-token';
import { liveSession } from '../live-session';
import { sessionTokenOf } from '../present-grant';
import { route, type RouteCall } from '../route';
import { sessionIdField } from '../schemas/fields';
import {
  introspectionView,
  refreshView,
  sessionExample,
  sessionView,
  tokenInput,
  viewSession,
} from '../schemas/sessions';
import { userParams, userTarget } from './users';

/** A session that is not refreshed for 12 hours ends, unless the tenant's policy says otherwise. */
const IDLE_SECONDS = 12 * 3600;

const inactive = { status: 200, body: { active: false } };
const token = 'mfs_Tq7mWc3pZ1aR9xYv.0.t6b1w0.Hq2.c2lnbmF0dXJl';

const introspect = route({
  method: 'post',
  path: '/v1/sessions/introspect',
  operationId: 'introspectSession',
  tag: 'Sessions',
  summary: 'Ask whether a session lives',
  description:
    'Looked up each time: what was revoked a moment ago, by itself or by an epoch, is inactive. A token that was refreshed lives for ten more seconds, for requests under way.',
  scopes: ['authenticate'],
  writes: false,
  params: z.strictObject({}),
  body: tokenInput,
  bodyExample: { token },
  responses: {
    200: {
      description: 'What is known.',
      schema: introspectionView,
      example: {
        active: true,
        sub: 'alice',
        sessionId: sessionExample.id,
        acr: 'aal2',
        amr: ['pwd', 'otp', 'mfa'],
        authTime: sessionExample.authTime,
        expiresAt: sessionExample.expiresAt,
      },
    },
  },
  async handle({ parts, caller, body }) {
    const row = await liveSession(parts, caller.tenantId, body.token);
    if (row === undefined) return inactive;
    return {
      status: 200,
      body: {
        active: true,
        sub: row.external_id,
        sessionId: row.session_id,
        acr: row.acr,
        amr: row.amr,
        authTime: row.auth_time.toISOString(),
        expiresAt: row.expires_at.toISOString(),
      },
    };
  },
});

const refresh = route({
  method: 'post',
  path: '/v1/sessions/refresh',
  operationId: 'refreshSession',
  tag: 'Sessions',
  summary: 'Exchange a session token for the next one',
  description:
    'Moves the idle end of the session. The token before gets the same answer for ten seconds, and a retry with the same Idempotency-Key for longer, so that a lost answer loses no session. An older token means that a copy is about: the session is revoked (RFC 9700 §4.14.2).',
  scopes: ['authenticate'],
  writes: true,
  params: z.strictObject({}),
  body: tokenInput,
  bodyExample: { token },
  responses: {
    200: {
      description: 'The next token, or that there is none.',
      schema: refreshView,
      example: {
        active: true,
        sub: 'alice',
        sessionId: sessionExample.id,
        token,
        expiresAt: sessionExample.expiresAt,
      },
    },
  },
  async handle({ parts, body, command }) {
    const read = await readSessionToken(body.token, parts.signingKeys);
    if (read === undefined) return inactive;
    const presented = { ...read, kid: parts.signingKeys.active().kid };
    const refreshed = await refreshSession(parts.pool, command, presented, { idleSeconds: IDLE_SECONDS });
    if (refreshed.verdict === 'mismatch') throw new MfaError('idempotency_mismatch');
    if (!('session' in refreshed)) return inactive;
    const { externalId, expiresAt, ...session } = refreshed.session;
    return {
      status: 200,
      body: {
        active: true,
        sub: externalId,
        sessionId: session.sessionId,
        token: await sessionTokenOf(parts, session),
        expiresAt: expiresAt.toISOString(),
      },
    };
  },
});

const list = route({
  method: 'get',
  path: '/v1/users/{userId}/sessions',
  operationId: 'listSessions',
  tag: 'Sessions',
  summary: 'List the sessions of a user',
  description: 'The newest hundred, ended ones included as long as they are kept.',
  scopes: ['authenticate', 'manage-users', 'operate', 'audit'],
  target: userTarget,
  writes: false,
  params: userParams,
  responses: {
    200: {
      description: 'The sessions.',
      schema: z.strictObject({ sessions: z.array(sessionView) }).meta({ id: 'SessionList' }),
      example: { sessions: [sessionExample] },
    },
  },
  async handle({ parts, caller, user }) {
    const rows = await listSessions(parts.pool, caller.tenantId, user.userId);
    return { status: 200, body: { sessions: rows.map(viewSession) } };
  },
});

const REVOKED_BY_CALLER = 'revoked_by_caller';

async function revoke(call: RouteCall<unknown, unknown, unknown>, sessionId?: string): Promise<void> {
  const authority = await call.authority();
  await call.lifecycle('revoke', {
    ...(sessionId === undefined ? {} : { sessionId }),
    reason: authority?.by === 'operator' ? authority.reason : REVOKED_BY_CALLER,
  });
}

const remove = route({
  method: 'delete',
  path: '/v1/sessions/{sessionId}',
  operationId: 'revokeSession',
  tag: 'Sessions',
  summary: 'Revoke a session',
  description: 'For a logout, or for a session that should not be. From then on its tokens are inactive.',
  scopes: ['authenticate', 'operate'],
  target: { kind: 'session', param: 'sessionId' },
  writes: true,
  takesAuthority: true,
  params: z.strictObject({ sessionId: sessionIdField }),
  responses: { 204: { description: 'Revoked.' } },
  async handle(call) {
    await revoke(call, call.params.sessionId);
    return { status: 204 };
  },
});

const removeAll = route({
  method: 'delete',
  path: '/v1/users/{userId}/sessions',
  operationId: 'revokeSessions',
  tag: 'Sessions',
  summary: 'Revoke every session of a user',
  description: 'Log out everywhere.',
  scopes: ['authenticate', 'operate'],
  target: userTarget,
  writes: true,
  takesAuthority: true,
  params: userParams,
  responses: { 204: { description: 'Revoked.' } },
  async handle(call) {
    await revoke(call);
    return { status: 204 };
  },
});

export const sessionRoutes = [introspect, refresh, list, remove, removeAll];
