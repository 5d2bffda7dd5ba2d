import { assuranceOf, compareAcr } from './assurance';
import type { FactorContract, FactorContracts } from './factor-contract';

/**
 * Kinds to offer beside a restricted one, in the order of the catalogue: unrestricted ones that reach what it reaches, in
 * whose stead it then need not be used (NIST SP 800-63B-4 §3.2.9, for what §3.1.3.3 restricts). Nothing when the kind is
 * not restricted, or when the user owns such a kind already.
 *
 * @param ownKinds kinds of the user's confirmed factors
 */
export function alternativesTo(
  restrictedKind: string,
  ownKinds: readonly string[],
  contracts: FactorContracts,
): string[] {
  const restricted = contracts.get(restrictedKind);
  if (restricted?.restricted !== true) return [];
  const alternatives = [...contracts.values()]
    .filter((contract) => isAlternative(contract, restricted, contracts))
    .map((contract) => contract.kind);
  return alternatives.some((kind) => ownKinds.includes(kind)) ? [] : alternatives;
}

function isAlternative(
  contract: FactorContract,
  restricted: FactorContract,
  contracts: FactorContracts,
): boolean {
  // A kind that needs another beside it, or an operator to issue it, is nothing to rely on.
  if (contract.restricted === true || !contract.standsAlone || contract.issuedByOperator === true)
    return false;
  const reached = ({ kind }: FactorContract) => assuranceOf([{ kind, factorId: kind }], contracts, 'pwd').acr;
  return compareAcr(reached(contract), reached(restricted)) >= 0;
}
