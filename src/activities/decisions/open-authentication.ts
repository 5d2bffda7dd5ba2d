import type { Acr } from '../../domain/assurance';
import type { AuthenticationFacts, Proof, Walk } from '../../domain/flow/walk';
import { factors } from '../../factors/catalogue';
import type { AuthenticationRequest, FactorRow, Situation } from '../../persistence/situation';
import type { RequestContext } from '../../workflows/messages';
import { secondsOf, type DecisionTools } from '../decision';

/** An authentication under way, before its next step is written. */
export interface OpenAuthentication {
  id: string;
  purpose: 'login' | 'step-up';
  flowId: string;
  walk: Walk;
  challenge: { factorId: string; kind: string } | null;
  request: AuthenticationRequest;
  context: RequestContext | null;
  sealedContext: string | null;
  expiresAt: number;
}

/** Confirmed factors that can still prove something: a set of codes that is used up cannot. */
export function usableFactors(situation: Situation, tools: DecisionTools): FactorRow[] {
  return situation.factors.filter((factor) => {
    if (factor.status !== 'active') return false;
    const methods = factors.get(factor.kind)?.methods;
    if (methods?.remaining === undefined || factor.spent.length === 0) return methods !== undefined;
    const material = tools.sealing.open(factor.factor_id, factor.material);
    return methods.remaining(material, { counter: factor.counter, spent: new Set(factor.spent) }) > 0;
  });
}

export function factsOf(
  situation: Situation,
  open: Pick<OpenAuthentication, 'purpose' | 'request' | 'context'>,
  usable: readonly FactorRow[],
): AuthenticationFacts {
  return {
    user: {
      groups: situation.groups,
      factors: usable.map((factor) => ({ id: factor.factor_id, kind: factor.kind })),
    },
    request: {
      purpose: open.purpose,
      acr: (open.request.acr as Acr | undefined) ?? null,
      maxAge: open.request.maxAge ?? null,
      audience: open.request.audience ?? null,
      ip: open.context?.ip ?? null,
      userAgent: open.context?.userAgent ?? null,
      primary: open.request.primary ?? null,
    },
    now: secondsOf(situation.now),
  };
}

/**
 * What a session has proved already and a step-up within it need not ask again: by factors that the user still
 * has, and not older than `maxAge`. Who names neither an age nor a level wants a fresh proof.
 */
export function carriedProofs(
  situation: Situation,
  { acr, maxAge }: Pick<AuthenticationRequest, 'acr' | 'maxAge'>,
  usable: readonly FactorRow[],
): Proof[] {
  if (acr === undefined && maxAge === undefined) return [];
  const since = maxAge === undefined ? 0 : secondsOf(situation.now) - maxAge;
  return (situation.session?.proofs ?? [])
    .filter((proof) => proof.at >= since && usable.some((factor) => factor.factor_id === proof.factorId))
    .map((proof) => ({ ...proof, usedBy: null }));
}
