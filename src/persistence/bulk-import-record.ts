import type { EventTypeName } from '../domain/events/catalogue';
import { type TableCopy, tableCopy } from './bulk-copy';
import { copyJsonb, copyRowOf, copyText } from './bulk-copy-fields';
import type { ImportWrites } from './bulk-import-writes';

/** What every row of a batch carries; epoch and time as fields of COPY. */
export interface ImportStamp {
  readonly tenantId: string;
  readonly actor: string;
  readonly epoch: string;
  readonly now: string;
}

/** An audit entry for each user, and the events that the same changes by the API make; no address is in them. */
export function recordsOf({ tenantId, actor, epoch, now }: ImportStamp, writes: ImportWrites): TableCopy[] {
  const factors = byUser(writes.factors, ({ factorId, kind }) => ({ factorId, kind }));
  const contacts = byUser(writes.contacts, ({ contactId, kind, verified }) => ({
    contactId,
    kind,
    verified,
  }));
  const verified = byUser(writes.verified, ({ contactId, kind }) => ({ contactId, kind, verified: true }));
  const tenant = copyText(tenantId);

  const entry = copyRowOf(8) + tenant;
  const did = now + copyText(actor) + copyText('user.import');
  const entryOf = ({ userId, outcome }: Touched): string => {
    const detail = copyJsonb({
      factors: factors.get(userId) ?? [],
      contacts: contacts.get(userId),
      verified: verified.get(userId),
    });
    return `${entry}${copyText(userId)}${did}${outcome}${detail}${epoch}`;
  };

  const event = copyRowOf(6) + tenant;
  const plain = copyJsonb({ imported: true });
  const eventsOf = ({ userId, type }: Touched): string => {
    const ofUser = event + copyText(userId);
    const end = now + epoch;
    const more = (of: string, said: readonly object[] = []): string =>
      said.map((data) => `${ofUser}${of}${copyJsonb({ ...data, imported: true })}${end}`).join('');
    return (
      `${ofUser}${type}${plain}${end}` +
      more(types.enrolled, factors.get(userId)) +
      more(types.added, contacts.get(userId)) +
      more(types.changed, verified.get(userId))
    );
  };

  const touched = [
    ...touchedOf(writes.users, 'created', 'user.created'),
    ...touchedOf(writes.changes, 'updated', 'user.changed'),
  ];
  return [
    tableCopy('audit', 'tenant_id, user_id, at, actor, action, outcome, detail, epoch', touched, entryOf),
    tableCopy('outbox', 'tenant_id, user_id, type, data, at, epoch', touched, eventsOf),
  ];
}

/** Outcome and type of the event as fields of COPY. */
interface Touched {
  readonly userId: string;
  readonly outcome: string;
  readonly type: string;
}

const types = {
  enrolled: eventText('factor.enrolled'),
  added: eventText('contact.added'),
  changed: eventText('contact.changed'),
};

function eventText(type: EventTypeName): string {
  return copyText(type);
}

function touchedOf(users: readonly { userId: string }[], outcome: string, type: EventTypeName): Touched[] {
  const same = { outcome: copyText(outcome), type: eventText(type) };
  return users.map(({ userId }) => ({ userId, ...same }));
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
