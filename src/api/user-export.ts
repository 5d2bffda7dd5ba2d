import type { JsonValue } from '../domain/json';
import * as exported from '../persistence/export-repository';
import { listContacts } from '../persistence/contact-repository';
import { openAddress } from '../security/contact-address';
import type { ApiParts } from './parts';
import { NOT_INCLUDED, type UserExport } from './schemas/user-export';

/** An export under way: what it reads from, and how it opens what is sealed. */
export interface ExportSource {
  readonly parts: Pick<ApiParts, 'pool' | 'dataKeys'>;
  readonly of: exported.ExportSubject;
  /** Opens what is sealed as a part of an authentication; undefined where the caller may not see it. */
  readonly open: (record: unknown, sealed: Buffer | null) => Promise<JsonValue | undefined>;
  /** Nothing sealed is left out. */
  readonly complete: boolean;
  /** Seconds since the epoch, by the clock that decides. */
  readonly now: number;
}

type Lists = 'factors' | 'sessions' | 'authentications' | 'deliveries' | 'epochs' | 'events' | 'timeline';

type Entry<List extends Lists> = UserExport[List][number];

/**
 * Everything about a user as one JSON document, in pieces: what is long is read and opened page by page, so that an export
 * of any size takes the memory of one page.
 */
export async function* userExport(
  source: ExportSource,
  row: exported.ExportedUserRow,
): AsyncGenerator<string> {
  const { parts, of } = source;
  const { pool } = parts;
  const head: Omit<UserExport, Lists> = {
    format: 'mfaflow-user-export/1',
    exportedAt: isoOf(new Date(source.now * 1_000)),
    complete: source.complete,
    notIncluded: NOT_INCLUDED,
    user: userOf(of, row),
    contacts: await contactsOf(source),
  };
  yield JSON.stringify(head).slice(0, -1);
  yield* list('factors', exported.exportedFactors(pool, of), factorOf);
  yield* list('sessions', exported.exportedSessions(pool, of), (session) => sessionOf(source, session));
  yield* list('authentications', exported.exportedAuthentications(pool, of), (one) =>
    authenticationOf(source, one),
  );
  yield* list('deliveries', exported.exportedDeliveries(pool, of), (row) => deliveryOf(source, row));
  yield* list('epochs', exported.exportedEpochs(pool, of), epochOf);
  yield* list('events', exported.exportedEvents(pool, of), eventOf);
  yield* list('timeline', exported.exportedTimeline(pool, of), (entry) => entryOf(source, entry));
  yield '}';
}

async function* list<Row>(
  name: string,
  rows: AsyncIterable<Row>,
  view: (row: Row) => object | Promise<object>,
): AsyncGenerator<string> {
  yield `,${JSON.stringify(name)}:[`;
  let isFirst = true;
  for await (const row of rows) {
    yield (isFirst ? '' : ',') + JSON.stringify(await view(row));
    isFirst = false;
  }
  yield ']';
}

const isoOf = (at: Date): string => at.toISOString();

/** Members that are there, under the names that they have outside. */
function present(members: Record<string, unknown>): Record<string, never> {
  const there = Object.entries(members).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(there) as Record<string, never>;
}

function userOf(of: exported.ExportSubject, row: exported.ExportedUserRow): UserExport['user'] {
  return {
    id: row.external_id,
    internalId: of.userId,
    groups: row.groups,
    preferredOrder: row.preferred_order,
    failures: row.failures,
    lockedByOperator: row.operator_only,
    createdAt: isoOf(row.created_at),
    ...present({
      locale: row.locale,
      defaultFactor: row.default_factor,
      waitUntil: row.wait_until,
      lockedUntil: row.locked_until,
      lockReason: row.lock_reason,
      lastCommandAt: row.last_command_at,
    }),
  };
}

async function contactsOf({ parts, of }: ExportSource): Promise<UserExport['contacts']> {
  const contacts = await listContacts(parts.pool, of.tenantId, of.userId);
  const dataKey = await parts.dataKeys.forScope(of);
  return contacts.map((row) => ({
    id: row.contact_id,
    kind: row.kind,
    address: openAddress(dataKey, { ...of, contactId: row.contact_id }, row.address),
    createdAt: isoOf(row.created_at),
    ...present({ verifiedAt: row.verified_at }),
  }));
}

function factorOf(row: exported.ExportedFactorRow): Entry<'factors'> {
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    createdAt: isoOf(row.created_at),
    ...present({
      name: row.name,
      replaces: row.replaces,
      confirmBy: row.pending_until,
      confirmedAt: row.confirmed_at,
      lastUsedAt: row.last_used_at,
    }),
  };
}

function viewProof({ factorId, kind, at }: exported.ExportedProof) {
  return { factorId, kind, at: isoOf(new Date(at * 1_000)) };
}

async function sessionOf(source: ExportSource, row: exported.ExportedSessionRow): Promise<Entry<'sessions'>> {
  return {
    id: row.id,
    authenticationId: row.authentication_id,
    acr: row.acr,
    amr: row.amr,
    proofs: row.proofs.map(viewProof),
    authTime: isoOf(row.auth_time),
    issuedAt: isoOf(row.issued_at),
    expiresAt: isoOf(row.expires_at),
    absoluteUntil: isoOf(row.absolute_until),
    ...present({
      refreshedAt: row.rotated_at,
      revokedAt: row.revoked_at,
      revokedReason: row.revoked_reason,
      context: await source.open(row.authentication_id, row.context),
    }),
  };
}

async function authenticationOf(
  source: ExportSource,
  row: exported.ExportedAuthenticationRow,
): Promise<Entry<'authentications'>> {
  return {
    id: row.id,
    purpose: row.purpose,
    status: row.status,
    proofs: row.proofs.map(viewProof),
    request: row.request,
    createdAt: isoOf(row.created_at),
    expiresAt: isoOf(row.expires_at),
    ...present({
      reason: row.reason,
      sessionId: row.session_id,
      endedAt: row.ended_at,
      context: await source.open(row.id, row.context),
    }),
  };
}

async function deliveryOf(
  source: ExportSource,
  row: exported.ExportedDeliveryRow,
): Promise<Entry<'deliveries'>> {
  return {
    id: row.id,
    purpose: row.purpose,
    template: row.template,
    status: row.status,
    createdAt: isoOf(row.created_at),
    ...present({
      channel: row.channel,
      address: await source.open(`${row.id}/address`, row.address),
      country: row.country,
      reason: row.reason,
      endedAt: row.ended_at,
      codeUsedAt: row.converted_at,
    }),
  };
}

function epochOf(row: exported.ExportedEpochRow): Entry<'epochs'> {
  return { raisedAt: isoOf(row.raised_at), reason: row.reason };
}

function eventOf(row: exported.ExportedEventRow): Entry<'events'> {
  return {
    at: isoOf(row.at),
    type: row.type,
    data: row.data,
    ...(row.external_source === null ? {} : { source: row.external_source }),
    ...(row.occurred_at === null ? {} : { occurredAt: isoOf(row.occurred_at) }),
  };
}

async function entryOf(source: ExportSource, row: exported.ExportedEntryRow): Promise<Entry<'timeline'>> {
  return {
    at: isoOf(row.at),
    action: row.action,
    outcome: row.outcome,
    actor: row.actor,
    detail: row.detail,
    ...present({ personal: await source.open(row.detail['authenticationId'], row.personal) }),
  };
}
