import { factors } from '../../factors/catalogue';
import type { NewDelivery } from '../../persistence/decision-changes';
import type { FactorRow, Situation } from '../../persistence/situation';
import type { Authority } from '../../workflows/messages';
import { isoOf, type DecisionTools } from '../decision';
import { isDelivered } from './challenge-delivery';

/** Long enough for a provider that is away for a night. */
const NOTICE_MS = 24 * 3_600_000;

type Notice = 'factor-enrolled' | 'factor-replaced' | 'factor-removed' | 'pass-issued';

/**
 * What every address of the user is told of a change of factors (NIST SP 800-63B-4 §4.6), the address of one that goes included,
 * unless the user said that it is not theirs. It names no address itself: who is told is looked up when it is sent.
 */
export function noticesOf(
  situation: Situation,
  notice: Notice,
  factor: Pick<FactorRow, 'factor_id' | 'kind' | 'name'>,
  about: { gone?: FactorRow | undefined; authority?: Authority | undefined },
  tools: DecisionTools,
): NewDelivery[] {
  const { gone } = about;
  const removedAddress = gone === undefined || gone.frozen ? undefined : addressOf(gone, tools);
  if (removedAddress === undefined && !isDelivered(factor.kind) && !hasAddress(situation)) return [];
  const deliveryId = tools.newId('del');
  const { factor_id: factorId, kind: factorKind, name } = factor;
  const facts = {
    factorId,
    factorKind,
    ...(name === null ? {} : { factorName: name }),
    at: isoOf(situation.now),
    ...(about.authority?.by === 'step-up' ? { authenticationId: about.authority.authenticationId } : {}),
    ...(removedAddress === undefined ? {} : { removedAddress }),
  };
  return [
    {
      delivery_id: deliveryId,
      purpose: 'notice',
      template: notice,
      challenge_id: null,
      issue: null,
      ticket_id: null,
      channel: null,
      address: null,
      facts: tools.sealing.seal(`${deliveryId}/facts`, facts),
      deadline: isoOf(situation.now + NOTICE_MS),
    },
  ];
}

function addressOf(
  factor: FactorRow,
  tools: DecisionTools,
): { kind: 'email' | 'phone'; address: string } | undefined {
  const kind = factors.get(factor.kind);
  const address = kind?.methods.addressOf?.(tools.sealing.open(factor.factor_id, factor.material));
  if (kind?.contract.delivery === undefined || address === undefined) return undefined;
  return { kind: kind.contract.delivery.address, address };
}

function hasAddress({ hasContacts, factors: own }: Situation): boolean {
  return (
    hasContacts || own.some(({ kind, status, frozen }) => status === 'active' && !frozen && isDelivered(kind))
  );
}
