import { z } from 'zod';
import { eventTypes } from '../../domain/events/catalogue';
import { MfaError } from '../../domain/errors';
import { pointerTo } from '../../domain/json';
import { writeOnce } from '../../persistence/direct-write';
import {
  acceptEvents,
  holdSubjects,
  type IncomingEvent,
  publicEventId,
} from '../../persistence/event-intake';
import { type EventRow, listEvents } from '../../persistence/event-list-repository';
import { issuersAmong } from '../../persistence/event-transmitter-repository';
import { listOwnTypes } from '../../persistence/event-type-repository';
import { findUserId } from '../../persistence/user-repository';
import { InvalidRequest } from '../invalid-request';
import { eventFaults, type KnownType, type SentEvent } from '../known-event';
import { cursorField, pageOf, pageView, readCursor } from '../paging';
import type { ApiParts } from '../parts';
import { route } from '../route';
import {
  acceptedView,
  cloudEventExample,
  eventExample,
  eventsInput,
  eventTypeField,
  eventView,
} from '../schemas/events';
import { instantField, limitField, userIdField } from '../schemas/fields';

const MAX_FAULTS = 20;

const send = route({
  method: 'post',
  path: '/v1/events',
  operationId: 'sendEvents',
  tag: 'Events',
  summary: 'Say what happened elsewhere',
  description:
    'CloudEvents 1.0 over HTTP: one event (`application/cloudevents+json`), a batch of up to 100 (`application/cloudevents-batch+json`) that is taken whole or not at all, or binary mode. The same `source` and `id` sent again is the same event. An event whose type means revocation takes back everything issued to its user before, from this answer on. See docs/events.md.',
  scopes: ['events'],
  writes: true,
  bodySize: 'import',
  takesCloudEvents: true,
  params: z.strictObject({}),
  body: eventsInput,
  bodyExample: cloudEventExample,
  responses: {
    202: {
      description: 'Taken.',
      schema: acceptedView,
      example: { events: [{ id: 'evt_4711', duplicate: false }] },
    },
  },
  errors: ['conflict'],
  async handle({ parts, caller, command, body, now }) {
    const { tenantId } = caller;
    const isBatch = Array.isArray(body);
    const events = isBatch ? body : [body];
    const pointerOf = (index: number): string => (isBatch ? pointerTo('', index) : '');
    const types = await typesOf(parts, tenantId, events);
    const { issuer, outboxDays: keptDays } = parts.config;
    const sources = [...new Set(events.map(({ source }) => source))];
    const signing = await issuersAmong(parts.pool, tenantId, sources);
    const bounds = { now, keptDays, reservedSources: new Set([issuer, ...signing]) };
    const faults = events.flatMap((event, index) =>
      eventFaults(event, types.get(event.type), bounds, pointerOf(index)),
    );
    if (faults.length > 0) throw new InvalidRequest(faults.slice(0, MAX_FAULTS));
    const { result } = await writeOnce(parts.pool, command, async (client) => {
      const named = events.flatMap(({ subject }) => subject ?? []);
      const users = await holdSubjects(client, tenantId, named);
      const strangers = events.flatMap(({ subject }, index) =>
        subject === undefined || users.has(subject)
          ? []
          : [{ pointer: pointerTo(pointerOf(index), 'subject'), detail: 'names nobody who is known here' }],
      );
      if (strangers.length > 0) throw new InvalidRequest(strangers.slice(0, MAX_FAULTS));
      const incoming = events.map((event) => incomingOf(event, types, users));
      const accepted = await acceptEvents(client, command, incoming);
      const shown = accepted.map(({ eventId, duplicate }) => ({ id: publicEventId(eventId), duplicate }));
      return { result: { events: shown }, audit: [], events: [] };
    });
    return { status: 202, body: result };
  },
});

/** The types that the events name, of the catalogue and the tenant's own. */
async function typesOf(
  { pool }: ApiParts,
  tenantId: string,
  events: readonly SentEvent[],
): Promise<ReadonlyMap<string, KnownType>> {
  const names = [...new Set(events.map(({ type }) => type))];
  const catalogued = names.flatMap((name) => eventTypes.get(name) ?? []);
  const others = names.filter((name) => !eventTypes.has(name));
  const own = others.length === 0 ? [] : await listOwnTypes(pool, tenantId, others);
  const known: KnownType[] = [...catalogued, ...own.map((type) => ({ ...type, origin: 'outside' as const }))];
  return new Map(known.map((type) => [type.type, type]));
}

function incomingOf(
  { source, id, type, subject, time, data = {} }: SentEvent,
  types: ReadonlyMap<string, KnownType>,
  users: ReadonlyMap<string, string>,
): IncomingEvent {
  const known = types.get(type);
  return {
    source,
    id,
    type,
    version: known?.version ?? 1,
    userId: subject === undefined ? null : (users.get(subject) ?? null),
    time: new Date(time).toISOString(),
    data,
    revokes: known?.meaning === 'revocation',
  };
}

const placeText = z.string().regex(/^[1-9]\d{0,17}$/);

const list = route({
  method: 'get',
  path: '/v1/events',
  operationId: 'listEvents',
  tag: 'Events',
  summary: 'List what happened',
  description:
    'What mfaflow announced and what other systems sent, newest first, page by page: pass `next` as `cursor` until there is none.',
  scopes: ['audit'],
  writes: false,
  params: z.strictObject({}),
  query: z.strictObject({
    type: eventTypeField.optional(),
    userId: userIdField.optional(),
    after: instantField.optional(),
    before: instantField.optional(),
    cursor: cursorField.optional(),
    limit: limitField,
  }),
  responses: {
    200: {
      description: 'A page.',
      schema: pageView('events', eventView, 'EventPage'),
      example: { events: [eventExample], next: null },
    },
  },
  errors: ['not_found'],
  async handle({ parts, caller, query }) {
    const { pool, config } = parts;
    const { tenantId } = caller;
    const place = query.cursor === undefined ? undefined : readCursor(query.cursor, placeText);
    const userId = query.userId === undefined ? undefined : await findUserId(pool, tenantId, query.userId);
    if (query.userId !== undefined && userId === undefined) throw new MfaError('not_found');
    const { type, after, before, limit } = query;
    const rows = await listEvents(pool, tenantId, { type, userId, after, before }, place, limit + 1);
    const body = pageOf(
      'events',
      rows,
      limit,
      ({ event_id }) => event_id,
      (row) => shown(row, config.issuer),
    );
    return { status: 200, body };
  },
});

function shown(row: EventRow, issuer: string): z.output<typeof eventView> {
  return {
    id: publicEventId(row.event_id),
    type: row.type,
    version: row.type_version ?? eventTypes.get(row.type)?.version ?? 1,
    ...(row.external_id === null ? {} : { subject: row.external_id }),
    source: row.external_source ?? issuer,
    time: row.time.toISOString(),
    data: row.data,
    outside: row.external_source !== null,
  };
}

export const eventRoutes = [send, list];
