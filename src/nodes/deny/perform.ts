import type { NodePerformer } from '../node';

export const perform: NodePerformer = (node) => {
  const { reason } = node.config as { reason: string };
  return { step: { kind: 'deny', nodeId: node.id, reason } };
};
