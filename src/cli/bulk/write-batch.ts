import { lockUsers, writeImported } from '../../persistence/bulk-import-repository';
import type { ImportParts } from './import-parts';
import { type LineOutcome, planUser } from './plan-user';
import {
  freshRows,
  keyOf,
  type LinesByUser,
  type PreparedBatch,
  prepareBatch,
  readFound,
} from './prepare-batch';
import { sealPlan } from './seal-plan';

const uniqueViolation = '23505';
const deadlockDetected = '40P01';
/** Each time something has to have happened to the same users at the same moment. */
const mostAttempts = 10;

/** A user of the batch is another than when it was prepared. */
class BatchOutdated extends Error {
  readonly code = 'batch_outdated';
}

/**
 * Writes a batch in one transaction, all of it or nothing. When somebody else makes, changes or erases a user of it at
 * the same moment, it is prepared and written again.
 * @param beforeCommit the last of the transaction; what it throws undoes the batch
 */
export async function writeBatch(
  parts: ImportParts,
  lines: LinesByUser,
  prepared: PreparedBatch,
  beforeCommit: (outcomes: readonly LineOutcome[]) => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await attemptBatch(parts, prepared, beforeCommit);
      return;
    } catch (error) {
      await parts.writer.query('ROLLBACK');
      await parts.dataKeys.discard(prepared.writes.users.map(({ userId }) => userId));
      if (!isCollision(error) || attempt === mostAttempts) throw error;
      prepared = await prepareBatch(parts, lines);
    }
  }
}

async function attemptBatch(
  parts: ImportParts,
  prepared: PreparedBatch,
  beforeCommit: (outcomes: readonly LineOutcome[]) => Promise<void>,
): Promise<void> {
  const { tenantId, actor, writer } = parts;
  await writer.query('BEGIN');
  const outcomes = [...prepared.outcomes, ...(await changeKnown(parts, prepared))];
  await writeImported(writer, { tenantId, actor }, prepared.writes);
  await beforeCommit(outcomes.sort((one, other) => one.line - other.line));
  await writer.query('COMMIT');
}

/** Plans the known users again, now that their rows are held, and adds what changes to the batch. */
async function changeKnown(
  { tenantId, writer }: ImportParts,
  { known, keys, writes }: PreparedBatch,
): Promise<LineOutcome[]> {
  if (known.size === 0) return [];
  const users = [...known.values()];
  const userIds = users.map(({ userId }) => userId);
  await lockUsers(writer, tenantId, userIds);
  const found = await readFound(writer, tenantId, userIds, keys);
  const plans = users.map(({ userId, lines }) => {
    const user = found.get(userId);
    if (user === undefined) throw new BatchOutdated('A user was erased at this moment.');
    return { userId, plan: planUser(user, lines) };
  });
  const fresh = freshRows(plans.map(({ plan }) => plan));
  for (const { userId, plan } of plans) {
    if (!plan.changes) continue;
    const { groups, locale } = plan;
    writes.changes.push({
      userId,
      ...(groups === undefined ? {} : { groups }),
      ...(locale === undefined ? {} : { locale }),
    });
    sealPlan(writes, { tenantId, userId }, plan, keyOf(keys, userId), fresh);
  }
  return plans.flatMap(({ plan }) => plan.outcomes);
}

function isCollision(error: unknown): boolean {
  if (error instanceof BatchOutdated) return true;
  const { code } = error as { code?: unknown };
  return code === uniqueViolation || code === deadlockDetected;
}
