import { compareAcr, meetsAcr } from '../../domain/assurance';
import type { FactorContracts } from '../../domain/factor-contract';
import { comparePreferred } from '../../domain/factor-preference';
import type { FactorRef } from '../../domain/flow/walk';
import { alternativesTo } from '../../domain/restricted-factor';
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
    .sort(
      (a, b) =>
        bySufficiency(a, b, context) || preferred(a, b, context) || byOffer(a.kind, b.kind, config, context),
    )
    .map(({ id, kind }) => ({ id, kind }));
  if (factors.length === 0) return { port: 'unavailable' };
  return { step: { kind: 'require', nodeId: node.id, factors } };
};

function isAcceptable(candidate: Candidate, config: Config, context: NodeContext): boolean {
  if (rankOf(candidate.kind, config) === Infinity) return false;
  if (config.raisesAssurance !== true) return true;
  return compareAcr(context.assuranceWith(candidate), context.assuranceWith()) > 0;
}

/** Where an assurance was asked for, what reaches it at once comes before what would need another beside it. */
function bySufficiency(a: FactorRef, b: FactorRef, context: NodeContext): number {
  const { acr } = context.facts.request;
  if (acr === null) return 0;
  const suffices = ({ id: factorId, kind }: FactorRef): boolean =>
    meetsAcr(context.assuranceWith({ factorId, kind }), acr);
  return Number(suffices(b)) - Number(suffices(a));
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

/** The order of the flow, and where it has none, what is stronger first and what is meant for emergencies last. */
function byOffer(one: string, other: string, config: Config, { contracts }: NodeContext): number {
  const weakness = (kind: string): number => {
    const contract = contracts.get(kind);
    if (contract?.standsAlone === false) return 3;
    if (contract?.authenticator === 'mailbox') return 2;
    return contract?.lowAssurance === true ? 1 : 0;
  };
  return rankOf(one, config) - rankOf(other, config) || weakness(one) - weakness(other);
}

/**
 * A restricted kind is listed with an alternative that the node would take as well, or not at all: nobody is led into a
 * factor that they could never do without (NIST SP 800-63B-4 §3.2.9).
 */
function enrollable(config: Config, context: NodeContext): string[] {
  const kinds = [...context.contracts.values()]
    .filter((contract) => contract.standsAlone && contract.issuedByOperator !== true)
    .map((contract) => contract.kind)
    .filter((kind) => rankOf(kind, config) !== Infinity);
  return kinds
    .filter((kind) => isAccompanied(kind, kinds, context.contracts))
    .sort((a, b) => byOffer(a, b, config, context));
}

function isAccompanied(kind: string, kinds: readonly string[], contracts: FactorContracts): boolean {
  if (contracts.get(kind)?.restricted !== true) return true;
  return alternativesTo(kind, [], contracts).some((alternative) => kinds.includes(alternative));
}
