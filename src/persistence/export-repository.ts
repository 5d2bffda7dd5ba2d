import type { Pool } from 'pg';

/** Whom an export is about. */
export interface ExportSubject {
  readonly tenantId: string;
  readonly userId: string;
}

export interface ExportedUserRow {
  readonly external_id: string;
  readonly groups: string[];
  readonly failures: number;
  readonly wait_until: Date | null;
  readonly locked_until: Date | null;
  readonly operator_only: boolean;
  readonly lock_reason: string | null;
  readonly locale: string | null;
  readonly default_factor: string | null;
  readonly preferred_order: string[];
  readonly created_at: Date;
  readonly last_command_at: Date | null;
}

/** The columns of a user that are about the user, as they stand. */
export async function readExportedUser(pool: Pool, of: ExportSubject): Promise<ExportedUserRow | undefined> {
  const { rows } = await pool.query<ExportedUserRow>(
    `SELECT external_id, groups, failures, wait_until, locked_until, operator_only, lock_reason, locale, default_factor,
       preferred_order, created_at, last_command_at
     FROM users WHERE tenant_id = $1 AND user_id = $2 AND NOT erased`,
    [of.tenantId, of.userId],
  );
  return rows[0];
}

interface Placed {
  /** Where the row stands in the order, exactly as Postgres has it. */
  readonly place: string;
  readonly id: string;
}

export interface ExportedFactorRow extends Placed {
  readonly kind: string;
  readonly name: string | null;
  readonly status: string;
  readonly replaces: string | null;
  readonly created_at: Date;
  readonly pending_until: Date | null;
  readonly confirmed_at: Date | null;
  readonly last_used_at: Date | null;
}

/** `at`: seconds since the epoch. */
export interface ExportedProof {
  readonly kind: string;
  readonly factorId: string;
  readonly at: number;
}

export interface ExportedSessionRow extends Placed {
  readonly authentication_id: string;
  readonly acr: string;
  readonly amr: string[];
  readonly proofs: ExportedProof[];
  readonly auth_time: Date;
  readonly issued_at: Date;
  readonly rotated_at: Date | null;
  readonly expires_at: Date;
  readonly absolute_until: Date;
  readonly revoked_at: Date | null;
  readonly revoked_reason: string | null;
  /** Sealed under the user's key as a part of the authentication. */
  readonly context: Buffer | null;
}

export interface ExportedAuthenticationRow extends Placed {
  readonly purpose: string;
  readonly status: string;
  readonly reason: string | null;
  readonly proofs: ExportedProof[];
  readonly request: Record<string, unknown>;
  readonly session_id: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly ended_at: Date | null;
  /** Sealed under the user's key. */
  readonly context: Buffer | null;
}

export interface ExportedDeliveryRow extends Placed {
  readonly purpose: string;
  readonly template: string;
  readonly channel: string | null;
  /** Sealed under the user's key as a part of the delivery. */
  readonly address: Buffer | null;
  readonly country: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly converted_at: Date | null;
}

export interface ExportedEpochRow extends Placed {
  readonly raised_at: Date;
  readonly reason: string;
}

export interface ExportedEventRow extends Placed {
  readonly type: string;
  readonly at: Date;
  readonly data: Record<string, unknown>;
  /** Null where mfaflow itself said it. */
  readonly external_source: string | null;
  readonly occurred_at: Date | null;
}

export interface ExportedEntryRow extends Placed {
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
  readonly detail: Record<string, unknown>;
  /** Sealed under the user's key as a part of the authentication that the entry is about. */
  readonly personal: Buffer | null;
}

/** Rows a page: an export holds one page in memory and no connection between two. */
const PAGE = 500;

/** $1 tenant, $2 user, $3 place and $4 id of the row before the page. */
const byTime = (table: string, columns: string, id: string, at: string): string => `
  SELECT ${id} AS id, ${at}::text AS place, ${columns} FROM ${table}
  WHERE tenant_id = $1 AND user_id = $2 AND ($3::timestamptz IS NULL OR (${at}, ${id}) > ($3, $4::text))
  ORDER BY ${at}, ${id} LIMIT ${PAGE}`;

const bySequence = (table: string, columns: string, id: string): string => `
  SELECT ${id}::text AS id, ${id}::text AS place, ${columns} FROM ${table}
  WHERE tenant_id = $1 AND user_id = $2 AND ($3::bigint IS NULL OR ${id} > $3) AND ($4::text IS NULL OR true)
  ORDER BY ${id} LIMIT ${PAGE}`;

const FACTORS = byTime(
  'factors',
  'kind, name, status, replaces, created_at, pending_until, confirmed_at, last_used_at',
  'factor_id',
  'created_at',
);
const SESSIONS = byTime(
  'sessions',
  'authentication_id, acr, amr, proofs, auth_time, issued_at, rotated_at, expires_at, absolute_until, revoked_at, revoked_reason, context',
  'session_id',
  'issued_at',
);
const AUTHENTICATIONS = byTime(
  'authentications',
  'purpose, status, reason, proofs, request, session_id, created_at, expires_at, ended_at, context',
  'authentication_id',
  'created_at',
);
const DELIVERIES = byTime(
  'deliveries',
  'purpose, template, channel, address, country, status, reason, created_at, ended_at, converted_at',
  'delivery_id',
  'created_at',
);
const EPOCHS = `
  SELECT value::text AS id, value::text AS place, raised_at, reason FROM epochs
  WHERE tenant_id = $1 AND scope = 'user' AND subject = $2 AND ($3::bigint IS NULL OR value > $3)
    AND ($4::text IS NULL OR true)
  ORDER BY value LIMIT ${PAGE}`;
const EVENTS = bySequence('outbox', 'type, at, data, external_source, occurred_at', 'event_id');
const TIMELINE = bySequence('audit', 'at, actor, action, outcome, detail, personal', 'sequence');

/** Every row of a user, the oldest first, read page by page as they are asked for. */
async function* everyRow<Row extends Placed>(
  pool: Pool,
  statement: string,
  of: ExportSubject,
): AsyncGenerator<Row> {
  let last: Placed | undefined;
  for (;;) {
    const { rows } = await pool.query<Row>(statement, [
      of.tenantId,
      of.userId,
      last?.place ?? null,
      last?.id ?? null,
    ]);
    yield* rows;
    last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
  }
}

export const exportedFactors = (pool: Pool, of: ExportSubject) =>
  everyRow<ExportedFactorRow>(pool, FACTORS, of);
export const exportedSessions = (pool: Pool, of: ExportSubject) =>
  everyRow<ExportedSessionRow>(pool, SESSIONS, of);
export const exportedAuthentications = (pool: Pool, of: ExportSubject) =>
  everyRow<ExportedAuthenticationRow>(pool, AUTHENTICATIONS, of);
export const exportedDeliveries = (pool: Pool, of: ExportSubject) =>
  everyRow<ExportedDeliveryRow>(pool, DELIVERIES, of);
export const exportedEpochs = (pool: Pool, of: ExportSubject) => everyRow<ExportedEpochRow>(pool, EPOCHS, of);
export const exportedEvents = (pool: Pool, of: ExportSubject) => everyRow<ExportedEventRow>(pool, EVENTS, of);
export const exportedTimeline = (pool: Pool, of: ExportSubject) =>
  everyRow<ExportedEntryRow>(pool, TIMELINE, of);
