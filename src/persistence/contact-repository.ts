import type { Pool, PoolClient } from 'pg';
import { MfaError } from '../domain/errors';

/** A contact of a user. `address` is sealed under the user's key. */
export interface ContactRow {
  readonly contact_id: string;
  readonly kind: 'email' | 'phone';
  readonly address: Buffer;
  readonly verified_at: Date | null;
  readonly created_at: Date;
}

export interface NewContact {
  readonly contactId: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly kind: 'email' | 'phone';
  /** Sealed under the user's key. */
  readonly address: Buffer;
  readonly blindIndex: Buffer;
  readonly verified: boolean;
}

/** Which contact is meant; one of another user or tenant is as unknown as none. */
export interface ContactName {
  readonly tenantId: string;
  readonly userId: string;
  readonly contactId: string;
}

/** A user cannot have more, so that a list of them is always one page. */
export const MAX_CONTACTS = 20;

const SHOWN = 'contact_id, kind, address, verified_at, created_at';

/** Every contact of a user, the oldest first. */
export async function listContacts(
  connection: Pool | PoolClient,
  tenantId: string,
  userId: string,
): Promise<ContactRow[]> {
  const { rows } = await connection.query<ContactRow>(
    `SELECT ${SHOWN} FROM contacts WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at, contact_id`,
    [tenantId, userId],
  );
  return rows;
}

/**
 * Adds a contact, or gives the one that has the address already, as it is: a second time does not verify it. One that the
 * confirmation of a factor made is the application's from now on, and stays when the factor goes. Holds the user's row
 * until the transaction ends, so that of two at once the second counts the first.
 *
 * @throws MfaError `contact_limit_reached`, `not_found` when the user is not there or is being erased
 */
export async function insertContact(
  client: PoolClient,
  contact: NewContact,
): Promise<{ row: ContactRow; created: boolean }> {
  await lockUser(client, contact);
  const { rows: present } = await client.query<ContactRow & { blind_index: Buffer }>(
    `SELECT ${SHOWN}, blind_index FROM contacts WHERE tenant_id = $1 AND user_id = $2`,
    [contact.tenantId, contact.userId],
  );
  const same = present.find((row) => row.kind === contact.kind && row.blind_index.equals(contact.blindIndex));
  if (same !== undefined) {
    await client.query('UPDATE contacts SET factor_id = NULL WHERE contact_id = $1', [same.contact_id]);
    return { row: same, created: false };
  }
  if (present.length >= MAX_CONTACTS) throw new MfaError('contact_limit_reached');
  const { rows } = await client.query<ContactRow>(
    `INSERT INTO contacts (contact_id, tenant_id, user_id, kind, address, blind_index, verified_at, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $7 THEN current_instant() END, current_instant())
     RETURNING ${SHOWN}`,
    [
      contact.contactId,
      contact.tenantId,
      contact.userId,
      contact.kind,
      contact.address,
      contact.blindIndex,
      contact.verified,
    ],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('INSERT … RETURNING gave no row');
  return { row, created: true };
}

/**
 * Says whether an address was verified; one verified earlier keeps its instant.
 *
 * @returns undefined when the user has no such contact
 */
export async function setContactVerified(
  client: PoolClient,
  { tenantId, userId, contactId }: ContactName,
  verified: boolean,
): Promise<{ row: ContactRow; changed: boolean } | undefined> {
  const { rows } = await client.query<ContactRow & { changed: boolean }>(
    `WITH before AS (
       SELECT contact_id, verified_at FROM contacts
       WHERE tenant_id = $1 AND user_id = $2 AND contact_id = $3 FOR UPDATE)
     UPDATE contacts c SET verified_at = CASE WHEN $4 THEN coalesce(c.verified_at, current_instant()) END
     FROM before WHERE c.contact_id = before.contact_id
     RETURNING c.contact_id, c.kind, c.address, c.verified_at, c.created_at,
       (before.verified_at IS NULL) = $4 AS changed`,
    [tenantId, userId, contactId, verified],
  );
  const [found] = rows;
  if (found === undefined) return undefined;
  const { changed, ...row } = found;
  return { row, changed };
}

/** @returns its kind, or undefined when the user has no such contact */
export async function removeContact(
  client: PoolClient,
  { tenantId, userId, contactId }: ContactName,
): Promise<'email' | 'phone' | undefined> {
  const { rows } = await client.query<{ kind: 'email' | 'phone' }>(
    'DELETE FROM contacts WHERE tenant_id = $1 AND user_id = $2 AND contact_id = $3 RETURNING kind',
    [tenantId, userId, contactId],
  );
  return rows[0]?.kind;
}

async function lockUser(client: PoolClient, of: { tenantId: string; userId: string }): Promise<void> {
  const { rowCount } = await client.query(
    'SELECT FROM users WHERE tenant_id = $1 AND user_id = $2 AND NOT erased FOR NO KEY UPDATE',
    [of.tenantId, of.userId],
  );
  if (rowCount === 0) throw new MfaError('not_found');
}
