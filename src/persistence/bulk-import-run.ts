import type { ClientBase } from 'pg';

/** How far a run of an import has come; everything counts from the beginning of the file. */
export interface ImportProgress {
  /** Bytes of the file that are done. */
  readonly position: number;
  /** Lines of the file that are done, the header included. */
  readonly lines: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  /** Bytes of the report of refused lines. */
  readonly reportBytes: number;
}

export interface ImportRun extends ImportProgress {
  readonly importId: string;
}

/** Another process carried this run on meanwhile, so this one wrote nothing and must stop. */
export class ImportOvertaken extends Error {
  readonly code = 'import_overtaken';
  override readonly name = 'ImportOvertaken';

  constructor() {
    super('Another process goes on with this import: let it finish.');
  }
}

const columns = ['position', 'lines', 'created', 'changed', 'unchanged', 'refused'] as const;

/** The newest run of a file that did not come to its end. */
export async function findUnfinishedRun(
  client: ClientBase,
  tenantId: string,
  content: Buffer,
): Promise<ImportRun | undefined> {
  const { rows } = await client.query<
    Record<(typeof columns)[number] | 'import_id' | 'report_bytes', string>
  >(
    `SELECT import_id, ${columns.join(', ')}, report_bytes FROM imports
     WHERE tenant_id = $1 AND content = $2 AND finished_at IS NULL ORDER BY started_at DESC LIMIT 1`,
    [tenantId, content],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    importId: row.import_id,
    position: Number(row.position),
    lines: Number(row.lines),
    created: Number(row.created),
    changed: Number(row.changed),
    unchanged: Number(row.unchanged),
    refused: Number(row.refused),
    reportBytes: Number(row.report_bytes),
  };
}

/**
 * Makes a run this connection's own until it lets go of it or ends, so that of two who carry it on one writes its report.
 *
 * @returns false when another connection has it
 */
export async function holdRun(client: ClientBase, importId: string): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held',
    [importId],
  );
  return rows[0]?.held === true;
}

export async function letGoOfRun(client: ClientBase, importId: string): Promise<void> {
  await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [importId]);
}

export async function insertRun(
  client: ClientBase,
  run: { importId: string; tenantId: string; content: Buffer; position: number; lines: number },
): Promise<void> {
  await client.query(
    `INSERT INTO imports (import_id, tenant_id, content, position, lines, started_at, moved_at)
     VALUES ($1, $2, $3, $4, $5, current_instant(), current_instant())`,
    [run.importId, run.tenantId, run.content, run.position, run.lines],
  );
}

/**
 * Notes how far a run has come, in the transaction that took it there.
 *
 * @param from the position that the run was at
 * @throws ImportOvertaken when the run is no longer there: its transaction must not commit
 */
export async function moveRun(
  client: ClientBase,
  importId: string,
  from: number,
  to: ImportProgress,
): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE imports SET position = $3, lines = $4, created = $5, changed = $6, unchanged = $7, refused = $8,
       report_bytes = $9, moved_at = current_instant()
     WHERE import_id = $1 AND position = $2 AND finished_at IS NULL`,
    [importId, from, to.position, to.lines, to.created, to.changed, to.unchanged, to.refused, to.reportBytes],
  );
  if (rowCount !== 1) throw new ImportOvertaken();
}

/** Ends a run with one entry in the tenant's audit trail. Done again, it does nothing. */
export async function finishRun(client: ClientBase, importId: string, actor: string): Promise<void> {
  await client.query(
    `WITH finished AS (
       UPDATE imports SET finished_at = current_instant() WHERE import_id = $1 AND finished_at IS NULL
       RETURNING tenant_id, created, changed, unchanged, refused)
     INSERT INTO audit (tenant_id, at, actor, action, outcome, detail, epoch)
     SELECT f.tenant_id, current_instant(), $2, 'users.import', 'done',
       jsonb_build_object('import', $1::text, 'created', f.created, 'changed', f.changed,
         'unchanged', f.unchanged, 'refused', f.refused), t.epoch
     FROM finished f JOIN tenants t USING (tenant_id)`,
    [importId, actor],
  );
}
