import type { Acr } from '../../domain/assurance';
import type { AuthenticationFacts, Proof, Step, Walk } from '../../domain/flow/walk';
import { usableAmong } from '../../factors/usable-factors';
import type { AuthenticationRequest, Challenge, FactorRow, Situation } from '../../persistence/situation';
import type { RequestContext } from '../../workflows/messages';
import { secondsOf, type DecisionTools } from '../decision';
import { isDelivered } from './challenge-delivery';

/** An authentication under way, before its next step is written. */
export interface OpenAuthentication {
  id: string;
  purpose: 'login' | 'step-up';
  flowId: string;
  walk: Walk;
  challenge: Challenge | null;
  request: AuthenticationRequest;
  context: RequestContext | null;
  sealedContext: string | null;
  expiresAt: number;
}

/** Confirmed factors that can still prove something: a set of codes that is used up cannot. */
export function usableFactors(situation: Situation, tools: DecisionTools): FactorRow[] {
  return usableAmong(situation.factors, situation.now, (record, sealed) =>
    tools.sealing.open(record, sealed),
  );
}

/**
 * Where nobody has chosen a factor, the user's default is asked for, if the flow offers it here; else the first one that is
 * offered, if its codes travel: it would otherwise take the caller another call to have one sent.
 */
export function withDefaultChallenge(
  situation: Pick<Situation, 'defaultFactor'>,
  open: OpenAuthentication,
  step: Step,
): OpenAuthentication {
  if (open.challenge !== null || step.kind !== 'require') return open;
  const [first] = step.factors;
  const factor =
    step.factors.find(({ id }) => id === situation.defaultFactor) ??
    (first !== undefined && isDelivered(first.kind) ? first : undefined);
  if (factor === undefined) return open;
  return { ...open, challenge: { factorId: factor.id, kind: factor.kind, byDefault: true } };
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
      preference: { defaultFactor: situation.defaultFactor, preferredOrder: situation.preferredOrder },
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
