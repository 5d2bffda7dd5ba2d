import type { ClientBase } from 'pg';
import { copyRows, copyText } from './bulk-copy';
import type { ImportWrites } from './bulk-import-writes';

/** What every row of a batch carries. */
export interface ImportStamp {
  readonly tenantId: string;
  readonly actor: string;
  readonly epoch: string;
  readonly now: string;
}

/** An audit entry for each user, and the events that the same changes by the API make; no address is in them. */
export async function recordImported(
  client: ClientBase,
  { tenantId, actor, epoch, now }: ImportStamp,
  writes: ImportWrites,
): Promise<void> {
  const factors = byUser(writes.factors, ({ factorId, kind }) => ({ factorId, kind }));
  const contacts = byUser(writes.contacts, ({ contactId, kind, verified }) => ({
    contactId,
    kind,
    verified,
  }));
  const verified = byUser(writes.verified, ({ contactId, kind }) => ({ contactId, kind, verified: true }));
  const touched = [
    ...writes.users.map(({ userId }) => ({ userId, outcome: 'created', event: 'user.created' })),
    ...writes.changes.map(({ userId }) => ({ userId, outcome: 'updated', event: 'user.changed' })),
  ];
  await copyRows(
    client,
    'audit',
    'tenant_id, user_id, at, actor, action, outcome, detail, epoch',
    touched.map(({ userId, outcome }) => {
      const detail = JSON.stringify({
        factors: factors.get(userId) ?? [],
        contacts: contacts.get(userId),
        verified: verified.get(userId),
      });
      return `${tenantId}\t${userId}\t${now}\t${actor}\tuser.import\t${outcome}\t${copyText(detail)}\t${epoch}\n`;
    }),
  );
  const event = (userId: string, type: string, data: object = {}): string => {
    const text = copyText(JSON.stringify({ ...data, imported: true }));
    return `${tenantId}\t${userId}\t${type}\t${text}\t${now}\t${epoch}\n`;
  };
  const rows: string[] = [];
  for (const { userId, event: type } of touched) {
    rows.push(event(userId, type));
    for (const factor of factors.get(userId) ?? []) rows.push(event(userId, 'factor.enrolled', factor));
    for (const contact of contacts.get(userId) ?? []) rows.push(event(userId, 'contact.added', contact));
    for (const contact of verified.get(userId) ?? []) rows.push(event(userId, 'contact.changed', contact));
  }
  await copyRows(client, 'outbox', 'tenant_id, user_id, type, data, at, epoch', rows);
}

function byUser<Row extends { userId: string }, Said>(
  rows: readonly Row[],
  said: (row: Row) => Said,
): Map<string, Said[]> {
  const users = new Map<string, Said[]>();
  for (const row of rows) {
    const before = users.get(row.userId);
    if (before === undefined) users.set(row.userId, [said(row)]);
    else before.push(said(row));
  }
  return users;
}
