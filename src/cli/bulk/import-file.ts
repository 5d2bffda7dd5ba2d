import {
  findUnfinishedRun,
  finishRun,
  type ImportProgress,
  insertRun,
  moveRun,
} from '../../persistence/bulk-import-run';
import { randomId } from '../../security/random-id';
import { type Batch, type BatchLimits, batchesOf } from './batches';
import type { ImportParts } from './import-parts';
import type { LineOutcome } from './plan-user';
import { type PreparedBatch, prepareBatch } from './prepare-batch';
import type { RefusalReport } from './refusal-report';
import type { SourceFile } from './source-file';
import { writeBatch } from './write-batch';

export interface ImportOptions {
  /** Carries on the newest run of the same file that broke off. */
  readonly resume: boolean;
  /** Reads and plans, writes nothing to a database. */
  readonly dryRun: boolean;
  /** Called once it is known where the import begins. */
  openReport(from: number): Promise<RefusalReport>;
  onProgress(done: number, total: number): void;
  readonly limits?: BatchLimits;
}

export interface ImportSummary extends ImportProgress {
  /** Lines that were done by an earlier run. */
  readonly resumedAfter: number;
}

/**
 * Imports a file into a tenant, batch after batch: each batch is one transaction, which also notes how far the run has
 * come. While one batch is written, the next is prepared. Broken off anywhere, it has imported whole batches, and a run
 * with `resume` goes on behind them.
 */
export async function importFile(
  parts: ImportParts,
  file: SourceFile,
  options: ImportOptions,
): Promise<ImportSummary> {
  const { progress: begun, importId } = await beginRun(parts, file, options);
  const report = await options.openReport(begun.reportBytes);
  let progress = begun;
  let writing: Promise<void> = Promise.resolve();
  let inFlight: ReadonlySet<string> = new Set();

  async function write(batch: Batch, prepared: PreparedBatch): Promise<void> {
    const beforeCommit = async (outcomes: readonly LineOutcome[]): Promise<void> => {
      const all = [...batch.refusals, ...outcomes].sort((one, other) => one.line - other.line);
      next = countUp(progress, batch, all, await report.write(all));
      if (!options.dryRun) await moveRun(parts.writer, importId, progress.position, next);
    };
    let next = progress;
    if (options.dryRun) await beforeCommit([...prepared.outcomes, ...prepared.foreseen]);
    else await writeBatch(parts, batch.users, prepared, beforeCommit);
    progress = next;
    report.keep(next.reportBytes);
    options.onProgress(progress.position, file.bytes);
  }

  try {
    for await (const batch of batchesOf(file, parts, begun, options.limits)) {
      // Users of the batch that is being written are not there yet for one who looks.
      if ([...batch.users.keys()].some((id) => inFlight.has(id))) await writing;
      const prepared = await prepareBatch(parts, batch.users, options.dryRun);
      await writing.catch((error: unknown) => giveUp(parts, prepared, error));
      writing = write(batch, prepared);
      writing.catch(() => undefined);
      inFlight = new Set(batch.users.keys());
    }
    await writing;
    if (!options.dryRun) await finishRun(parts.writer, importId, parts.actor);
  } finally {
    await writing.catch(() => undefined);
    await report.close();
  }
  return { ...progress, resumedAfter: begun.lines === file.begin.lines ? 0 : begun.lines };
}

/** The batch before it failed, so that the users of this one will not be written. */
async function giveUp({ dataKeys }: ImportParts, { writes }: PreparedBatch, error: unknown): Promise<never> {
  await dataKeys.discard(writes.users.map(({ userId }) => userId));
  throw error;
}

async function beginRun(
  { writer, tenantId }: ImportParts,
  { content, begin }: SourceFile,
  { resume, dryRun }: ImportOptions,
): Promise<{ importId: string; progress: ImportProgress }> {
  const unfinished = resume && !dryRun ? await findUnfinishedRun(writer, tenantId, content) : undefined;
  if (unfinished !== undefined && unfinished.position > 0)
    return { importId: unfinished.importId, progress: unfinished };
  const none = { created: 0, changed: 0, unchanged: 0, refused: 0, reportBytes: 0 };
  const importId = randomId('imp');
  const progress = { ...begin, ...none };
  if (!dryRun) await insertRun(writer, { importId, tenantId, content, ...begin });
  return { importId, progress };
}

function countUp(
  before: ImportProgress,
  { end }: Batch,
  outcomes: readonly LineOutcome[],
  reportBytes: number,
): ImportProgress {
  const count = (result: LineOutcome['result']): number =>
    outcomes.filter((outcome) => outcome.result === result).length;
  return {
    ...end,
    created: before.created + count('created'),
    changed: before.changed + count('changed'),
    unchanged: before.unchanged + count('unchanged'),
    refused: before.refused + count('refused'),
    reportBytes,
  };
}
