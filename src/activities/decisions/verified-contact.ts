import { factors } from '../../factors/catalogue';
import type { VerifiedContact } from '../../persistence/decision-changes';
import type { FactorRow } from '../../persistence/situation';
import type { DecisionTools } from '../decision';

/** The address that a factor's codes travel to, once its first code has shown whose it is; undefined for other kinds. */
export function verifiedContact(factor: FactorRow, tools: DecisionTools): VerifiedContact | undefined {
  const kind = factors.get(factor.kind);
  const delivery = kind?.contract.delivery;
  const address = kind?.methods.addressOf?.(tools.sealing.open(factor.factor_id, factor.material));
  if (delivery === undefined || address === undefined) return undefined;
  const contactId = tools.newId('con');
  return {
    contact_id: contactId,
    factor_id: factor.factor_id,
    kind: delivery.address,
    ...tools.sealContact(contactId, delivery.address, address),
  };
}
