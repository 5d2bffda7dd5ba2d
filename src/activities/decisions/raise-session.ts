import { assuranceOf } from '../../domain/assurance';
import { factorContracts } from '../../factors/catalogue';
import type { RaisedSession } from '../../persistence/decision-changes';
import { everyProofStands } from '../../factors/step-up-strength';
import type { Situation } from '../../persistence/situation';
import { isoOf } from '../decision';
import type { OpenAuthentication } from './open-authentication';

/**
 * What a session stands for after a step-up within it: all that was proved in it so far, each factor by its
 * newest proof. A step-up asks for fresh proofs; it never takes older ones away. A factor that was removed or frozen
 * since adds nothing to what comes now.
 */
export function raiseSession(
  session: NonNullable<Situation['session']>,
  factors: Situation['factors'],
  sessionId: string,
  open: OpenAuthentication,
): RaisedSession {
  const fresh = open.walk.proofs;
  const kept = session.proofs.filter(
    (proof) =>
      !fresh.some(({ factorId }) => factorId === proof.factorId) && everyProofStands([proof], factors),
  );
  const proofs = [...kept, ...fresh];
  const primary = open.request.primary ?? (session.amr.includes('pwd') ? 'pwd' : undefined);
  const { acr, amr } = assuranceOf(proofs, factorContracts, primary);
  return {
    session_id: sessionId,
    acr,
    amr: [...amr],
    kinds: ['session', ...proofs.map(({ kind }) => kind)],
    proofs,
    auth_time: isoOf(Math.max(...proofs.map(({ at }) => at)) * 1_000),
  };
}
