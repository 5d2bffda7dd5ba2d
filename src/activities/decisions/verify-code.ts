import { factors } from '../../factors/catalogue';
import { normaliseCode } from '../../factors/normalise-code';
import type { Burn } from '../../persistence/decision-changes';
import type { FactorRow, Situation } from '../../persistence/situation';
import type { DecisionTools } from '../decision';

export interface Verified {
  factor: FactorRow;
  burn: Burn;
  /** Codes of the set that are left after this one, for factors that have a number of them. */
  left?: number;
}

/** The first of the candidates that the code is right for; undefined when it is right for none. */
export function verifyCode(
  candidates: readonly FactorRow[],
  sealedCode: string,
  situation: Situation,
  tools: DecisionTools,
): Verified | undefined {
  const code = normaliseCode(tools.openCode(sealedCode));
  for (const factor of candidates) {
    const methods = factors.get(factor.kind)?.methods;
    if (methods === undefined) continue;
    const material = tools.sealing.open(factor.factor_id, factor.material);
    const spent = new Set(factor.spent);
    const verdict = methods.verify(material, { counter: factor.counter, spent }, code, {
      nowMs: situation.now,
      hash: tools.hash,
    });
    if (!verdict.valid) continue;
    const burn: Burn = { factor_id: factor.factor_id };
    if (verdict.counter !== undefined) burn.counter = verdict.counter;
    if (verdict.spend !== undefined) burn.spend = spentAlso(spent, verdict.spend);
    const left = methods.remaining?.(material, { counter: factor.counter, spent });
    return left === undefined ? { factor, burn } : { factor, burn, left };
  }
  return undefined;
}

function spentAlso(spent: Set<string>, code: string): string {
  spent.add(code);
  return code;
}
