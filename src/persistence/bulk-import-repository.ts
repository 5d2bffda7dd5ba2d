import type { ClientBase } from 'pg';
import type { ImportWrites } from './bulk-import-writes';
import { type ImportStamp, recordsOf } from './bulk-import-record';
import { copyTables, type TableCopy, tableCopy } from './bulk-copy';
import { COPY_NULL, copyBoolean, copyBytea, copyRowOf, copyText, copyTexts } from './bulk-copy-fields';

/** A user as an import finds it. Materials are sealed under the user's key. */
export interface ImportedUserRow {
  readonly userId: string;
  readonly groups: readonly string[];
  readonly locale: string | null;
  readonly factors: readonly { factorId: string; kind: string; material: Buffer }[];
  readonly contacts: readonly { contactId: string; kind: string; blindIndex: Buffer; verified: boolean }[];
}

/** The internal ids of those users who are there, by the tenant's ids. */
export async function findUserIds(
  client: ClientBase,
  tenantId: string,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await client.query<{ external_id: string; user_id: string }>(
    'SELECT external_id, user_id FROM users WHERE tenant_id = $1 AND external_id = ANY ($2)',
    [tenantId, externalIds],
  );
  return new Map(rows.map((row) => [row.external_id, row.user_id]));
}

/** Takes users for this transaction, always in the same order: two imports that meet wait, and none for ever. */
export async function lockUsers(
  client: ClientBase,
  tenantId: string,
  userIds: readonly string[],
): Promise<void> {
  await client.query(
    'SELECT FROM users WHERE tenant_id = $1 AND user_id = ANY ($2) AND NOT erased ORDER BY user_id FOR UPDATE',
    [tenantId, userIds],
  );
}

/** Those of the users who are there and not being erased, by internal id. */
export async function readImportedUsers(
  client: ClientBase,
  tenantId: string,
  userIds: readonly string[],
): Promise<Map<string, ImportedUserRow>> {
  const { rows } = await client.query<ImportedUserRow>(
    `SELECT user_id AS "userId", groups, locale, '[]'::jsonb AS factors, '[]'::jsonb AS contacts
     FROM users WHERE tenant_id = $1 AND user_id = ANY ($2) AND NOT erased`,
    [tenantId, userIds],
  );
  const users = new Map(
    rows.map((row) => [row.userId, { ...row, factors: [...row.factors], contacts: [...row.contacts] }]),
  );
  const factors = await client.query<{ userId: string; factorId: string; kind: string; material: Buffer }>(
    `SELECT user_id AS "userId", factor_id AS "factorId", kind, material
     FROM factors WHERE user_id = ANY ($1) AND status = 'active'`,
    [userIds],
  );
  for (const { userId, ...factor } of factors.rows) users.get(userId)?.factors.push(factor);
  const contacts = await client.query<{
    userId: string;
    contactId: string;
    kind: string;
    blindIndex: Buffer;
    verified: boolean;
  }>(
    `SELECT user_id AS "userId", contact_id AS "contactId", kind, blind_index AS "blindIndex",
       verified_at IS NOT NULL AS verified
     FROM contacts WHERE user_id = ANY ($1)`,
    [userIds],
  );
  for (const { userId, ...contact } of contacts.rows) users.get(userId)?.contacts.push(contact);
  return users;
}

/**
 * Writes everything of one batch, with an audit entry and the events of each user, in the transaction that is open.
 * A user or contact that somebody else has written meanwhile fails it (SQLSTATE 23505).
 */
export async function writeImported(
  client: ClientBase,
  of: { tenantId: string; actor: string },
  writes: ImportWrites,
): Promise<void> {
  const reading = client.query<{ epoch: Buffer; now: Buffer }>(
    'SELECT int8send(epoch) AS epoch, timestamptz_send(current_instant()) AS now FROM tenants WHERE tenant_id = $1',
    [of.tenantId],
  );
  const users = usersOf(of.tenantId, writes);
  const { rows } = await reading;
  const [{ epoch, now }] = rows as [(typeof rows)[number]];
  const stamp = { ...of, epoch: copyBytea(epoch), now: copyBytea(now) };
  await copyTables(client, [
    users,
    factorsOf(stamp, writes),
    contactsOf(stamp, writes),
    ...recordsOf(stamp, writes),
  ]);
  await changeUsers(client, writes.changes);
  await verifyContacts(client, writes.verified);
}

