import type { Acr } from '../assurance';
import type { FactorContracts } from '../factor-contract';
import type { JsonSchema } from '../json-schema';
import type { Condition } from './conditions';
import type { AuthenticationFacts, Proof, Step } from './walk';

/** All that the builder needs to show a node type and its form, and the validator to check one; plain data. */
export interface NodeContract {
  readonly type: string;
  readonly label: string;
  readonly help: string;
  /** A name out of the icon set of the user interfaces. */
  readonly icon: string;
  /** Properties of format `cel` are compiled with the flow. */
  readonly config: JsonSchema;
  /** The ways out; each must be connected. Empty for a node that ends the flow. */
  readonly ports: readonly string[];
}

/** A node of a compiled flow, as its performer sees it. */
export interface CompiledNode {
  readonly id: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The compiled `cel` properties of `config`, by property. */
  readonly conditions: ReadonlyMap<string, Condition>;
}

export interface NodeContext {
  readonly facts: AuthenticationFacts;
  readonly contracts: FactorContracts;
  readonly proofs: readonly Proof[];
  /** What all proofs so far add up to. */
  readonly reached: Acr;
  /** What would be reached with the proofs that nodes have taken and, where given, one more. */
  assuranceWith(candidate?: { readonly factorId: string; readonly kind: string }): Acr;
  /** Decides a condition over the facts; `undefined` when it cannot be decided, which must never open a door. */
  decide(condition: Condition): boolean | undefined;
}

/** Leave by a port, having used the proof of a factor or none; or stop at a step. */
type NodeOutcome = { readonly port: string; readonly uses?: string } | { readonly step: Step };

/** Pure: the same node and context always give the same outcome. */
export type NodePerformer = (node: CompiledNode, context: NodeContext) => NodeOutcome;

export interface NodeType {
  readonly contract: NodeContract;
  readonly perform: NodePerformer;
}

/** The node types that are known, by type. */
export type NodeCatalogue = ReadonlyMap<string, NodeType>;
