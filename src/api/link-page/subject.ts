import { deliveryPolicyOf } from '../../domain/delivery-policy';
import type { OpenTicket } from '../../persistence/ticket-repository';
import { openAddress } from '../../security/contact-address';
import type { DataKey } from '../../security/data-keys';
import { openField } from '../../security/field-encryption';
import { maskAddress } from '../../security/masked-address';
import { RECORD_VERSION } from '../sealed-record';
import type { Wording } from './languages';
import { factorText, fill, instantText } from './said';

/** The address that a ticket confirms, as its owner recognises it; whoever holds the link need not learn it. */
export function maskedAddressOf(dataKey: DataKey, ticket: OpenTicket): string {
  const { contact, tenant_id: tenantId, user_id: userId } = ticket;
  if (contact === null) return '';
  const { id: contactId, kind, address } = contact;
  return maskAddress(kind, openAddress(dataKey, { tenantId, userId, contactId }, address));
}

/** Where the tenant has a login by link sent back to. */
export function returnUrlOf(ticket: OpenTicket): URL | undefined {
  const { returnUrl } = deliveryPolicyOf(ticket.policy);
  return ticket.purpose === 'login' && returnUrl !== undefined ? new URL(returnUrl) : undefined;
}

const told = ['factor-enrolled', 'factor-replaced', 'factor-removed', 'pass-issued'] as const;

/** What a "this wasn't me" is about, in one sentence: by the message that told of it, else by the factor itself. */
export function happenedText(wording: Wording, dataKey: DataKey, ticket: OpenTicket): string {
  const { happened } = wording.texts;
  const { message, factor, tenant_name: tenant } = ticket;
  const { factorKind, factorName, at } = factsOf(dataKey, ticket);
  const template = told.find((name) => name === message?.template);
  const kind = typeof factorKind === 'string' ? factorKind : factor?.kind;
  const name = typeof factorName === 'string' ? factorName : (factor?.name ?? undefined);
  if (kind === undefined) return fill(happened.login, { tenant });
  const slots = { tenant, factor: factorText(wording, { kind, name }) };
  if (template === undefined || typeof at !== 'string' || Number.isNaN(Date.parse(at)))
    return fill(happened.factor, slots);
  return fill(happened[template], { ...slots, at: instantText(wording, new Date(at)) });
}

function factsOf(dataKey: DataKey, { message, tenant_id, user_id }: OpenTicket): Record<string, unknown> {
  if (message?.facts == null) return {};
  const opened = openField(dataKey, message.facts, {
    tenantId: tenant_id,
    userId: user_id,
    record: `${message.deliveryId}/facts`,
    version: RECORD_VERSION,
  });
  const facts: unknown = JSON.parse(opened.toString('utf8'));
  return typeof facts === 'object' && facts !== null ? (facts as Record<string, unknown>) : {};
}