function usersOf(tenantId: string, { users }: ImportWrites): TableCopy {
  const begin = copyRowOf(5);
  const tenant = copyText(tenantId);
  // In order, so that two imports of the same users wait for one another instead of each for the other.
  const sorted = [...users].sort((one, other) => (one.externalId < other.externalId ? -1 : 1));
  return tableCopy(
    'users',
    'user_id, tenant_id, external_id, groups, locale',
    sorted,
    ({ userId, externalId, groups, locale }) =>
      `${begin}${copyText(userId)}${tenant}${copyText(externalId)}${copyTexts(groups)}${orNull(locale)}`,
  );
}

function factorsOf({ tenantId, now }: ImportStamp, { factors }: ImportWrites): TableCopy {
  const begin = copyRowOf(10);
  const tenant = copyText(tenantId);
  const active = copyText('active');
  const end = copyBoolean(true) + now + now;
  return tableCopy(
    'factors',
    'factor_id, tenant_id, user_id, kind, name, status, material, authorised, created_at, confirmed_at',
    factors,
    ({ factorId, userId, kind, name, material }) =>
      `${begin}${copyText(factorId)}${tenant}${copyText(userId)}${copyText(kind)}${orNull(name)}${active}${copyBytea(material)}${end}`,
  );
}

function contactsOf({ tenantId, now }: ImportStamp, { contacts }: ImportWrites): TableCopy {
  const begin = copyRowOf(8);
  const tenant = copyText(tenantId);
  return tableCopy(
    'contacts',
    'contact_id, tenant_id, user_id, kind, address, blind_index, verified_at, created_at',
    contacts,
    ({ contactId, userId, kind, address, blindIndex, verified }) =>
      `${begin}${copyText(contactId)}${tenant}${copyText(userId)}${copyText(kind)}${copyBytea(address)}${copyBytea(blindIndex)}${verified ? now : COPY_NULL}${now}`,
  );
}

function orNull(text: string | null | undefined): string {
  return text === null || text === undefined ? COPY_NULL : copyText(text);
}

async function verifyContacts(client: ClientBase, verified: ImportWrites['verified']): Promise<void> {
  if (verified.length === 0) return;
  await client.query(
    `UPDATE contacts SET verified_at = coalesce(verified_at, current_instant()) WHERE contact_id = ANY ($1)`,
    [verified.map(({ contactId }) => contactId)],
  );
}

/**
 * Raises the version of changed users, for decisions depend on what changed. Groups change by the rules of
 * `setGroups`: joining notes the epoch of that moment, and leaving a group whose epoch was raised turns the raise into
 * one of the user.
 */
async function changeUsers(client: ClientBase, changes: ImportWrites['changes']): Promise<void> {
  if (changes.length === 0) return;
  await client.query(
    `WITH given AS (
       SELECT g."userId" AS user_id, g.locale,
         CASE WHEN g.groups IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text(g.groups)) END AS groups
       FROM jsonb_to_recordset($1::jsonb) AS g ("userId" text, groups jsonb, locale text)
     ), before AS (
       SELECT u.user_id, u.tenant_id, u.groups, u.group_since, t.epoch, g.groups AS wanted
       FROM given g JOIN users u USING (user_id) JOIN tenants t USING (tenant_id)
     ), kept AS (
       INSERT INTO epochs (tenant_id, scope, subject, value, raised_at, reason)
       SELECT b.tenant_id, 'user', b.user_id, max(e.value), current_instant(), 'left a group whose epoch was raised'
       FROM before b JOIN epochs e ON e.tenant_id = b.tenant_id AND e.scope = 'group' AND e.subject = ANY (b.groups)
       WHERE b.wanted IS NOT NULL AND NOT e.subject = ANY (b.wanted)
         AND e.value > coalesce((b.group_since->>e.subject)::bigint, 0)
       GROUP BY b.tenant_id, b.user_id
       ON CONFLICT (tenant_id, scope, subject) DO UPDATE SET value = greatest(epochs.value, excluded.value)
     )
     UPDATE users u SET version = u.version + 1,
       locale = coalesce(g.locale, u.locale),
       groups = coalesce(g.groups, u.groups),
       group_since = CASE WHEN g.groups IS NULL THEN u.group_since ELSE coalesce((
         SELECT jsonb_object_agg(joined, CASE WHEN joined = ANY (b.groups) THEN b.group_since->joined ELSE to_jsonb(b.epoch) END)
         FROM unnest(g.groups) joined WHERE NOT joined = ANY (b.groups) OR b.group_since ? joined), '{}') END
     FROM given g JOIN before b USING (user_id) WHERE u.user_id = g.user_id`,
    [JSON.stringify(changes)],
  );
}
