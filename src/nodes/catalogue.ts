import type { NodeCatalogue, NodeType } from '../domain/flow/node-type';
import { contract as allow } from './allow/contract';
import { perform as performAllow } from './allow/perform';
import { contract as condition } from './condition/contract';
import { perform as performCondition } from './condition/perform';
import { contract as deny } from './deny/contract';
import { perform as performDeny } from './deny/perform';
import { contract as requireFactor } from './require-factor/contract';
import { perform as performRequireFactor } from './require-factor/perform';

const nodeTypes: readonly NodeType[] = [
  { contract: requireFactor, perform: performRequireFactor },
  { contract: condition, perform: performCondition },
  { contract: allow, perform: performAllow },
  { contract: deny, perform: performDeny },
];

/** Every node type there is; a new one is a line in the list above. */
export const nodeCatalogue: NodeCatalogue = new Map(nodeTypes.map((type) => [type.contract.type, type]));
