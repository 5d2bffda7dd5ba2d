import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import { findUsersByAddress } from '../../persistence/user-lookup';
import { listUsers, readUser } from '../../persistence/user-repository';
import { blindIndexOf } from '../../security/contact-address';
import type { ContactAddress } from '../../security/contact-kind';
import { readChallengeOutlook } from '../challenge-outlook';
import { cursorField, pageOf, pageView, readCursor } from '../paging';
import { putUser } from '../put-user';
import { type Reply, route, type RouteCall } from '../route';
import { emailField, phoneField } from '../schemas/contacts';
import { limitField, userIdField } from '../schemas/fields';
import { userExample, userInput, userView, viewUser } from '../schemas/users';

export const userParams = z.strictObject({ userId: userIdField });
export const userTarget = { kind: 'user', param: 'userId' } as const;

const userPage = pageView('users', userView, 'UserPage');

const put = route({
  method: 'put',
  path: '/v1/users/{userId}',
  operationId: 'putUser',
  tag: 'Users',
  summary: 'Make a user known, or change what is known',
  description:
    'Idempotent by itself: of a user that is there already only what is sent is changed. `groups` and `preferredOrder` replace what was there, `null` takes `locale` or `defaultFactor` away; `contacts` are added where the user has them not, and none is taken away.',
  scopes: ['manage-users'],
  target: { ...userTarget, optional: true },
  writes: true,
  params: userParams,
  body: userInput,
  bodyExample: { groups: ['finance'], locale: 'de-CH', preferredOrder: ['totp'] },
  responses: {
    200: { description: 'The user was there.', schema: userView, example: userExample },
    201: { description: 'The user is made.', schema: userView, example: { ...userExample, factors: [] } },
  },
  errors: ['conflict', 'contact_limit_reached'],
  async handle(call) {
    const { created, userId } = await putUser(call);
    const row = await readUser(call.parts.pool, call.caller.tenantId, userId);
    if (row === undefined) throw new MfaError('not_found');
    return { status: created ? 201 : 200, body: viewUser(row, call.caller) };
  },
});

const get = route({
  method: 'get',
  path: '/v1/users/{userId}',
  operationId: 'getUser',
  tag: 'Users',
  summary: 'Read a user',
  description:
    'With the answer to “must I challenge this user, and with what?”: `challenge` says whether a login that begins now could be answered, by which factors in which order, and what stands in its way. It is what an ordinary login would be asked; a condition of the flow that looks at the assurance, the address or the session of one request may decide otherwise for that request.',
  scopes: ['authenticate', 'manage-users', 'operate', 'audit'],
  target: userTarget,
  writes: false,
  params: userParams,
  responses: { 200: { description: 'The user.', schema: userView, example: userExample } },
  async handle({ parts, caller, user }) {
    const of = { tenantId: caller.tenantId, userId: user.userId };
    const [row, challenge] = await Promise.all([
      readUser(parts.pool, of.tenantId, of.userId),
      readChallengeOutlook(parts, of),
    ]);
    if (row === undefined || challenge === undefined) throw new MfaError('not_found');
    return { status: 200, body: { ...viewUser(row, caller), challenge } };
  },
});

const oneAddress = (query: { email?: unknown; phone?: unknown }): boolean =>
  query.email === undefined || query.phone === undefined;

const list = route({
  method: 'get',
  path: '/v1/users',
  operationId: 'listUsers',
  tag: 'Users',
  summary: 'List users, or find them by an address',
  description:
    'Without `email` and `phone`: every user, in the order of their ids, page by page: pass `next` as `cursor` until there is none. With one of them: the users who have exactly this address, see `POST /v1/user-searches`, which answers the same and keeps the address out of the logs of proxies.',
  scopes: ['manage-users', 'operate', 'audit'],
  writes: false,
  params: z.strictObject({}),
  query: z
    .strictObject({
      cursor: cursorField.optional(),
      limit: limitField,
      email: emailField.optional(),
      phone: phoneField.optional(),
    })
    .refine(oneAddress, { message: 'must name an e-mail address or a phone number, not both' }),
  responses: {
    200: { description: 'A page.', schema: userPage, example: { users: [userExample], next: null } },
  },
  async handle(call) {
    const { parts, caller, query } = call;
    if (query.email !== undefined || query.phone !== undefined) return await lookUp(call, query);
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

const search = route({
  method: 'post',
  path: '/v1/user-searches',
  operationId: 'searchUsers',
  tag: 'Users',
  summary: 'Find users by an e-mail address or a phone number',
  description:
    'Exactly: by the whole address, in whichever way it is written. Users share addresses, so there may be several; `matched` says by which contact each was found, and whether it is verified: anybody’s address can stand unverified at a user. Every look-up is in the audit trail, found or not, without the address. The order of the users means nothing; pass `next` as `cursor` until there is none.',
  scopes: ['manage-users', 'operate'],
  writes: false,
  params: z.strictObject({}),
  body: z
    .strictObject({
      email: emailField.optional(),
      phone: phoneField.optional(),
      cursor: cursorField.optional(),
      limit: z.int().min(1).max(200).default(50).meta({ description: 'Users of a page at most.' }),
    })
    .refine((body) => oneAddress(body) && (body.email ?? body.phone) !== undefined, {
      message: 'must name an e-mail address or a phone number, and not both',
    })
    .meta({ id: 'UserSearch' }),
  bodyExample: { email: 'alice@example.com' },
  responses: {
    200: {
      description: 'A page of those who have the address; it may be empty.',
      schema: userPage,
      example: {
        users: [{ ...userExample, matched: { contactId: 'con_7Hq2Lw9Zc4Vb1Nx5', verified: true } }],
        next: null,
      },
    },
  },
  handle: (call) => lookUp(call, call.body),
});

const internalId = z.string().regex(/^usr_[A-Za-z0-9]{1,32}$/);

interface SearchFor {
  readonly email?: ContactAddress | undefined;
  readonly phone?: ContactAddress | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** @throws MfaError `forbidden`: reading lists is not yet a reason to find people by what is known of them */
async function lookUp(
  { parts, caller }: Pick<RouteCall<unknown, unknown, unknown>, 'parts' | 'caller'>,
  { email, phone, cursor, limit }: SearchFor,
): Promise<Reply> {
  if (!caller.scopes.includes('manage-users') && !caller.scopes.includes('operate'))
    throw new MfaError('forbidden');
  const kind = email === undefined ? 'phone' : 'email';
  const { normalised } = email ?? phone ?? { normalised: '' };
  const { tenantId } = caller;
  const rows = await findUsersByAddress(parts.pool, {
    tenantId,
    actor: caller.keyId,
    kind,
    blindIndex: blindIndexOf(parts.secrets.blindIndexKey, tenantId, kind, normalised),
    after: cursor === undefined ? '' : readCursor(cursor, internalId),
    limit,
  });
  const body = pageOf(
    'users',
    rows,
    limit,
    (row) => row.user_id,
    (row) => ({
      ...viewUser(row, caller),
      matched: { contactId: row.contact_id, verified: row.verified },
    }),
  );
  return { status: 200, body };
}

export const userRoutes = [list, search, put, get];
