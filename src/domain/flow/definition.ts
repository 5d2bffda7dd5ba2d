/** A flow as it is published: immutable JSON, one version of it. */
export interface FlowDefinition {
  readonly schema: 'mfaflow.flow/1';
  readonly name: string;
  readonly title?: string;
  readonly trigger: { readonly event: 'authentication.requested' };
  /** Id of the node where a walk begins. */
  readonly start: string;
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
}

interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly label?: string;
}

interface FlowEdge {
  readonly from: string;
  /** The way out of `from` that this edge continues. */
  readonly port: string;
  readonly to: string;
}

/** One thing that is wrong with a definition. */
export interface FlowFault {
  /** JSON pointer into the definition (RFC 6901). */
  readonly pointer: string;
  readonly code: FlowFaultCode;
  readonly detail: string;
}

type FlowFaultCode =
  | 'shape'
  | 'too_large'
  | 'duplicate_id'
  | 'duplicate_edge'
  | 'unknown_node'
  | 'unknown_type'
  | 'unknown_port'
  | 'missing_port'
  | 'config'
  | 'expression'
  | 'unreachable'
  | 'cycle';

/** Sizes beyond which a definition is refused before anything else is looked at. */
export const flowLimits = {
  nodes: 500,
  edges: 2_000,
  /** Over all expressions: one walk may evaluate each of them once. */
  expressionCharacters: 50_000,
  faults: 100,
} as const;
