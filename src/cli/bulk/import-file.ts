import {
  findUnfinishedRun,
  finishRun,
  holdRun,
  ImportOvertaken,
  type ImportProgress,
  type ImportRun,
  insertRun,
  letGoOfRun,
  moveRun,
} from '../../persistence/bulk-import-run';
import { randomId } from '../../security/random-id';
import { type Batch, type BatchLimits, batchesOf } from './batches';
import type { ImportParts } from './import-parts';
import type { LineOutcome } from './plan-user';
import { type PreparedBatch, prepareBatch } from './prepare-batch';
import { readAhead } from './read-ahead';
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

/** One that is being written, and one that is ready when it is done, whatever the keys database took for it. */
const mostUnderWay = 2;

/**
 * Imports a file into a tenant, batch after batch: each batch is one transaction, which also notes how far the run has
 * come. While one batch is written, those behind it are prepared, so that neither the databases nor this process wait for
 * the other. Broken off anywhere, it has imported whole batches, and a run with `resume` goes on behind them.
 */
export async function importFile(
  parts: ImportParts,
  file: SourceFile,
  options: ImportOptions,
): Promise<ImportSummary> {
  const run = await beginRun(parts, file, options);
  try {
    return await carryOn(parts, file, options, run);
  } finally {
    // A connection that broke has let go already.
    if (!options.dryRun) await letGoOfRun(parts.writer, run.importId).catch(() => undefined);
  }
}

interface BegunRun {
  readonly importId: string;
  readonly progress: ImportProgress;
}

async function carryOn(
  parts: ImportParts,
  file: SourceFile,
  options: ImportOptions,
  { importId, progress: begun }: BegunRun,
): Promise<ImportSummary> {
  const report = await options.openReport(begun.reportBytes);
  let progress = begun;
  let writing: Promise<void> = Promise.resolve();
  const underWay: { users: Batch['users']; written: Promise<void> }[] = [];
  const waiting = new Set<PreparedBatch>();

  async function write(batch: Batch, prepared: PreparedBatch): Promise<void> {
    waiting.delete(prepared);
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
    for await (const batch of readAhead(batchesOf(file, parts, begun, options.limits))) {
      // Users of a batch that is not written yet are not there for one who looks.
      const last = underWay.findLast(({ users }) => [...batch.users.keys()].some((id) => users.has(id)));
      await last?.written;
      const prepared = await prepareBatch(parts, batch.users, options.dryRun);
      waiting.add(prepared);
      writing = writing.then(() => write(batch, prepared));
      writing.catch(() => undefined);
      underWay.push({ users: batch.users, written: writing });
      if (underWay.length > mostUnderWay) await underWay.shift()?.written;
    }
    await writing;
    if (!options.dryRun) await finishRun(parts.writer, importId, parts.actor);
  } finally {
    await writing.catch(() => undefined);
    // A batch before them failed, so that their users will not be written.
    for (const { writes } of waiting) await parts.dataKeys.discard(writes.users.map(({ userId }) => userId));
    await report.close();
  }
  return { ...progress, resumedAfter: begun.lines === file.begin.lines ? 0 : begun.lines };
}

async function beginRun(
  { writer, tenantId }: ImportParts,
  { content, begin }: SourceFile,
  { resume, dryRun }: ImportOptions,
): Promise<BegunRun> {
  const unfinished = resume && !dryRun ? await holdUnfinishedRun(writer, tenantId, content) : undefined;
  if (unfinished !== undefined) return { importId: unfinished.importId, progress: unfinished };
  const none = { created: 0, changed: 0, unchanged: 0, refused: 0, reportBytes: 0 };
  const importId = randomId('imp');
  const progress = { ...begin, ...none };
  if (!dryRun) {
    await holdRun(writer, importId);
    await insertRun(writer, { importId, tenantId, content, ...begin });
  }
  return { importId, progress };
}

/**
 * The newest run of the file that broke off behind its beginning, this connection's own from now on.
 * @throws ImportOvertaken when another process goes on with it
 */
async function holdUnfinishedRun(
  writer: ImportParts['writer'],
  tenantId: string,
  content: Buffer,
): Promise<ImportRun | undefined> {
  for (;;) {
    const found = await findUnfinishedRun(writer, tenantId, content);
    if (found === undefined || found.position === 0) return undefined;
    if (!(await holdRun(writer, found.importId))) throw new ImportOvertaken();
    // Whoever had it may have come further, or to the end, before letting go.
    const held = await findUnfinishedRun(writer, tenantId, content);
    if (held?.importId === found.importId) return held;
    await letGoOfRun(writer, found.importId);
  }
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
