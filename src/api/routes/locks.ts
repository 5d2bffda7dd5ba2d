import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import { readUser } from '../../persistence/user-repository';
import { route, type Reply, type RouteCall } from '../route';
import { reasonField } from '../schemas/fields';
import { userExample, userView, viewUser } from '../schemas/users';
import { userParams, userTarget } from './users';

async function replyUser({ parts, caller, user }: RouteCall<unknown, unknown, unknown>): Promise<Reply> {
  const row = await readUser(parts.pool, caller.tenantId, user.userId);
  if (row === undefined) throw new MfaError('not_found');
  return { status: 200, body: viewUser(row, caller) };
}

const lock = route({
  method: 'post',
  path: '/v1/users/{userId}/lock',
  operationId: 'lockUser',
  tag: 'Users',
  summary: 'Lock a user',
  description:
    'Until an operator unlocks: right codes and wrong ones are refused alike. Sessions live on; revoke them as well if they should not.',
  scopes: ['operate'],
  target: userTarget,
  writes: true,
  params: userParams,
  body: z.strictObject({ reason: reasonField }).meta({ id: 'LockRequest' }),
  bodyExample: { reason: 'phone reported stolen' },
  responses: {
    200: {
      description: 'Locked.',
      schema: userView,
      example: { ...userExample, status: 'locked', lockReason: 'phone reported stolen' },
    },
  },
  async handle(call) {
    await call.lifecycle('lock', { reason: call.body.reason });
    return await replyUser(call);
  },
});

const unlock = route({
  method: 'post',
  path: '/v1/users/{userId}/unlock',
  operationId: 'unlockUser',
  tag: 'Users',
  summary: 'Unlock a user',
  description:
    'Opens the door now. The count of failures stays, so the next wrong code may lock again, unless `resetFailures` is true.',
  scopes: ['operate'],
  target: userTarget,
  writes: true,
  params: userParams,
  body: z
    .strictObject({ reason: reasonField, resetFailures: z.boolean().optional() })
    .meta({ id: 'UnlockRequest' }),
  bodyExample: { reason: 'identity checked by phone', resetFailures: true },
  responses: { 200: { description: 'Unlocked.', schema: userView, example: userExample } },
  async handle(call) {
    const { reason, resetFailures } = call.body;
    await call.lifecycle('unlock', { reason, ...(resetFailures === undefined ? {} : { resetFailures }) });
    return await replyUser(call);
  },
});

export const lockRoutes = [lock, unlock];
