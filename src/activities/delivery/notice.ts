import { channelOf, recipientsOf, type Recipient } from './recipients';
import type { DeliveryDependencies } from './dependencies';
import { openFacts, sealPart } from './sealed-delivery';
import type { DeliverySituation, DeliverySubject } from '../../persistence/delivery-repository';
import { expandNotice, type NoticeChild } from '../../persistence/notice-repository';
import type { DataKey } from '../../security/data-keys';
import { countryOf } from '../../security/phone-line';
import { randomBase62, randomId } from '../../security/random-id';

/** Writes one delivery for each address that is to hear of what happened. */
export async function expand(
  dependencies: DeliveryDependencies,
  of: DeliverySubject,
  deliveryId: string,
  situation: DeliverySituation,
): Promise<void> {
  const dataKey = await dependencies.dataKeys.forScope(of);
  const facts = openFacts(dataKey, of, deliveryId, situation.facts);
  const { removedAddress, factorId, authenticationId, ...said } = facts;
  const recipients = await recipientsOf(dependencies.pool, dataKey, of, removedAddress);
  const channels = new Set(dependencies.providers.flatMap(({ contract }) => contract.channels));
  const named = {
    ...(typeof factorId === 'string' ? { factorId } : {}),
    ...(typeof authenticationId === 'string' ? { authenticationId } : {}),
  };
  const children = recipients.map((recipient) =>
    childOf(dataKey, of, recipient, channelOf(recipient, channels), said, named),
  );
  await expandNotice(dependencies.pool, deliveryId, children);
}

function childOf(
  dataKey: DataKey,
  of: DeliverySubject,
  recipient: Recipient,
  channel: NoticeChild['channel'],
  facts: Record<string, unknown>,
  named: object,
): NoticeChild {
  const deliveryId = randomId('del');
  return {
    delivery_id: deliveryId,
    channel,
    address: sealPart(dataKey, of, deliveryId, 'address', recipient.address),
    facts: sealPart(dataKey, of, deliveryId, 'facts', facts),
    country: channel === 'email' ? null : countryOf(recipient.address),
    ticket_id: randomId('tic'),
    salt: randomBase62(32),
    subject: { ...named, deliveryId },
  };
}
