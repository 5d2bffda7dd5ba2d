import type { PoolClient } from 'pg';
import { MfaError } from '../domain/errors';
import { eventLiteral } from './event-literal';
import { raiseEpoch } from './epoch-repository';

/** An event that another system sends, found to be as its type says. */
export interface IncomingEvent {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  /** The internal id; null for an event about none. */
  readonly userId: string | null;
  /** ISO 8601. */
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Whether it takes back everything that was issued to its user before. */
  readonly revokes: boolean;
}

export interface AcceptedEvent {
  readonly eventId: string;
  readonly duplicate: boolean;
}

/** For whom, under which command, and by which API key or transmitter events are taken. */
export interface Intake {
  readonly tenantId: string;
  readonly id: string;
  readonly actor: string;
}

/**
 * The users of a tenant, held until the end of the transaction against an erasure: what is written of them in it is
 * there to be erased afterwards.
 *
 * @returns internal ids by those of the tenant; who is unknown or erased is not in it
 */
export async function holdSubjects(
  client: PoolClient,
  tenantId: string,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ external_id: string; user_id: string }>(
    `SELECT external_id, user_id FROM users WHERE tenant_id = $1 AND external_id = ANY ($2) AND NOT erased
     ORDER BY user_id FOR KEY SHARE`,
    [tenantId, externalIds],
  );
  return new Map(rows.map((row) => [row.external_id, row.user_id]));
}

/**
 * Takes events inside the caller's transaction, all or none: each is one row however often and by however many at once
 * it is sent. What a type says of revocation is done with the first delivery, and with no other.
 *
 * @returns in the order of `events`
 * @throws MfaError `conflict` for an event that was sent before under its source and id and says something else now
 */
export async function acceptEvents(
  client: PoolClient,
  intake: Intake,
  events: readonly IncomingEvent[],
): Promise<AcceptedEvent[]> {
  const accepted: AcceptedEvent[] = [];
  // Batches that share events take them in one order, so that neither waits for the other.
  for (const [index, event] of [...events.entries()].sort(([, one], [, other]) => byKey(one, other))) {
    accepted[index] = await acceptOne(client, intake, event);
  }
  const fresh = events.flatMap((event, index) => {
    const { eventId = '', duplicate = true } = accepted[index] ?? {};
    return duplicate ? [] : [{ ...event, eventId }];
  });
  for (const event of firstOfEachUser(fresh)) await revoke(client, intake, event);
  await audit(
    client,
    intake,
    fresh.map(({ eventId, type, userId }) => ({
      userId,
      action: 'event.accept',
      detail: { eventId: publicEventId(eventId), type },
    })),
  );
  return accepted;
}

/** What callers know an event by. */
export function publicEventId(eventId: string): string {
  return `evt_${eventId}`;
}

function byKey(one: IncomingEvent, other: IncomingEvent): number {
  const [left, right] = [JSON.stringify([one.source, one.id]), JSON.stringify([other.source, other.id])];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The events that take everything back, one a user: a second raise in one transaction would say nothing more. */
function firstOfEachUser<Event extends IncomingEvent>(
  events: readonly Event[],
): (Event & { userId: string })[] {
  const users = new Set<string>();
  return events.flatMap((event) => {
    const { userId } = event;
    if (!event.revokes || userId === null || users.has(userId)) return [];
    users.add(userId);
    return [{ ...event, userId }];
  });
}

async function acceptOne(
  client: PoolClient,
  { tenantId, id: commandId }: Intake,
  event: IncomingEvent,
): Promise<AcceptedEvent> {
  const data = JSON.stringify(event.data);
  const { rows: inserted } = await client.query<{ event_id: string }>(
    `INSERT INTO outbox (tenant_id, user_id, type, type_version, data, at, epoch, command_id,
       external_source, external_id, occurred_at)
     SELECT $1, $2, $3, $4, $5::jsonb, current_instant(), epoch, $6, $7, $8, $9 FROM tenants WHERE tenant_id = $1
     ON CONFLICT (tenant_id, external_source, external_id) WHERE external_id IS NOT NULL DO NOTHING
     RETURNING event_id`,
    [tenantId, event.userId, event.type, event.version, data, commandId, event.source, event.id, event.time],
  );
  const [mine] = inserted;
  if (mine !== undefined) return { eventId: mine.event_id, duplicate: false };
  const { rows: stored } = await client.query<{ event_id: string; same: boolean }>(
    `SELECT event_id, type = $4 AND user_id IS NOT DISTINCT FROM $5 AND data = $6::jsonb AS same FROM outbox
     WHERE tenant_id = $1 AND external_source = $2 AND external_id = $3`,
    [tenantId, event.source, event.id, event.type, event.userId, data],
  );
  const [theirs] = stored;
  // Forgotten between the two statements: the next attempt finds its place free.
  if (theirs === undefined) throw new MfaError('unavailable');
  if (!theirs.same) {
    throw new MfaError('conflict', {
      detail: 'An event of this source and id was sent before, with another type, subject or data.',
    });
  }
  return { eventId: theirs.event_id, duplicate: true };
}

async function revoke(
  client: PoolClient,
  intake: Intake,
  event: IncomingEvent & { userId: string; eventId: string },
): Promise<void> {
  const { tenantId, id: commandId } = intake;
  const { userId } = event;
  const { value } = await raiseEpoch(client, {
    tenantId,
    scope: 'user',
    subject: userId,
    reason: `event ${event.type}`,
  });
  const said = { scope: 'user', subject: userId, value };
  await client.query(
    `INSERT INTO outbox (tenant_id, user_id, type, data, at, epoch, command_id)
     VALUES ($1, $2, ${eventLiteral('epoch.raised')}, $3::jsonb, current_instant(), $4, $5)`,
    [tenantId, userId, JSON.stringify(said), value, commandId],
  );
  const detail = { ...said, reason: `event ${event.type}`, eventId: publicEventId(event.eventId) };
  await audit(client, intake, [{ userId, action: 'epoch.raise', detail }]);
}

async function audit(
  client: PoolClient,
  { tenantId, id: commandId, actor }: Intake,
  entries: readonly { userId: string | null; action: string; detail: object }[],
): Promise<void> {
  await client.query(
    `INSERT INTO audit (tenant_id, user_id, at, actor, action, outcome, detail, epoch, command_id)
     SELECT $1, e."userId", current_instant(), $2, e.action, 'done', e.detail, t.epoch, $3
     FROM jsonb_to_recordset($4::jsonb) AS e ("userId" text, action text, detail jsonb), tenants t
     WHERE t.tenant_id = $1`,
    [tenantId, actor, commandId, JSON.stringify(entries)],
  );
}
