import type { NodePerformer } from '../node';

export const perform: NodePerformer = (node) => ({ step: { kind: 'allow', nodeId: node.id } });
