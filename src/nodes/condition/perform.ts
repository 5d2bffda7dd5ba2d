import type { NodePerformer } from '../node';

export const perform: NodePerformer = (node, context) => {
  const condition = node.conditions.get('expression');
  const decided = condition === undefined ? undefined : context.decide(condition);
  if (decided === undefined) return { step: { kind: 'deny', nodeId: node.id, reason: 'condition_failed' } };
  return { port: decided ? 'true' : 'false' };
};
