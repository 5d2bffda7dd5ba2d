import type { FlowDefinition } from '../src/domain/flow/definition';

type FlowNode = FlowDefinition['nodes'][number];
type FlowEdge = FlowDefinition['edges'][number];

/** Of these one is the factor, three are the ends, and all the rest are conditions that a login walks through. */
const nodeCount = 50;

/** Conditions as a security team writes them, each true for the users of the bench. */
const expressions = [
  'assurance.reached >= assurance.requested',
  '!("contractors" in user.groups) || assurance.reached >= 2',
  'request.purpose == "login" || request.maxAge <= 900',
  'user.hasFactor && size(user.factors) < 10',
  '!request.ip.startsWith("203.0.113.")',
  '"totp" in proved || "passkey" in proved',
];

/** A login flow of 50 nodes, all conditions of which are on the way of every login. */
export function largeFlow(): FlowDefinition {
  const conditions = Array.from({ length: nodeCount - 4 }, (_, index): FlowNode => ({
    id: `condition-${index}`,
    type: 'condition',
    config: { expression: expressions[index % expressions.length] },
  }));
  const nodes: FlowNode[] = [
    { id: 'factor', type: 'require-factor', config: { anyOf: ['*'] } },
    ...conditions,
    { id: 'allow', type: 'allow', config: {} },
    { id: 'deny', type: 'deny', config: { reason: 'policy' } },
    { id: 'deny-no-factor', type: 'deny', config: { reason: 'no_factor' } },
  ];
  const edges = conditions.flatMap(({ id }, index): FlowEdge[] => [
    { from: id, port: 'true', to: conditions[index + 1]?.id ?? 'allow' },
    { from: id, port: 'false', to: 'deny' },
  ]);
  return {
    schema: 'mfaflow.flow/1',
    name: 'login',
    trigger: { event: 'authentication.requested' },
    start: 'factor',
    nodes,
    edges: [
      { from: 'factor', port: 'proved', to: 'condition-0' },
      { from: 'factor', port: 'unavailable', to: 'deny-no-factor' },
      ...edges,
    ],
  };
}
