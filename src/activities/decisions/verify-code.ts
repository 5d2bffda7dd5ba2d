import { factors } from '../../factors/catalogue';
import { normaliseCode } from '../../factors/normalise-code';
import type { Burn } from '../../persistence/decision-changes';
import type { IssuedChallenge } from '../../factors/factor';
import type { ChallengeRow, FactorRow, Situation } from '../../persistence/situation';
import type { DecisionTools } from '../decision';
import { challengeOf } from './issue-challenge';

export interface Verified {
  factor: FactorRow;
  burn: Burn;
  /** Codes of the set that are left after this one, for factors that have a number of them. */
  left?: number;
  /** Id of the challenge that the code answers, where it travelled. */
  usedChallenge?: string;
}

/**
 * The first of the candidates that the code is right for; undefined when it is right for none.
 *
 * @param authenticationId that the code answers; null for the confirmation of an enrolment
 */
export function verifyCode(
  candidates: readonly FactorRow[],
  sealedCode: string,
  situation: Situation,
  authenticationId: string | null,
  tools: DecisionTools,
): Verified | undefined {
  const code = normaliseCode(tools.openCode(sealedCode));
  for (const factor of candidates) {
    const methods = factors.get(factor.kind)?.methods;
    if (methods === undefined) continue;
    const material = tools.sealing.open(factor.factor_id, factor.material);
    const spent = new Set(factor.spent);
    const challenge = challengeOf(situation, factor.factor_id, authenticationId);
    const verdict = methods.verify(material, { counter: factor.counter, spent }, code, {
      nowMs: situation.now,
      hash: tools.hash,
      ...(challenge !== undefined && { challenge: issuedBy(challenge) }),
    });
    if (!verdict.valid) continue;
    const burn: Burn = { factor_id: factor.factor_id };
    if (verdict.counter !== undefined) burn.counter = verdict.counter;
    if (verdict.spend !== undefined) burn.spend = spentAlso(spent, verdict.spend);
    const left = methods.remaining?.(material, { counter: factor.counter, spent });
    return {
      factor,
      burn,
      ...(left !== undefined && { left }),
      ...(challenge !== undefined && { usedChallenge: challenge.challenge_id }),
    };
  }
  return undefined;
}

function issuedBy({ challenge_id: id, salt, issue, expires_at: expiresAt }: ChallengeRow): IssuedChallenge {
  return { id, salt, issue, expiresAt };
}

function spentAlso(spent: Set<string>, code: string): string {
  spent.add(code);
  return code;
}
