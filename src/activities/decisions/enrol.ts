import { factorContracts, factors } from '../../factors/catalogue';
import type { FactorContract } from '../../domain/factor-contract';
import type { JsonObject } from '../../domain/json';
import type { NewFactor } from '../../persistence/decision-changes';
import type { FactorRow, Situation } from '../../persistence/situation';
import { maskAddress } from '../../security/masked-address';
import type { EnrolCommand, FactorResult, Refusal } from '../../workflows/messages';
import { isoOf, type Decide, type DecisionTools } from '../decision';
import { authorityTrace, refuseWithoutAuthority } from './authority';
import { refuseLocked } from './failure-budget';
import { issueChallenge } from './issue-challenge';
import { noticesOf } from './notice';

/** How long the user has to confirm; the secret is shown for as long. */
const CONFIRM_WITHIN_MS = 10 * 60_000;

/** More open enrolments than this push out the oldest, so that nobody fills the table. */
const MOST_PENDING = 5;

/** Begins the enrolment of a factor; it counts only when its first code has confirmed it. */
export const enrol: Decide<EnrolCommand, FactorResult> = (situation, command, tools) => {
  const contract = factorContracts.get(command.kind);
  const methods = factors.get(command.kind)?.methods;
  if (contract === undefined || methods === undefined)
    return { refused: 'invalid_request', detail: 'unknown factor kind' };
  const active = situation.factors.filter((factor) => factor.status === 'active');
  if (contract.issuedByOperator === true && command.authority?.by !== 'operator')
    return { refused: 'step_up_required', detail: 'Only an operator issues this, with a reason.' };
  const refusal = refuseEnrolment(situation, command, active);
  if (refusal !== undefined) return refusal;
  const sameKind = active.filter((factor) => factor.kind === command.kind);
  const replaces = command.replaces ?? (contract.maxPerUser === 1 ? sameKind[0]?.factor_id : undefined);
  if (replaces !== undefined && !sameKind.some((factor) => factor.factor_id === replaces))
    return { refused: 'not_found' };
  if (replaces === undefined && sameKind.length >= contract.maxPerUser)
    return { refused: 'factor_limit_reached' };
  if (
    contract.issuedByOperator !== true &&
    !contract.standsAlone &&
    !active.some((factor) => factorContracts.get(factor.kind)?.standsAlone)
  ) {
    return { refused: 'conflict', detail: 'it needs another factor beside it' };
  }
  const factorId = tools.newId('fac');
  const { config, name } = configOf(command, contract, tools);
  const { material, disclosure } = methods.enrol(config, {
    random: tools.random,
    hash: tools.hash,
    factorId,
    nowMs: situation.now,
    label: { issuer: tools.issuer, account: situation.externalId },
  });
  const isActive = contract.issuedByOperator === true;
  const endsAt = situation.now + CONFIRM_WITHIN_MS;
  const expiresAt = methods.expiresAt?.(material);
  const factor: NewFactor = {
    factor_id: factorId,
    kind: command.kind,
    name,
    status: isActive ? 'active' : 'pending',
    material: tools.sealing.seal(factorId, material),
    disclosure: tools.sealing.seal(factorId, disclosure),
    replaces: replaces ?? null,
    authorised: command.authority !== undefined,
    authorised_by: command.authority?.by === 'step-up' ? command.authority.authenticationId : null,
    pending_until: isActive ? null : isoOf(endsAt),
    expires_at: expiresAt === undefined ? null : isoOf(expiresAt),
  };
  const issued =
    contract.delivery === undefined
      ? undefined
      : issueChallenge(
          situation,
          { ...factor, counter: -1 },
          { authenticationId: null, endsAt, context: null },
          tools,
        );
  return {
    result: {
      factorId,
      kind: command.kind,
      status: factor.status,
      ...(issued !== undefined && { challenge: issued.challenge }),
    },
    changes: {
      ...issued?.changes,
      ...(isActive && {
        deliveries: noticesOf(situation, 'pass-issued', factor, { authority: command.authority }, tools),
      }),
      newFactors: [factor],
      removeFactors: [...crowdedOut(situation), ...(isActive && replaces !== undefined ? [replaces] : [])],
      audit: [
        {
          action: 'factor.enrol',
          outcome: factor.status,
          detail: {
            factorId,
            kind: command.kind,
            ...(replaces !== undefined && { replaces }),
            ...authorityTrace(command.authority),
          },
        },
      ],
      events: [
        { type: isActive ? 'factor.enrolled' : 'enrolment.started', data: { factorId, kind: command.kind } },
      ],
    },
  };
};

/** The address of a kind whose codes travel comes sealed; what its owner may read of it is what the factor is called. */
function configOf(
  command: EnrolCommand,
  contract: FactorContract,
  tools: DecisionTools,
): { config: JsonObject; name: string | null } {
  const { config = {}, name = null, sealedAddress } = command;
  if (contract.delivery === undefined || sealedAddress === undefined) return { config, name };
  const { address: kind } = contract.delivery;
  const address = tools.openCode(sealedAddress);
  return {
    config: { ...config, [kind === 'phone' ? 'phone' : 'address']: address },
    name: name ?? maskAddress(kind, address),
  };
}

function refuseEnrolment(
  situation: Situation,
  command: EnrolCommand,
  active: readonly FactorRow[],
): Refusal | undefined {
  if (active.length > 0 || command.authority !== undefined)
    return refuseWithoutAuthority(situation, command.authority);
  return refuseLocked(situation);
}

function crowdedOut(situation: Situation): string[] {
  const pending = situation.factors.filter((factor) => factor.status === 'pending');
  return pending.slice(0, Math.max(0, pending.length - MOST_PENDING + 1)).map((factor) => factor.factor_id);
}
