import { compareAcr } from '../../domain/assurance';
import type { FactorContract } from '../../domain/factor-contract';
import { comparePreferred } from '../../domain/factor-preference';
import type { FactorRef } from '../../domain/flow/walk';
import type { NodeContext, NodePerformer } from '../node';

interface Config {
  readonly anyOf: readonly string[];
  readonly raisesAssurance?: boolean;
  readonly enrolWhenNone?: boolean;
}

interface Candidate {
  readonly factorId: string;
  readonly kind: string;
}

export const perform: NodePerformer = (node, context) => {
  const config = node.config as unknown as Config;
  const proof = context.proofs.find((each) => each.usedBy === null && isAcceptable(each, config, context));
  if (proof !== undefined) return { port: 'proved', uses: proof.factorId };

  const usable = context.facts.user.factors.filter((factor) => context.contracts.has(factor.kind));
  if (usable.length === 0 && config.enrolWhenNone === true) {
    const kinds = enrollable(config, context);
    if (kinds.length > 0) return { step: { kind: 'enrol', nodeId: node.id, kinds } };
  }
  const proved = new Set(context.proofs.map((each) => each.factorId));
  const factors = usable
    .filter((factor) => !proved.has(factor.id))
    .filter((factor) => isAcceptable({ factorId: factor.id, kind: factor.kind }, config, context))
    .sort((a, b) => preferred(a, b, context) || rankOf(a.kind, config) - rankOf(b.kind, config))
    .map(({ id, kind }) => ({ id, kind }));
  if (factors.length === 0) return { port: 'unavailable' };
  return { step: { kind: 'require', nodeId: node.id, factors } };
};

function isAcceptable(candidate: Candidate, config: Config, context: NodeContext): boolean {
  if (rankOf(candidate.kind, config) === Infinity) return false;
  if (config.raisesAssurance !== true) return true;
  return compareAcr(context.assuranceWith(candidate), context.assuranceWith()) > 0;
}

/** The flow says which factors will do; in what order they are offered, the user says before the flow does. */
function preferred(a: FactorRef, b: FactorRef, { facts }: NodeContext): number {
  const { preference } = facts.user;
  return preference === undefined ? 0 : comparePreferred(preference, a, b);
}

/** Place in the order of offer; `*` stands for every kind that is not named. */
function rankOf(kind: string, config: Config): number {
  const named = config.anyOf.indexOf(kind);
  if (named !== -1) return named;
  const any = config.anyOf.indexOf('*');
  return any === -1 ? Infinity : any;
}

function enrollable(config: Config, context: NodeContext): string[] {
  return [...context.contracts.values()]
    .filter((contract: FactorContract) => contract.standsAlone && rankOf(contract.kind, config) !== Infinity)
    .map((contract) => contract.kind)
    .sort((a, b) => rankOf(a, config) - rankOf(b, config));
}
