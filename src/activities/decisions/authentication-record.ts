import { assuranceOf, levelOf } from '../../domain/assurance';
import type { Step } from '../../domain/flow/walk';
import { factorContracts } from '../../factors/catalogue';
import type { Changes } from '../../persistence/decision-changes';
import type { FactorRow } from '../../persistence/situation';
import type { AuthenticationOption } from '../../workflows/messages';
import { isoOf } from '../decision';
import type { OpenAuthentication } from './open-authentication';

/** What the caller may do at this step. */
export function optionsOf(step: Step, usable: readonly FactorRow[]): AuthenticationOption[] {
  if (step.kind === 'enrol') return [{ action: 'enrol', kinds: [...step.kinds] }];
  if (step.kind !== 'require') return [];
  return step.factors.map(({ id, kind }) => {
    const name = usable.find((factor) => factor.factor_id === id)?.name;
    return { action: 'answer', factorId: id, kind, ...(typeof name === 'string' && { name }) };
  });
}

/** The authentication as it will stand in Postgres. */
export function row(
  open: OpenAuthentication,
  status: 'pending' | 'approved' | 'denied',
  reason: string | null,
): NonNullable<Changes['authentication']> {
  return {
    authentication_id: open.id,
    purpose: open.purpose,
    status,
    reason,
    flow_id: open.flowId,
    position: open.walk.position,
    proofs: [...open.walk.proofs],
    challenge: open.challenge,
    request: open.request,
    context: open.sealedContext,
    outcome: null,
    session_id: null,
    expires_at: isoOf(open.expiresAt),
  };
}

/** The same while it waits: whoever asks for it later is told what may be done next. */
export function pendingRow(
  open: OpenAuthentication,
  reason: string | null,
  options: AuthenticationOption[],
): NonNullable<Changes['authentication']> {
  return { ...row(open, 'pending', reason), outcome: { options } };
}

/** What audit and events say of an authentication: ids and kinds, no personal data. */
export function trace(open: OpenAuthentication): object {
  return {
    authenticationId: open.id,
    purpose: open.purpose,
    kinds: open.walk.proofs.map((proof) => proof.kind),
    level: levelOf(assuranceOf(open.walk.proofs, factorContracts, open.request.primary).acr),
  };
}
