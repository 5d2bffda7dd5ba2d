import type { Pool } from 'pg';
import type { Channel } from '../../delivery/provider';
import { factorContracts, factors } from '../../factors/catalogue';
import type { DeliverySubject } from '../../persistence/delivery-repository';
import { readRecipients } from '../../persistence/notice-repository';
import { openAddress } from '../../security/contact-address';
import type { DataKey } from '../../security/data-keys';
import { refuseUndeliverable } from '../../security/phone-line';
import { userSealing } from '../user-sealing';

export interface Recipient {
  readonly kind: 'phone' | 'email';
  readonly address: string;
  /** By which a factor of the user sends to it. */
  readonly channel?: Channel;
}

const deliveredKinds = [...factorContracts.values()]
  .filter(({ delivery }) => delivery !== undefined)
  .map(({ kind }) => kind);

/**
 * Every address of a user, each once: contacts, those of active factors, and one that was removed just now, whose owner
 * has the most reason to hear of it.
 */
export async function recipientsOf(
  pool: Pool,
  dataKey: DataKey,
  of: DeliverySubject,
  removed: unknown,
): Promise<Recipient[]> {
  const { contacts, factors: rows } = await readRecipients(pool, of, deliveredKinds);
  const sealing = userSealing(dataKey, of.tenantId, of.userId);
  const ofFactors = rows.flatMap(({ kind, factorId, material }) => {
    const delivery = factorContracts.get(kind)?.delivery;
    const address = factors
      .get(kind)
      ?.methods.addressOf?.(sealing.open(factorId, material.toString('base64')));
    if (delivery === undefined || address === undefined) return [];
    return [{ kind: delivery.address, address, channel: delivery.channel }];
  });
  const ofContacts = contacts.map(({ kind, contactId, address }) => ({
    kind,
    address: openAddress(dataKey, { ...of, contactId }, address),
  }));
  const all: Recipient[] = [...ofFactors, ...ofContacts, ...removedOf(removed)];
  const once = new Map<string, Recipient>();
  for (const recipient of all) {
    const name = recipient.address.toLowerCase();
    if (!once.has(name)) once.set(name, recipient);
  }
  return [...once.values()];
}

function removedOf(removed: unknown): Recipient[] {
  if (typeof removed !== 'object' || removed === null) return [];
  const kind: unknown = Reflect.get(removed, 'kind');
  const address: unknown = Reflect.get(removed, 'address');
  if (typeof kind !== 'string' || typeof address !== 'string') return [];
  const delivery = factorContracts.get(kind)?.delivery;
  if (delivery !== undefined) return [{ kind: delivery.address, address, channel: delivery.channel }];
  return kind === 'phone' || kind === 'email' ? [{ kind, address }] : [];
}

/** By which channel an address is told: the one that a factor uses, else what the number can take. */
export function channelOf({ kind, address, channel }: Recipient, served: ReadonlySet<Channel>): Channel {
  if (channel !== undefined && served.has(channel)) return channel;
  if (kind === 'email') return 'email';
  const reachable = (['sms', 'voice'] as const).find((way) => served.has(way) && isReachable(way, address));
  return reachable ?? 'sms';
}

function isReachable(channel: 'sms' | 'voice', address: string): boolean {
  try {
    refuseUndeliverable(channel, address);
    return true;
  } catch {
    return false;
  }
}
