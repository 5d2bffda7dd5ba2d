import type { PoolClient } from 'pg';
import type { z } from 'zod';
import { factorContracts } from '../factors/catalogue';
import { insertContact } from '../persistence/contact-repository';
import type { AuditEntry, OutboxEvent } from '../persistence/decision-changes';
import { writeOnce } from '../persistence/direct-write';
import { changeProfile, unusableDefault } from '../persistence/profile-repository';
import { findUserId, holdUser, insertUser, setGroups } from '../persistence/user-repository';
import type { DataKey } from '../security/data-keys';
import { randomId } from '../security/random-id';
import type { RouteCall } from './route';
import type { userInput } from './schemas/users';
import { newContact, saidOf } from './user-contacts';

type PutCall = RouteCall<{ userId: string }, unknown, z.output<typeof userInput>>;

/** Nobody should be asked for one of their last resorts first. */
const defaultKinds = [...factorContracts.values()]
  .filter((contract) => contract.standsAlone)
  .map((contract) => contract.kind);

interface Said {
  readonly audit: AuditEntry[];
  readonly events: OutboxEvent[];
}

/**
 * Makes a user known, or changes what was sent of one who is. The user's data key comes first: no row of a user is ever
 * written without one.
 */
export async function putUser(call: PutCall): Promise<{ created: boolean; userId: string }> {
  const { parts, caller, command, params } = call;
  const { tenantId } = caller;
  for (;;) {
    const known = await findUserId(parts.pool, tenantId, params.userId);
    // Somebody new has no factor; refused here, a request that is sent over and over leaves no data key behind each time.
    if (known === undefined && typeof call.body.defaultFactor === 'string') throw unusableDefault();
    const userId = known ?? randomId('usr');
    const dataKey = await parts.dataKeys.ensure({ tenantId, userId });
    try {
      const { result } = await writeOnce(parts.pool, command, async (client) => {
        const { audit, events } =
          known === undefined ? await create(client, call, userId) : await regroup(client, call, userId);
        const more = [
          await profile(client, call, userId),
          ...(await contacts(client, call, { tenantId, userId }, dataKey)),
        ];
        return {
          result: { created: known === undefined, userId },
          userId,
          audit: [...audit, ...more.flatMap((said) => said.audit)],
          events: [...events, ...more.flatMap((said) => said.events)],
        };
      });
      return result;
    } catch (error) {
      if (!(error instanceof UserIsAnother)) throw error;
    }
  }
}

/** Another request was first to make or to erase the same user: look again. */
class UserIsAnother extends Error {}

async function create(client: PoolClient, { caller, params, body }: PutCall, userId: string): Promise<Said> {
  const groups = body.groups ?? [];
  const user = { userId, tenantId: caller.tenantId, externalId: params.userId, groups };
  if (!(await insertUser(client, user))) throw new UserIsAnother();
  return {
    audit: [{ action: 'user.create', outcome: 'done', detail: { groups } }],
    events: [{ type: 'user.created', data: { groups } }],
  };
}

async function regroup(client: PoolClient, { body }: PutCall, userId: string): Promise<Said> {
  if (!(await holdUser(client, userId))) throw new UserIsAnother();
  const { groups } = body;
  if (groups === undefined || !(await setGroups(client, userId, groups))) return { audit: [], events: [] };
  return {
    audit: [{ action: 'user.groups', outcome: 'done', detail: { groups } }],
    events: [{ type: 'user.changed', data: { groups } }],
  };
}

/** Audit and events name the fields alone: a language may say where somebody comes from. */
async function profile(client: PoolClient, { body }: PutCall, userId: string): Promise<Said> {
  const { locale, defaultFactor, preferredOrder } = body;
  if (locale === undefined && defaultFactor === undefined && preferredOrder === undefined)
    return { audit: [], events: [] };
  const changed = await changeProfile(client, userId, {
    locale,
    defaultFactor,
    preferredOrder,
    defaultKinds,
  });
  if (changed.length === 0) return { audit: [], events: [] };
  return {
    audit: [{ action: 'user.profile', outcome: 'done', detail: { changed } }],
    events: [{ type: 'user.changed', data: { changed } }],
  };
}

async function contacts(
  client: PoolClient,
  { parts, body }: PutCall,
  owner: { tenantId: string; userId: string },
  dataKey: DataKey,
): Promise<Said[]> {
  const all: Said[] = [];
  for (const input of body.contacts ?? []) {
    const { row, created } = await insertContact(client, newContact(parts, dataKey, owner, input));
    if (!created) continue;
    const { audit, event } = saidOf('added', {
      contactId: row.contact_id,
      kind: row.kind,
      verified: input.verified,
    });
    all.push({ audit: [audit], events: [event] });
  }
  return all;
}
