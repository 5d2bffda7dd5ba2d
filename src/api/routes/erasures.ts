import type { PoolClient } from 'pg';
import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import { writeOnce } from '../../persistence/direct-write';
import {
  type ErasureRow,
  findErasureOf,
  listErasures,
  markErased,
  noteStarted,
  readErasure,
} from '../../persistence/erasure-repository';
import { judgeStepUp } from '../../persistence/fresh-step-up';
import { erasedSubjectOf } from '../../security/erased-subject';
import { randomId } from '../../security/random-id';
import type { Authority } from '../../workflows/messages';
import { cursorField, pageOf, pageView, readCursor } from '../paging';
import { failureOf } from '../request-log';
import { route, type Reply, type RouteCall } from '../route';
import {
  doneErasureExample,
  erasureIdField,
  erasureView,
  runningErasureExample,
  viewErasure,
} from '../schemas/erasures';
import { limitField } from '../schemas/fields';
import { userParams, userTarget } from './users';

type Call = RouteCall<z.output<typeof userParams>, unknown, unknown>;

const erase = route({
  method: 'delete',
  path: '/v1/users/{userId}',
  operationId: 'eraseUser',
  tag: 'Users',
  summary: 'Erase a user',
  description:
    'From this answer on nobody finds the user: every route answers `not_found`, sessions and open authentications are refused, and the id is free for a new user, who has nothing in common with this one. Rows, data key and Temporal histories are then erased in the background, which takes a minute or so; `Location` names the erasure, whose certificate says what was erased. Sent again it answers with the same erasure. It takes every factor away, so a key without the scope `operate` needs `MFAFlow-Step-Up`. A reason is not kept, for it may say who the user was. It cannot be undone.',
  scopes: ['manage-users'],
  target: { ...userTarget, optional: true },
  writes: true,
  takesAuthority: true,
  params: userParams,
  responses: {
    202: {
      description: 'Erased for everybody; the rest goes on.',
      schema: erasureView,
      example: runningErasureExample,
    },
  },
  errors: ['not_found', 'step_up_required', 'step_up_stale', 'user_locked'],
  async handle(call) {
    const { parts, caller, params } = call;
    const subject = erasedSubjectOf(parts.secrets.blindIndexKey, caller.tenantId, params.userId);
    const begun = await begin(call, subject);
    const row =
      begun === undefined
        ? await findErasureOf(parts.pool, caller.tenantId, subject)
        : await readErasure(parts.pool, caller.tenantId, begun);
    if (row === undefined) throw new MfaError('not_found');
    if (row.status === 'running') await start(call, row);
    return accepted(row);
  },
});

/** @returns the id of the erasure that this command began, now or at an earlier attempt; undefined when nobody has the id */
async function begin(call: Call, subject: Buffer): Promise<string | undefined> {
  const { parts, caller, command } = call;
  const user = nobodyOr(() => call.user);
  const authority = user === undefined ? undefined : await call.authority();
  try {
    // Looked up first: whom this command erased, not whoever has the id since.
    const { result } = await writeOnce(parts.pool, command, async (client) => {
      if (user === undefined) throw new Nobody();
      await refuseWithoutAuthority(client, caller.scopes, user.userId, authority);
      const erasureId = randomId('era');
      const { tenantId } = caller;
      const of = { erasureId, tenantId, userId: user.userId, subject, actor: command.actor };
      if (!(await markErased(client, of))) throw new Nobody();
      return {
        result: { erasureId },
        userId: user.userId,
        audit: [{ action: 'user.erase', outcome: 'started', detail: { erasureId } }],
        events: [{ type: 'user.erasure-started', data: { erasureId } }],
      };
    });
    return result.erasureId;
  } catch (error) {
    if (error instanceof Nobody) return undefined;
    throw error;
  }
}

/** Nothing to remember: nobody has the id, or another request was first to erase who had it. */
class Nobody extends Error {}

function nobodyOr<Found>(find: () => Found): Found | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof MfaError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/**
 * An erasure takes the second factor away, and the id may then be enrolled anew: it must not be easier than removing the
 * factor.
 * @throws MfaError `step_up_required`, `step_up_stale`, `user_locked`
 */
async function refuseWithoutAuthority(
  client: PoolClient,
  scopes: readonly string[],
  userId: string,
  authority: Authority | undefined,
): Promise<void> {
  if (scopes.includes('operate')) return;
  if (authority?.by !== 'step-up') throw new MfaError('step_up_required');
  const verdict = await judgeStepUp(client, userId, authority.authenticationId);
  if (verdict === 'locked') throw new MfaError('user_locked');
  if (verdict === 'stale') throw new MfaError('step_up_stale');
  if (verdict === 'none') throw new MfaError('step_up_required');
  if (verdict === 'weak')
    throw new MfaError('step_up_required', { detail: 'A stronger factor of the user is needed.' });
}

/** What is not started now, the sweep starts. */
async function start({ parts }: Call, row: ErasureRow): Promise<void> {
  try {
    await parts.startErasure({ tenantId: row.tenant_id, userId: row.user_id, erasureId: row.erasure_id });
    await noteStarted(parts.pool, row.erasure_id);
  } catch (error) {
    parts.log.warn(
      { erasureId: row.erasure_id, failure: failureOf(error) },
      'an erasure is left to the sweep',
    );
  }
}

function accepted(row: ErasureRow): Reply {
  return {
    status: 202,
    headers: { Location: `/v1/erasures/${row.erasure_id}` },
    body: viewErasure(row),
  };
}

const read = route({
  method: 'get',
  path: '/v1/erasures/{erasureId}',
  operationId: 'getErasure',
  tag: 'Users',
  summary: 'Read an erasure',
  description: 'With its certificate, once it is done. It holds no personal data and is kept.',
  scopes: ['manage-users', 'operate', 'audit'],
  writes: false,
  params: z.strictObject({ erasureId: erasureIdField }),
  responses: { 200: { description: 'The erasure.', schema: erasureView, example: doneErasureExample } },
  errors: ['not_found'],
  async handle({ parts, caller, params }) {
    const row = await readErasure(parts.pool, caller.tenantId, params.erasureId);
    if (row === undefined) throw new MfaError('not_found');
    return { status: 200, body: viewErasure(row) };
  },
});

const list = route({
  method: 'get',
  path: '/v1/erasures',
  operationId: 'listErasures',
  tag: 'Users',
  summary: 'List erasures',
  description:
    'Newest first, page by page: pass `next` as `cursor` until there is none. Keep the list apart from the databases: a restore of older ones is told by it whom to erase again.',
  scopes: ['manage-users', 'operate', 'audit'],
  writes: false,
  params: z.strictObject({}),
  query: z.strictObject({ cursor: cursorField.optional(), limit: limitField }),
  responses: {
    200: {
      description: 'A page.',
      schema: pageView('erasures', erasureView, 'ErasurePage'),
      example: { erasures: [doneErasureExample], next: null },
    },
  },
  async handle({ parts, caller, query }) {
    const after = query.cursor === undefined ? null : readCursor(query.cursor, erasureIdField);
    const rows = await listErasures(parts.pool, caller.tenantId, after, query.limit + 1);
    return {
      status: 200,
      body: pageOf('erasures', rows, query.limit, (row) => row.erasure_id, viewErasure),
    };
  },
});

export const erasureRoutes = [erase, read, list];
