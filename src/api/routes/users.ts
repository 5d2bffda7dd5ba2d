import { z } from 'zod';
import { findUserId, insertUser, listUsers, readUser, setGroups } from '../../persistence/user-repository';
import { writeOnce } from '../../persistence/direct-write';
import { randomId } from '../../security/random-id';
import { MfaError } from '../../domain/errors';
import { route, type RouteCall } from '../route';
import { limitField, userIdField } from '../schemas/fields';
import { userExample, userInput, userView, viewUser } from '../schemas/users';
import { pageOf, pageView, readCursor, cursorField } from '../paging';

export const userParams = z.strictObject({ userId: userIdField });
export const userTarget = { kind: 'user', param: 'userId' } as const;

const putUser = route({
  method: 'put',
  path: '/v1/users/{userId}',
  operationId: 'putUser',
  tag: 'Users',
  summary: 'Make a user known, or change its groups',
  description:
    'Idempotent by itself: a user that is there already is left as it is, save for `groups` when they are sent.',
  scopes: ['manage-users'],
  target: { ...userTarget, optional: true },
  writes: true,
  params: userParams,
  body: userInput,
  bodyExample: { groups: ['finance'] },
  responses: {
    200: { description: 'The user was there.', schema: userView, example: userExample },
    201: { description: 'The user is made.', schema: userView, example: { ...userExample, factors: [] } },
  },
  async handle(call) {
    const { created, userId } = await put(call);
    const row = await readUser(call.parts.pool, call.caller.tenantId, userId);
    if (row === undefined) throw new MfaError('not_found');
    return { status: created ? 201 : 200, body: viewUser(row, call.caller) };
  },
});

type PutCall = RouteCall<z.output<typeof userParams>, unknown, z.output<typeof userInput>>;

/** The user's data key comes first: no row of a user is ever written without one. */
async function put(call: PutCall): Promise<{ created: boolean; userId: string }> {
  const { parts, caller, command, params, body } = call;
  const { tenantId } = caller;
  for (;;) {
    const known = await findUserId(parts.pool, tenantId, params.userId);
    const userId = known ?? randomId('usr');
    await parts.dataKeys.ensure({ tenantId, userId });
    try {
      const { result } = await writeOnce(parts.pool, command, async (client) => {
        if (known === undefined) {
          const groups = body.groups ?? [];
          const created = await insertUser(client, { userId, tenantId, externalId: params.userId, groups });
          if (!created) throw new UserAppeared();
          const event = { type: 'user.created', data: { groups } };
          return change(
            userId,
            true,
            [{ action: 'user.create', outcome: 'done', detail: { groups } }],
            [event],
          );
        }
        const { groups } = body;
        if (groups === undefined || !(await setGroups(client, userId, groups)))
          return change(userId, false, [], []);
        const event = { type: 'user.changed', data: { groups } };
        return change(
          userId,
          false,
          [{ action: 'user.groups', outcome: 'done', detail: { groups } }],
          [event],
        );
      });
      return result;
    } catch (error) {
      if (!(error instanceof UserAppeared)) throw error;
    }
  }
}

/** Another request was first to make the same user: look again. */
class UserAppeared extends Error {}

function change(
  userId: string,
  created: boolean,
  audit: { action: string; outcome: string; detail: object }[],
  events: { type: string; data: object }[],
) {
  return { result: { created, userId }, userId, audit, events };
}

const getUser = route({
  method: 'get',
  path: '/v1/users/{userId}',
  operationId: 'getUser',
  tag: 'Users',
  summary: 'Read a user',
  description: 'With what stands in the way of a login now, and which factors there are.',
  scopes: ['authenticate', 'manage-users', 'operate', 'audit'],
  target: userTarget,
  writes: false,
  params: userParams,
  responses: { 200: { description: 'The user.', schema: userView, example: userExample } },
  async handle({ parts, caller, user }) {
    const row = await readUser(parts.pool, caller.tenantId, user.userId);
    if (row === undefined) throw new MfaError('not_found');
    return { status: 200, body: viewUser(row, caller) };
  },
});

const listAllUsers = route({
  method: 'get',
  path: '/v1/users',
  operationId: 'listUsers',
  tag: 'Users',
  summary: 'List users',
  description: 'In the order of their ids, page by page: pass `next` as `cursor` until there is none.',
  scopes: ['manage-users', 'operate', 'audit'],
  writes: false,
  params: z.strictObject({}),
  query: z.strictObject({ cursor: cursorField.optional(), limit: limitField }),
  responses: {
    200: {
      description: 'A page.',
      schema: pageView('users', userView, 'UserPage'),
      example: { users: [userExample], next: null },
    },
  },
  async handle({ parts, caller, query }) {
    const after = query.cursor === undefined ? '' : readCursor(query.cursor, userIdField);
    const rows = await listUsers(parts.pool, caller.tenantId, after, query.limit + 1);
    const body = pageOf(
      'users',
      rows,
      query.limit,
      (row) => row.external_id,
      (row) => viewUser(row, caller),
    );
    return { status: 200, body };
  },
});

export const userRoutes = [listAllUsers, putUser, getUser];
