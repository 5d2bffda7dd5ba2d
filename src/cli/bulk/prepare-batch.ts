import type { ClientBase } from 'pg';
import {
  findUserIds,
  type ImportedUserRow,
  readImportedUsers,
} from '../../persistence/bulk-import-repository';
import { factors } from '../../factors/catalogue';
import type { JsonValue } from '../../domain/json';
import { sealFor } from '../../security/aead';
import type { DataKey } from '../../security/data-key';
import { openField } from '../../security/field-encryption';
import { neighbouringIds } from '../../security/neighbouring-ids';
import type { ImportParts } from './import-parts';
import { type FoundUser, type LineOutcome, type PlacedLine, planUser, type UserPlan } from './plan-user';
import { type FreshRows, MATERIAL_VERSION, noWrites, type SealedWrites, sealPlan } from './seal-plan';
import { Turns } from './turns';

const STEPS_A_TURN = 25;

/** Lines of one batch by the id of their user, in their order. */
export type LinesByUser = ReadonlyMap<string, readonly PlacedLine[]>;

/** Everything about a batch that can be done before its transaction. */
export interface PreparedBatch {
  /** The new users, sealed. */
  readonly writes: SealedWrites;
  /** Of new users, and of those among the known who are not changed. */
  readonly outcomes: readonly LineOutcome[];
  /** What the batch comes to for the known whom it changes, as long as nobody else changes them. */
  readonly foreseen: readonly LineOutcome[];
  /** Users who are there and whom the batch changes; planned again once their rows are held. */
  readonly known: ReadonlyMap<string, { userId: string; lines: readonly PlacedLine[] }>;
  readonly keys: ReadonlyMap<string, DataKey>;
}

/**
 * Plans a batch: new users get keys, in the keys database before any row of theirs, and are sealed.
 * @param rehearse plans only: no key is made and nothing is sealed
 */
export async function prepareBatch(
  parts: ImportParts,
  lines: LinesByUser,
  rehearse = false,
): Promise<PreparedBatch> {
  const { tenantId, reader, dataKeys } = parts;
  const known = await findUserIds(reader, tenantId, [...lines.keys()]);
  const plans: { externalId: string; plan: UserPlan }[] = [];
  const turns = new Turns(STEPS_A_TURN);
  for (const [externalId, placed] of lines) {
    await turns.step();
    if (!known.has(externalId)) plans.push({ externalId, plan: planUser(undefined, placed) });
  }
  const outcomes = plans.flatMap(({ plan }) => plan.outcomes);
  const creating = plans.filter(({ plan }) => plan.changes);
  const userIds = neighbouringIds('usr', creating.length);
  const made = rehearse ? new Map<string, DataKey>() : await dataKeys.make(userIds);
  const writes = noWrites();
  if (!rehearse) {
    const fresh = freshRows(creating.map(({ plan }) => plan));
    for (const [at, { externalId, plan }] of creating.entries()) {
      await turns.step();
      const userId = userIds[at] ?? '';
      const { groups = [], locale } = plan;
      writes.users.push({ userId, externalId, groups, ...(locale === undefined ? {} : { locale }) });
      sealPlan(writes, { tenantId, userId }, plan, keyOf(made, userId), fresh);
    }
  }
  if (known.size === 0) return { writes, outcomes, foreseen: [], known: new Map(), keys: made };
  const looked = await lookAtKnown(parts, lines, known);
  return {
    writes,
    outcomes: [...outcomes, ...looked.outcomes],
    foreseen: looked.foreseen,
    known: looked.changing,
    keys: new Map([...made, ...looked.keys]),
  };
}

async function lookAtKnown(
  parts: ImportParts,
  lines: LinesByUser,
  known: ReadonlyMap<string, string>,
): Promise<{
  outcomes: LineOutcome[];
  foreseen: LineOutcome[];
  changing: Map<string, { userId: string; lines: readonly PlacedLine[] }>;
  keys: Map<string, DataKey>;
}> {
  const userIds = [...known.values()];
  const keys = await parts.dataKeys.load(userIds);
  const found = await readFound(parts.reader, parts.tenantId, userIds, keys);
  const outcomes: LineOutcome[] = [];
  const foreseen: LineOutcome[] = [];
  const changing = new Map<string, { userId: string; lines: readonly PlacedLine[] }>();
  for (const [externalId, userId] of known) {
    const placed = lines.get(externalId) ?? [];
    const user = found.get(userId);
    const plan = user === undefined ? undefined : planUser(user, placed);
    // One who vanished just now is looked up again once the transaction finds them missing.
    const isChanging = plan === undefined || plan.changes;
    if (isChanging) changing.set(externalId, { userId, lines: placed });
    (isChanging ? foreseen : outcomes).push(...(plan?.outcomes ?? []));
  }
  return { outcomes, foreseen, changing, keys };
}

/** Users as the database has them, with the materials that an import can compare opened. Those without a key are missing. */
export async function readFound(
  client: ClientBase,
  tenantId: string,
  userIds: readonly string[],
  keys: ReadonlyMap<string, DataKey>,
): Promise<Map<string, FoundUser>> {
  const rows = await readImportedUsers(client, tenantId, userIds);
  const found = new Map<string, FoundUser>();
  for (const [userId, row] of rows) {
    const dataKey = keys.get(userId);
    if (dataKey === undefined) continue;
    found.set(userId, {
      ...row,
      factors: row.factors.map((factor) => opened(tenantId, userId, dataKey, factor)),
    });
  }
  return found;
}

function opened(
  tenantId: string,
  userId: string,
  dataKey: DataKey,
  { factorId, kind, material }: ImportedUserRow['factors'][number],
): FoundUser['factors'][number] {
  if (factors.get(kind)?.methods.importMaterial === undefined) return { kind };
  const place = { tenantId, userId, record: factorId, version: MATERIAL_VERSION };
  return { kind, material: JSON.parse(openField(dataKey, material, place).toString('utf8')) as JsonValue };
}

/** For as many rows as the plans have new ones. */
export function freshRows(plans: readonly UserPlan[]): FreshRows {
  const count = (rows: (plan: UserPlan) => number): number =>
    plans.reduce((sum, plan) => sum + rows(plan), 0);
  const factorCount = count((plan) => plan.factors.length);
  const contactCount = count((plan) => plan.contacts.length);
  return {
    factors: neighbouringIds('fac', factorCount),
    contacts: neighbouringIds('con', contactCount),
    seal: sealFor(factorCount + contactCount),
  };
}

export function keyOf(keys: ReadonlyMap<string, DataKey>, userId: string): DataKey {
  const key = keys.get(userId);
  if (key === undefined) throw new RangeError('A user of the batch has no key.');
  return key;
}
