import { factorContracts, factors } from '../../factors/catalogue';
import type { FactorRow, Situation } from '../../persistence/situation';
import type { EnrolCommand, FactorResult, Refusal } from '../../workflows/messages';
import { isoOf, type Decide } from '../decision';
import { authorityTrace, refuseWithoutAuthority } from './authority';
import { refuseLocked } from './failure-budget';

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
  const refusal = refuseEnrolment(situation, command, active);
  if (refusal !== undefined) return refusal;
  const sameKind = active.filter((factor) => factor.kind === command.kind);
  const replaces = command.replaces ?? (contract.maxPerUser === 1 ? sameKind[0]?.factor_id : undefined);
  if (replaces !== undefined && !sameKind.some((factor) => factor.factor_id === replaces))
    return { refused: 'not_found' };
  if (replaces === undefined && sameKind.length >= contract.maxPerUser)
    return { refused: 'factor_limit_reached' };
  if (!contract.standsAlone && !active.some((factor) => factorContracts.get(factor.kind)?.standsAlone)) {
    return { refused: 'conflict', detail: 'it needs another factor beside it' };
  }
  const factorId = tools.newId('fac');
  const { material, disclosure } = methods.enrol(command.config ?? {}, {
    random: tools.random,
    hash: tools.hash,
    factorId,
    label: { issuer: tools.issuer, account: situation.externalId },
  });
  return {
    result: { factorId, kind: command.kind, status: 'pending' },
    changes: {
      newFactors: [
        {
          factor_id: factorId,
          kind: command.kind,
          name: command.name ?? null,
          material: tools.sealing.seal(factorId, material),
          disclosure: tools.sealing.seal(factorId, disclosure),
          replaces: replaces ?? null,
          authorised: command.authority !== undefined,
          pending_until: isoOf(situation.now + CONFIRM_WITHIN_MS),
        },
      ],
      removeFactors: crowdedOut(situation),
      audit: [
        {
          action: 'factor.enrol',
          outcome: 'pending',
          detail: {
            factorId,
            kind: command.kind,
            ...(replaces !== undefined && { replaces }),
            ...authorityTrace(command.authority),
          },
        },
      ],
      events: [{ type: 'enrolment.started', data: { factorId, kind: command.kind } }],
    },
  };
};

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
