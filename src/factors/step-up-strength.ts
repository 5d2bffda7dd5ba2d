import { type Acr, assuranceOf, compareAcr } from '../domain/assurance';
import { factorContracts } from './catalogue';

/** What of a user's factor says what it is worth. */
export interface OwnFactor {
  readonly factor_id: string;
  readonly kind: string;
  readonly status: 'pending' | 'active';
  /** The user said that it was not them. */
  readonly frozen: boolean;
}

/** A factor that was proved. */
export interface ProvedFactor {
  readonly factorId: string;
  readonly kind: string;
}

/** Whether each factor that was proved is still one of the user's and was not frozen since. */
export function everyProofStands(proofs: readonly ProvedFactor[], own: readonly OwnFactor[]): boolean {
  return proofs.every(({ factorId }) =>
    own.some(({ factor_id, status, frozen }) => factor_id === factorId && status === 'active' && !frozen),
  );
}

/**
 * Whether proofs are enough to change factors by: no less than the strongest factor of the user reaches, each beside a
 * password. Else the weaker of two would be the way around the stronger (NIST SP 800-63B-4 §4.1.2.1).
 *
 * A frozen factor counts among what has to be reached, so that freezing it opens no way around it. A saved recovery code
 * and a temporary pass are meant for who has lost the rest: they are enough, and nobody has to reach them.
 */
export function isStrongEnough(proofs: readonly ProvedFactor[], own: readonly OwnFactor[]): boolean {
  if (proofs.some(({ kind }) => isForLoss(kind))) return true;
  const asked = own.filter(({ kind, status }) => status === 'active' && !isForLoss(kind));
  const reached = reach(proofs);
  return asked.every(
    ({ factor_id, kind }) => compareAcr(reached, reach([{ factorId: factor_id, kind }])) >= 0,
  );
}

function isForLoss(kind: string): boolean {
  const contract = factorContracts.get(kind);
  return contract?.savedRecoveryCode === true || contract?.issuedByOperator === true;
}

function reach(proofs: readonly ProvedFactor[]): Acr {
  return assuranceOf(proofs, factorContracts, 'pwd').acr;
}
