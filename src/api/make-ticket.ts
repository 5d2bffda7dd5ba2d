import type { PoolClient } from 'pg';
import type { z } from 'zod';
import { deliveryPolicyOf } from '../domain/delivery-policy';
import { MfaError } from '../domain/errors';
import { listContacts, type ContactRow } from '../persistence/contact-repository';
import { type DirectChange, writeOnce } from '../persistence/direct-write';
import { queueTicketDelivery, readRequestedDeliveries } from '../persistence/ticket-delivery-repository';
import { insertTicket } from '../persistence/ticket-repository';
import { holdUser } from '../persistence/user-repository';
import { openAddress } from '../security/contact-address';
import type { DataKey } from '../security/data-keys';
import { sealField } from '../security/field-encryption';
import { countryOf, refuseUndeliverable } from '../security/phone-line';
import { randomBase62, randomId } from '../security/random-id';
import type { RouteCall } from './route';
import { type ticketInput, USUAL_MINUTES } from './schemas/tickets';
import { RECORD_VERSION } from './sealed-record';

type Call = RouteCall<unknown, unknown, z.output<typeof ticketInput>>;

/** What the command's result keeps; the link is made again from what the ticket's row holds. */
export interface MadeTicket {
  readonly ticketId: string;
  readonly deliveryId?: string;
}

/** 190 bits: the token is as hard to guess for whoever knows the id as the key is. */
const SALT_LENGTH = 32;

/**
 * Makes a ticket that confirms an address of the user, and the message that brings it where that is wanted; once a
 * command.
 *
 * @throws MfaError `not_found`, `invalid_request`, `conflict` when no provider serves the channel, `rate_limited`
 */
export async function makeTicket(call: Call): Promise<MadeTicket> {
  const { parts, caller, command, user } = call;
  const dataKey = await parts.dataKeys.forScope({ tenantId: caller.tenantId, userId: user.userId });
  const { result } = await writeOnce(parts.pool, command, (client) => write(call, client, dataKey));
  return result;
}

async function write(call: Call, client: PoolClient, dataKey: DataKey): Promise<DirectChange<MadeTicket>> {
  const { purpose, contactId, minutes, send } = call.body;
  const owner = { tenantId: call.caller.tenantId, userId: call.user.userId };
  if (!(await holdUser(client, owner.userId))) throw new MfaError('not_found');
  const contacts = await listContacts(client, owner.tenantId, owner.userId);
  const contact = contacts.find(({ contact_id }) => contact_id === contactId);
  if (contact === undefined) throw new MfaError('not_found');
  if (contact.kind === 'phone' && minutes > USUAL_MINUTES) {
    throw new MfaError('invalid_request', {
      detail: `A link to a phone number is good for ${String(USUAL_MINUTES)} minutes at most.`,
    });
  }
  const ticketId = randomId('tic');
  const salt = randomBase62(SALT_LENGTH);
  await insertTicket(client, {
    ...owner,
    ticketId,
    purpose,
    subject: { contactId },
    salt,
    seconds: minutes * 60,
  });
  const deliveryId = send ? await queue(call, client, dataKey, { contact, ticketId }) : undefined;
  const said = { ticketId, purpose, contactId, ...(deliveryId === undefined ? {} : { deliveryId }) };
  return {
    result: { ticketId, ...(deliveryId === undefined ? {} : { deliveryId }) },
    userId: owner.userId,
    audit: [{ action: 'ticket.make', outcome: 'done', detail: said }],
    events: [{ type: 'ticket.made', data: said }],
  };
}

async function queue(
  { parts, caller, user, command }: Call,
  client: PoolClient,
  dataKey: DataKey,
  { contact, ticketId }: { contact: ContactRow; ticketId: string },
): Promise<string> {
  const owner = { tenantId: caller.tenantId, userId: user.userId };
  const channel = contact.kind === 'email' ? 'email' : 'sms';
  if (!parts.channels.has(channel)) {
    throw new MfaError('conflict', { detail: `No provider is configured that sends by ${channel}.` });
  }
  await refuseTooMany(client, owner);
  const address = openAddress(dataKey, { ...owner, contactId: contact.contact_id }, contact.address);
  if (channel === 'sms') refuseUndeliverable('sms', address);
  const deliveryId = randomId('del');
  await queueTicketDelivery(client, {
    ...owner,
    deliveryId,
    commandId: command.id,
    ticketId,
    template: 'confirm-address',
    channel,
    address: sealField(dataKey, JSON.stringify(address), {
      ...owner,
      record: `${deliveryId}/address`,
      version: RECORD_VERSION,
    }),
    country: channel === 'sms' ? countryOf(address) : null,
  });
  return deliveryId;
}

/** @throws MfaError `rate_limited` */
async function refuseTooMany(client: PoolClient, owner: { tenantId: string; userId: string }): Promise<void> {
  const { policy, count, secondsToNext } = await readRequestedDeliveries(client, owner);
  if (count < deliveryPolicyOf(policy).perUserPer10Minutes) return;
  throw new MfaError('rate_limited', {
    detail: 'This user was sent as many messages as ten minutes allow.',
    retryAfterSeconds: secondsToNext,
  });
}
