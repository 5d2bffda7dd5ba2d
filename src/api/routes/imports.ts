import { z } from 'zod';
import { fingerprintOf, partIdOf } from '../command-identity';
import { type ImportLine, type ImportOutcome, importUser } from '../import-user';
import { route, type RouteCall } from '../route';
import { userIdField } from '../schemas/fields';
import { importedUser } from '../schemas/users';

/** Users of one import that are written side by side. */
const SIDE_BY_SIDE = 4;
const MAX_USERS = 1_000;

const importView = z
  .strictObject({
    users: z.array(
      z.strictObject({
        id: userIdField,
        result: z.enum(['created', 'updated', 'exists', 'refused']),
        code: z.string().optional().describe('Why refused: a code of the list of errors.'),
        detail: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'ImportResult' });

const importUsers = route({
  method: 'post',
  path: '/v1/imports',
  operationId: 'importUsers',
  tag: 'Users',
  summary: 'Import users with the factors that another system enrolled',
  description:
    'At most 1,000 users and 2 MB a call. Each user is written wholly or not at all, and answered for one by one, in the order sent. What was imported before is left as it is, so an import that broke off is simply sent again. Imported factors count at once.',
  scopes: ['manage-users'],
  writes: true,
  bodySize: 'import',
  params: z.strictObject({}),
  body: z.strictObject({ users: z.array(importedUser).min(1).max(MAX_USERS) }).meta({ id: 'ImportRequest' }),
  bodyExample: {
    users: [
      {
        id: 'alice',
        groups: ['finance'],
        factors: [
          {
            kind: 'totp',
            secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
            digits: 6,
            algorithm: 'SHA1',
            period: 30,
          },
        ],
      },
    ],
  },
  responses: {
    200: {
      description: 'What became of each.',
      schema: importView,
      example: { users: [{ id: 'alice', result: 'created' }] },
    },
  },
  async handle(call) {
    const outcomes = await importAll(call, call.body.users);
    return {
      status: 200,
      body: { users: call.body.users.map(({ id }, index) => ({ id, ...outcomes[index] })) },
    };
  },
});

async function importAll(
  { parts, command }: RouteCall<unknown, unknown, unknown>,
  lines: readonly ImportLine[],
): Promise<ImportOutcome[]> {
  const { commandKey } = parts.secrets;
  const outcomes: ImportOutcome[] = [];
  const rest = lines.entries();
  async function work(): Promise<void> {
    for (const [index, line] of rest) {
      const id = partIdOf(commandKey, command.id, String(index));
      // A line has a command of its own, so that the import may break off between two of them.
      const fingerprint = fingerprintOf(commandKey, 'IMPORT', String(index), line);
      outcomes[index] = await importUser(parts, { ...command, id, fingerprint }, line);
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return outcomes;
}

export const importRoutes = [importUsers];
