import { assuranceOf, meetsAcr, type Acr } from '../assurance';
import { MfaError } from '../errors';
import type { FactorContracts } from '../factor-contract';
import type { CompiledFlow } from './compile';
import { conditionFacts, type ConditionFacts } from './condition-facts';
import type { NodeContext } from './node-type';
import type { AuthenticationFacts, Proof, Step, Walk } from './walk';

export interface Advance {
  readonly walk: Walk;
  readonly step: Step;
  /** The ports left by on the way, in order. */
  readonly path: readonly { readonly nodeId: string; readonly port: string }[];
}

/** A walk at the start of a flow, with earlier proofs that the caller still accepts (age, epoch) or none. */
export function beginWalk(flow: CompiledFlow, proofs: readonly Proof[] = []): Walk {
  return { position: flow.start, proofs: proofs.map((proof) => ({ ...proof, usedBy: null })) };
}

/**
 * Walks on from where the walk stands until it must wait for the user or has ended. Pure, and idempotent: without a new
 * proof or new facts the same step comes again. At most as many moves as the flow has nodes.
 *
 * Whatever the flow says, nobody is allowed through without a proof (`no_factor`) or below the requested assurance
 * (`acr_unreachable`). Throws `internal` when the walk belongs to another flow.
 */
export function advance(
  flow: CompiledFlow,
  walk: Walk,
  facts: AuthenticationFacts,
  contracts: FactorContracts,
): Advance {
  let proofs = countable(walk.proofs, contracts);
  const reached = assuranceOf(proofs, contracts, facts.request.primary).acr;
  const decide = conditionDecider(facts, proofs, reached);
  const path: { nodeId: string; port: string }[] = [];
  let position = walk.position;
  for (let moves = 0; moves <= flow.nodes.size; moves += 1) {
    const node = flow.nodes.get(position);
    if (node === undefined) throw new MfaError('internal', { detail: 'the walk belongs to another flow' });
    const context: NodeContext = {
      facts,
      contracts,
      proofs,
      reached,
      assuranceWith: assuranceJudge(facts, contracts, proofs),
      decide,
    };
    const outcome = node.perform(node, context);
    if ('step' in outcome) {
      const step = guarded(outcome.step, proofs, reached, facts.request.acr);
      return { walk: { position, proofs }, step, path };
    }
    proofs = proofs.map((proof) =>
      proof.factorId === outcome.uses ? { ...proof, usedBy: proof.usedBy ?? node.id } : proof,
    );
    const next = node.next.get(outcome.port);
    if (next === undefined) return { walk: { position, proofs }, step: broken(position), path };
    path.push({ nodeId: node.id, port: outcome.port });
    position = next;
  }
  return { walk: { position, proofs }, step: broken(position), path };
}

/** One proof per factor, the first, and none of a kind that is not known. */
function countable(proofs: readonly Proof[], contracts: FactorContracts): readonly Proof[] {
  return proofs.filter(
    (proof, index) =>
      contracts.has(proof.kind) &&
      proofs.findIndex((earlier) => earlier.factorId === proof.factorId) === index,
  );
}

function guarded(step: Step, proofs: readonly Proof[], reached: Acr, requested: Acr | null): Step {
  if (step.kind !== 'allow') return step;
  if (proofs.length === 0 || reached === 'aal0')
    return { kind: 'deny', nodeId: step.nodeId, reason: 'no_factor' };
  if (!meetsAcr(reached, requested)) return { kind: 'deny', nodeId: step.nodeId, reason: 'acr_unreachable' };
  return step;
}

/** A performer that breaks its contract must not open a door. */
function broken(nodeId: string): Step {
  return { kind: 'deny', nodeId, reason: 'flow_broken' };
}

function conditionDecider(
  facts: AuthenticationFacts,
  proofs: readonly Proof[],
  reached: Acr,
): NodeContext['decide'] {
  let named: ConditionFacts | undefined;
  return (condition) => condition.evaluate((named ??= conditionFacts(facts, proofs, reached)));
}

function assuranceJudge(
  facts: AuthenticationFacts,
  contracts: FactorContracts,
  proofs: readonly Proof[],
): NodeContext['assuranceWith'] {
  return (candidate) => {
    const taken: { factorId: string; kind: string }[] = proofs.filter((proof) => proof.usedBy !== null);
    return assuranceOf(
      candidate === undefined ? taken : [...taken, candidate],
      contracts,
      facts.request.primary,
    ).acr;
  };
}
