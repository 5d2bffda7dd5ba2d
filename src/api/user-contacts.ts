import type { ContactRow, NewContact } from '../persistence/contact-repository';
import type { AuditEntry, OutboxEvent } from '../persistence/decision-changes';
import { blindIndexOf, openAddress, sealAddress } from '../security/contact-address';
import type { DataKey } from '../security/data-keys';
import { maskAddress } from '../security/masked-address';
import { randomId } from '../security/random-id';
import type { ApiParts } from './parts';
import type { Caller } from './route';
import type { ContactInput, contactView } from './schemas/contacts';
import type { z } from 'zod';

interface Owner {
  readonly tenantId: string;
  readonly userId: string;
}

/** A contact as a command's result keeps it: the address stays sealed under the user's key. */
export interface SealedContact {
  readonly id: string;
  readonly kind: 'email' | 'phone';
  /** Base64. */
  readonly sealed: string;
  readonly verifiedAt: string | null;
  readonly createdAt: string;
}

/** Seals an address for a row of its own and makes what it is found by. */
export function newContact(
  parts: Pick<ApiParts, 'secrets'>,
  dataKey: DataKey,
  owner: Owner,
  { kind, address, normalised, verified }: ContactInput,
): NewContact {
  const { tenantId, userId } = owner;
  const contactId = randomId('con');
  return {
    contactId,
    tenantId,
    userId,
    kind,
    address: sealAddress(dataKey, { tenantId, userId, contactId }, address),
    blindIndex: blindIndexOf(parts.secrets.blindIndexKey, tenantId, kind, normalised),
    verified,
  };
}

export function sealedContactOf(row: ContactRow): SealedContact {
  return {
    id: row.contact_id,
    kind: row.kind,
    sealed: row.address.toString('base64'),
    verifiedAt: row.verified_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

/** Who answers for people's data reads addresses; who only authenticates or operates recognises them. */
export function viewContact(
  dataKey: DataKey,
  owner: Owner,
  contact: SealedContact,
  caller: Pick<Caller, 'scopes'>,
): z.output<typeof contactView> {
  const { id, kind, sealed, verifiedAt, createdAt } = contact;
  const { tenantId, userId } = owner;
  const address = openAddress(dataKey, { tenantId, userId, contactId: id }, Buffer.from(sealed, 'base64'));
  const masked = !caller.scopes.includes('manage-users') && !caller.scopes.includes('audit');
  return {
    id,
    kind,
    address: masked ? maskAddress(kind, address) : address,
    masked,
    verified: verifiedAt !== null,
    ...(verifiedAt === null ? {} : { verifiedAt }),
    createdAt,
  };
}

/** What audit trail and events say of a contact: never the address. */
export function saidOf(
  what: 'added' | 'changed' | 'removed',
  contact: { readonly contactId: string; readonly kind: string; readonly verified?: boolean },
): { audit: AuditEntry; event: OutboxEvent } {
  const verbs = { added: 'add', changed: 'change', removed: 'remove' } as const;
  return {
    audit: { action: `contact.${verbs[what]}`, outcome: 'done', detail: contact },
    event: { type: `contact.${what}`, data: contact },
  };
}
