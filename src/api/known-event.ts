import type { z } from 'zod';
import { CloudEvent, type CloudEventV1 } from 'cloudevents';
import type { EventType } from '../domain/events/event-type';
import { pointerTo } from '../domain/json';
import { schemaFaults } from '../domain/json-schema';
import type { RequestFault } from './invalid-request';
import type { cloudEventInput } from './schemas/events';

export type SentEvent = z.output<typeof cloudEventInput>;

/** What a type has to say for an event of it to be taken. */
export type KnownType = Pick<EventType, 'type' | 'version' | 'subject' | 'origin' | 'meaning' | 'schema'>;

export interface EventBounds {
  /** Seconds since the epoch. */
  readonly now: number;
  /** How long events are kept. */
  readonly keptDays: number;
  /** Sources that nobody can be by a bearer key alone: mfaflow itself, and whoever signs what it says. */
  readonly reservedSources: ReadonlySet<string>;
}

/** Seconds by which the clock of a sender may be ahead. */
const MAX_AHEAD = 300;
const DAY = 86_400;
/** Bytes. */
const MAX_DATA = 16 * 1024;

/** What keeps an event from being taken, save that nobody may be its subject; pointers start at `pointer`. */
export function eventFaults(
  event: SentEvent,
  type: KnownType | undefined,
  bounds: EventBounds,
  pointer: string,
): RequestFault[] {
  const at = (name: string, detail: string): RequestFault => ({ pointer: pointerTo(pointer, name), detail });
  const faults = [
    ...formatFaults(event, pointer),
    ...timeFaults(event.time, bounds).map((detail) => at('time', detail)),
  ];
  if (bounds.reservedSources.has(event.source))
    faults.push(at('source', 'is this service itself, or a transmitter whose events are signed'));
  if (type === undefined) return [...faults, at('type', 'is no type of event that is known here')];
  if (type.origin === 'inside') return [...faults, at('type', 'is said by mfaflow alone')];
  if (type.subject === 'user' && event.subject === undefined)
    faults.push(at('subject', 'is required: an event of this type names a user'));
  if (type.subject === 'tenant' && event.subject !== undefined)
    faults.push(at('subject', 'is not allowed: an event of this type names no user'));
  const data = event.data ?? {};
  if (Buffer.byteLength(JSON.stringify(data)) > MAX_DATA) return [...faults, at('data', 'is too large')];
  return [...faults, ...schemaFaults(type.schema, data, pointerTo(pointer, 'data'))];
}

/**
 * An event is forgotten when it has been kept long enough, and could then be taken anew. One of which that might be so
 * is stale: the margin is the time by which its sender's clock may have been ahead.
 */
function timeFaults(time: string, { now, keptDays }: EventBounds): string[] {
  const seconds = Date.parse(time) / 1000;
  if (!Number.isFinite(seconds)) return ['must be a valid datetime'];
  if (seconds > now + MAX_AHEAD) return ['is more than five minutes ahead'];
  if (seconds < now - keptDays * DAY + MAX_AHEAD) return ['is longer ago than events are kept'];
  return [];
}

/** What the specification does not allow, by the package of its authors; what is said of it is ours. */
function formatFaults(event: SentEvent, pointer: string): RequestFault[] {
  if (event['data_base64'] !== undefined)
    return [{ pointer: pointerTo(pointer, 'data_base64'), detail: 'is not taken: data is JSON' }];
  try {
    new CloudEvent(event as Partial<CloudEventV1<unknown>>, true);
    return [];
  } catch (error) {
    const place = placeOf(error);
    return [{ pointer: `${pointer}${place}`, detail: 'is not as CloudEvents 1.0 has it' }];
  }
}

/** Where the package found the fault: an attribute that every event has, else the event. */
function placeOf(error: unknown): string {
  const errors: unknown = error instanceof Error ? Reflect.get(error, 'errors') : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const path: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'instancePath') : '';
  return typeof path === 'string' &&
    /^\/(?:id|source|type|subject|time|dataschema|datacontenttype|data)$/.test(path)
    ? path
    : '';
}
