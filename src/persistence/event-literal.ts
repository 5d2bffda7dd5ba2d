import type { EventTypeName } from '../domain/events/catalogue';

/** A type of event as a literal of SQL: a statement that writes events can name none that the catalogue does not have. */
export function eventLiteral(type: EventTypeName): string {
  return `'${type}'`;
}
