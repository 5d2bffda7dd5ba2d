import type { FactorContract, FactorContracts } from './factor-contract';

/** Authenticator assurance level (NIST SP 800-63B-4 §2); `aal0` is below the first. */
export type Acr = 'aal0' | 'aal1' | 'aal2';

export interface Assurance {
  readonly acr: Acr;
  /** RFC 8176 §2, in the order of proof; `mfa` comes last and only at `aal2`. */
  readonly amr: string[];
}

const levels: Readonly<Record<Acr, 0 | 1 | 2>> = { aal0: 0, aal1: 1, aal2: 2 };

/** The level as a number, 0 to 2. */
export function levelOf(acr: Acr): 0 | 1 | 2 {
  return levels[acr];
}

/** Negative when `a` is below `b`, 0 when they are the same, positive when `a` is above `b`. */
export function compareAcr(a: Acr, b: Acr): number {
  return levels[a] - levels[b];
}

/** Whether `reached` is enough for what was requested; no request is a request for `aal1`. */
export function meetsAcr(reached: Acr, requested: Acr | null): boolean {
  return compareAcr(reached, requested ?? 'aal1') >= 0;
}

/**
 * What the proofs of one authentication add up to.
 *
 * A factor and a kind each count once, however often they were proved; a kind that is not known counts nothing.
 * `primary: 'pwd'` is the application's own claim to have checked a password: knowledge that counts beside a proof, and
 * nothing without one.
 */
export function assuranceOf(
  proofs: readonly { readonly kind: string; readonly factorId: string }[],
  contracts: FactorContracts,
  primary?: 'pwd' | null,
): Assurance {
  const proved = provedContracts(proofs, contracts);
  const hasPassword = primary === 'pwd';
  const amr = new Set(hasPassword ? ['pwd'] : []);
  for (const contract of proved) for (const method of contract.amr) amr.add(method);
  if (proved.length === 0) return { acr: 'aal0', amr: [...amr] };
  if (!isMultiFactor(proved, hasPassword)) return { acr: 'aal1', amr: [...amr] };
  return { acr: 'aal2', amr: [...amr.add('mfa')] };
}

function provedContracts(
  proofs: readonly { readonly kind: string; readonly factorId: string }[],
  contracts: FactorContracts,
): FactorContract[] {
  const factorIds = new Set<string>();
  const kinds = new Map<string, FactorContract>();
  for (const { kind, factorId } of proofs) {
    const contract = contracts.get(kind);
    if (contract === undefined || factorIds.has(factorId)) continue;
    factorIds.add(factorId);
    kinds.set(kind, contract);
  }
  return [...kinds.values()];
}

/**
 * NIST SP 800-63B-4 §2.2.1: a multi-factor authenticator, or two different factors. A recovery code is a look-up secret
 * (§3.1.2), so a password and a recovery code are two. §4.2.2.2 also takes, at AAL2, a saved recovery code together with
 * a single-factor authenticator. A mailbox is none (§3.1.3.1): whatever it stands beside, it adds nothing.
 */
function isMultiFactor(everything: readonly FactorContract[], hasPassword: boolean): boolean {
  const proved = everything.filter((contract) => contract.authenticator !== 'mailbox');
  const categories = new Set(proved.map((contract) => contract.authenticator));
  if (categories.has('multi-factor')) return true;
  if (hasPassword) categories.add('knowledge');
  if (categories.size >= 2) return true;
  return proved.length >= 2 && proved.some((contract) => contract.savedRecoveryCode === true);
}
