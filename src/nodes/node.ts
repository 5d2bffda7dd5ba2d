export type { NodeContext, NodeContract, NodePerformer } from '../domain/flow/node-type';
