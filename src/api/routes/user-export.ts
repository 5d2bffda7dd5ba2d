import { MfaError } from '../../domain/errors';
import { auditExport } from '../../persistence/audit-repository';
import { readExportedUser } from '../../persistence/export-repository';
import { route } from '../route';
import { userExportExample, userExportView } from '../schemas/user-export';
import { openRecord } from '../sealed-record';
import { userExport } from '../user-export';
import { userParams, userTarget } from './users';

const exportUser = route({
  method: 'get',
  path: '/v1/users/{userId}/export',
  operationId: 'exportUser',
  tag: 'Users',
  summary: 'Export everything about a user',
  description:
    'One JSON document for the person who asks what is held about them (GDPR Art. 15, 20): profile, contacts in clear, factors without their secrets, sessions, authentications, events and the whole timeline. Addresses and agents are opened for keys with the scope `audit` alone; `complete` says whether they are in it. It is streamed: an answer that breaks off is no valid JSON and is asked for again. Each export is an entry of the timeline.',
  scopes: ['audit', 'manage-users'],
  target: userTarget,
  writes: false,
  params: userParams,
  responses: {
    200: { description: 'The export.', schema: userExportView, example: userExportExample },
  },
  async handle(call) {
    const { parts, caller, user, now } = call;
    const of = { tenantId: caller.tenantId, userId: user.userId };
    const row = await readExportedUser(parts.pool, of);
    if (row === undefined) throw new MfaError('not_found');
    // Before anything is sent: a user without a key is answered as one who is not there.
    await parts.dataKeys.forScope(of);
    const complete = caller.scopes.includes('audit');
    await auditExport(parts.pool, { ...of, actor: caller.keyId, complete });
    const source = {
      parts,
      of,
      now,
      complete,
      open: async (record: unknown, sealed: Buffer | null) =>
        complete && sealed !== null && typeof record === 'string'
          ? await openRecord(call, record, sealed)
          : undefined,
    };
    return { status: 200, stream: userExport(source, row) };
  },
});

export const userExportRoutes = [exportUser];
