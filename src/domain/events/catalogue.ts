import { apiKeyEvents } from './api-key';
import { authenticationEvents } from './authentication';
import { challengeEvents } from './challenge';
import { codeEvents } from './code';
import { contactEvents } from './contact';
import { credentialEvents } from './credential';
import { databaseEvents } from './database';
import { deliveryEvents } from './delivery';
import { deliveryPolicyEvents } from './delivery-policy';
import { deviceEvents } from './device';
import { enrolmentEvents } from './enrolment';
import { epochEvents } from './epoch';
import { eventTransmitterEvents } from './event-transmitter';
import type { EventType } from './event-type';
import { factorEvents } from './factor';
import { federatedEvents } from './federated';
import { messageLocaleEvents } from './message-locale';
import { messageTemplateEvents } from './message-template';
import { ownTypeEvents } from './own-type';
import { providerEvents } from './provider';
import { riskEvents } from './risk';
import { sessionEvents } from './session';
import { tenantEvents } from './tenant';
import { ticketEvents } from './ticket';
import { userEvents } from './user';

const all = [
  ...apiKeyEvents,
  ...authenticationEvents,
  ...challengeEvents,
  ...codeEvents,
  ...contactEvents,
  ...credentialEvents,
  ...databaseEvents,
  ...deliveryEvents,
  ...deliveryPolicyEvents,
  ...deviceEvents,
  ...enrolmentEvents,
  ...epochEvents,
  ...eventTransmitterEvents,
  ...ownTypeEvents,
  ...factorEvents,
  ...federatedEvents,
  ...messageLocaleEvents,
  ...messageTemplateEvents,
  ...providerEvents,
  ...riskEvents,
  ...sessionEvents,
  ...tenantEvents,
  ...ticketEvents,
  ...userEvents,
] as const;

/** The name of a type that the catalogue has: no other can be written by mfaflow itself. */
export type EventTypeName = (typeof all)[number]['type'];

/** Every type of event that mfaflow announces or understands, by name; groups and their types in the order of the alphabet. */
export const eventTypes: ReadonlyMap<string, EventType> = new Map(all.map((type) => [type.type, type]));

/** What the names of catalogued types begin with: `user` of `user.locked`. No tenant's own type begins so. */
export const eventGroups: ReadonlySet<string> = new Set([...eventTypes.keys()].map(groupOf));

/** The part of a type's name before the first dot. */
export function groupOf(type: string): string {
  return type.split('.', 1)[0] ?? type;
}
