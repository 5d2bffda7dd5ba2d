import { type DeliveryPolicy, deliveryPolicyOf } from '../../domain/delivery-policy';
import type { Channel } from '../../delivery/provider';
import type { DeliverySituation, DeliverySubject } from '../../persistence/delivery-repository';
import type { DataKeys } from '../../security/data-keys';
import { openFacts, openPart } from './sealed-delivery';

/** A delivery with its sealed parts opened. */
export interface OpenedDelivery {
  readonly tenantId: string;
  readonly deliveryId: string;
  readonly channel: Channel;
  readonly address: string;
  readonly facts: Record<string, unknown>;
  readonly situation: DeliverySituation;
  readonly policy: DeliveryPolicy;
}

/** @throws KeyAbsent, SealBroken */
export async function openDelivery(
  dataKeys: DataKeys,
  of: DeliverySubject,
  deliveryId: string,
  situation: DeliverySituation & { readonly channel: Channel },
): Promise<OpenedDelivery> {
  const dataKey = await dataKeys.forScope(of);
  const address =
    situation.address === null ? '' : openPart(dataKey, of, deliveryId, 'address', situation.address);
  return {
    tenantId: of.tenantId,
    deliveryId,
    channel: situation.channel,
    address: typeof address === 'string' ? address : '',
    facts: openFacts(dataKey, of, deliveryId, situation.facts),
    situation,
    policy: deliveryPolicyOf(situation.policy),
  };
}
