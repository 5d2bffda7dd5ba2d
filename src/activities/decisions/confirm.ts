import { assuranceOf } from '../../domain/assurance';
import { alternativesTo } from '../../domain/restricted-factor';
import { factorContracts } from '../../factors/catalogue';
import type { Changes } from '../../persistence/decision-changes';
import type { FactorRow, Situation } from '../../persistence/situation';
import type { Authority, ConfirmCommand, FactorResult, Grant, Refusal } from '../../workflows/messages';
import { isoOf, secondsOf, type Decide, type Decision, type DecisionTools } from '../decision';
import { refuseWithoutAuthority } from './authority';
import { countFailure, refuseBehindDoor, waitOf } from './failure-budget';
import { noticesOf } from './notice';
import { verifiedContact } from './verified-contact';
import { verifyCode, type Verified } from './verify-code';

/**
 * Confirms a pending factor by a code of it; from then on it counts, and what it replaces is gone. The
 * confirmation is itself a proof of the factor, good for the step-up that recovery codes need.
 */
export const confirm: Decide<ConfirmCommand, FactorResult> = (situation, command, tools) => {
  const factor = situation.factors.find(({ factor_id }) => factor_id === command.factorId);
  if (factor === undefined) return { refused: 'not_found' };
  if (factor.status !== 'pending') return { refused: 'factor_not_pending' };
  if (factor.refused || (factor.pending_until ?? 0) <= situation.now) return { refused: 'enrolment_expired' };
  const shut = refuseBehindDoor(situation);
  if (shut !== undefined) return shut;
  const active = situation.factors.filter(({ status }) => status === 'active');
  // Two enrolments may have begun while there was no factor; only one of them may become the first.
  if (active.length > 0 && !factor.authorised) {
    const refusal = refuseWithoutAuthority(situation, command.authority);
    if (refusal !== undefined) return refusal;
  }
  const crowded = refuseCrowded(factor, active);
  if (crowded !== undefined) return crowded;
  const verified = verifyCode([factor], command.sealedCode, situation, null, tools);
  if (verified === undefined) return wrongCode(situation, factor, tools);
  return activate(situation, factor, active, verified, tools, authorityOf(factor, command));
};

/** Who is to be named as having allowed it: whoever did when it began, else whoever does now. */
function authorityOf(factor: FactorRow, { authority }: ConfirmCommand): Authority | undefined {
  if (factor.authorised_by === null) return factor.authorised ? undefined : authority;
  return { by: 'step-up', authenticationId: factor.authorised_by };
}

/** Several enrolments may have begun while there was room for one; what it replaces may be replaced by now. */
function refuseCrowded(factor: FactorRow, active: readonly FactorRow[]): Refusal | undefined {
  const most = factorContracts.get(factor.kind)?.maxPerUser ?? 0;
  const beside = active.filter(
    ({ kind, factor_id }) => kind === factor.kind && factor_id !== factor.replaces,
  );
  return beside.length >= most ? { refused: 'factor_limit_reached' } : undefined;
}

function wrongCode(situation: Situation, factor: FactorRow, tools: DecisionTools): Decision<FactorResult> {
  const { budget, locked, change } = countFailure(situation, tools);
  const retryAfter = waitOf(budget, situation.now);
  const detail = { factorId: factor.factor_id, kind: factor.kind, failures: budget.failures };
  const changes: Changes = {
    user: change,
    audit: [{ action: 'factor.confirm', outcome: 'wrong_code', detail }],
    events: [{ type: 'code.invalid', data: detail }],
  };
  if (locked)
    changes.events.push({ type: 'user.locked', data: { reason: 'failures', failures: budget.failures } });
  return {
    result: {
      factorId: factor.factor_id,
      kind: factor.kind,
      status: 'pending',
      reason: 'wrong_code',
      ...(retryAfter !== undefined && { retryAfter }),
    },
    changes,
  };
}

function activate(
  situation: Situation,
  factor: FactorRow,
  active: readonly FactorRow[],
  { burn, usedChallenge }: Verified,
  tools: DecisionTools,
  authority: Authority | undefined,
): Decision<FactorResult> {
  if (situation.kid === null) return { refused: 'unavailable', detail: 'no signing key is active' };
  const kinds = new Set([...active.map(({ kind }) => kind), factor.kind]);
  const afterFirst = [...factorContracts.values()]
    .filter((contract) => contract.offeredAfterFirst === true && !kinds.has(contract.kind))
    .map((contract) => contract.kind);
  const offer = [...alternativesTo(factor.kind, [...kinds], factorContracts), ...afterFirst];
  const gone = active.find(({ factor_id }) => factor_id === factor.replaces);
  const notice = factor.replaces === null ? 'factor-enrolled' : 'factor-replaced';
  const contact = verifiedContact(factor, tools);
  const authenticationId = tools.newId('aut');
  const at = secondsOf(situation.now);
  const proofs = [{ factorId: factor.factor_id, kind: factor.kind, at, usedBy: null }];
  const { acr, amr } = assuranceOf(proofs, factorContracts);
  const grant: Grant = { kid: situation.kid, acr, amr: [...amr], issuedAt: at };
  const detail = {
    factorId: factor.factor_id,
    kind: factor.kind,
    ...(factor.replaces !== null && { replaces: factor.replaces }),
  };
  return {
    result: {
      factorId: factor.factor_id,
      kind: factor.kind,
      status: 'active',
      ...(offer.length > 0 && { offer }),
      proof: { authenticationId, grant },
    },
    changes: {
      ...(usedChallenge !== undefined && { usedChallenge }),
      ...(contact !== undefined && { verifiedContact: contact }),
      deliveries: noticesOf(situation, notice, factor, { gone, authority }, tools),
      activate: { ...burn, counter: burn.counter ?? factor.counter },
      removeFactors: factor.replaces === null ? [] : [factor.replaces],
      authentication: {
        authentication_id: authenticationId,
        purpose: 'enrolment',
        status: 'approved',
        reason: null,
        flow_id: situation.flowId,
        position: '',
        proofs,
        challenge: null,
        request: {},
        context: null,
        outcome: grant,
        session_id: null,
        expires_at: isoOf(situation.now),
      },
      audit: [{ action: 'factor.confirm', outcome: 'active', detail }],
      events: [{ type: factor.replaces === null ? 'factor.enrolled' : 'factor.replaced', data: detail }],
    },
  };
}
