import type { Seal } from '../../security/aead';
import { sealAddress } from '../../security/contact-address';
import type { DataKey } from '../../security/data-key';
import { sealField } from '../../security/field-encryption';
import type { ImportWrites } from '../../persistence/bulk-import-writes';
import type { UserPlan } from './plan-user';

/** Of the layout of sealed material; the decisions open with the same. */
export const MATERIAL_VERSION = 1;

/** What the rows to come take: ids, each from the end, and a `seal` for as many values. */
export interface FreshRows {
  readonly factors: string[];
  readonly contacts: string[];
  readonly seal: Seal;
}

/** Collects what plans come to as rows, sealed under each user's key. */
export interface SealedWrites extends ImportWrites {
  readonly users: ImportWrites['users'][number][];
  readonly changes: ImportWrites['changes'][number][];
  readonly factors: ImportWrites['factors'][number][];
  readonly contacts: ImportWrites['contacts'][number][];
  readonly verified: ImportWrites['verified'][number][];
}

export function noWrites(): SealedWrites {
  return { users: [], changes: [], factors: [], contacts: [], verified: [] };
}

/** Adds factors and contacts of a plan to the rows to write. */
export function sealPlan(
  writes: SealedWrites,
  of: { tenantId: string; userId: string },
  plan: UserPlan,
  dataKey: DataKey,
  fresh: FreshRows,
): void {
  const { userId } = of;
  for (const { kind, name, material } of plan.factors) {
    const factorId = next(fresh.factors);
    const place = { ...of, record: factorId, version: MATERIAL_VERSION };
    const sealed = sealField(dataKey, JSON.stringify(material), place, fresh.seal);
    writes.factors.push({ userId, factorId, kind, name, material: sealed });
  }
  for (const { kind, address, blindIndex, verified } of plan.contacts) {
    const contactId = next(fresh.contacts);
    const sealed = sealAddress(dataKey, { ...of, contactId }, address, fresh.seal);
    writes.contacts.push({ userId, contactId, kind, address: sealed, blindIndex, verified });
  }
  writes.verified.push(...plan.verified.map((contact) => ({ userId, ...contact })));
}

function next(ids: string[]): string {
  const id = ids.pop();
  if (id === undefined) throw new RangeError('More ids were needed than were made.');
  return id;
}
