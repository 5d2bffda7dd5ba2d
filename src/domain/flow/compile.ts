import { MfaError } from '../errors';
import { compileCondition, type Condition } from './conditions';
import type { FlowDefinition, FlowFault } from './definition';
import type { CompiledNode, NodeCatalogue, NodePerformer, NodeType } from './node-type';
import { celProperties, validateFlow } from './validate';

/** A flow that is ready to be walked. It holds functions: keep it in memory, store its definition. */
export interface CompiledFlow {
  readonly name: string;
  readonly start: string;
  readonly nodes: ReadonlyMap<string, WalkableNode>;
}

interface WalkableNode extends CompiledNode {
  readonly perform: NodePerformer;
  /** The id of the node behind each port. */
  readonly next: ReadonlyMap<string, string>;
}

/** A definition that cannot be walked, with everything that is wrong with it. */
export class FlowInvalid extends MfaError {
  readonly faults: readonly FlowFault[];

  constructor(faults: readonly FlowFault[]) {
    const [first] = faults;
    super('invalid_request', {
      detail: `the flow is invalid: ${first?.pointer ?? ''} ${first?.detail ?? ''}`,
    });
    this.faults = faults;
  }
}

/** Validates a definition and makes it ready to be walked. Throws `FlowInvalid`. */
export function compileFlow(definition: unknown, catalogue: NodeCatalogue): CompiledFlow {
  const faults = validateFlow(definition, catalogue);
  if (faults.length > 0) throw new FlowInvalid(faults);
  const { name, start, nodes, edges } = definition as FlowDefinition;
  const next = new Map(nodes.map((node) => [node.id, new Map<string, string>()]));
  for (const { from, port, to } of edges) next.get(from)?.set(port, to);
  const walkable = nodes.flatMap(({ id, type, config }): [string, WalkableNode][] => {
    const nodeType = catalogue.get(type);
    const ways = next.get(id);
    if (nodeType === undefined || ways === undefined) return [];
    const conditions = conditionsOf(config, nodeType);
    return [
      [id, { id, type, config: structuredClone(config), conditions, perform: nodeType.perform, next: ways }],
    ];
  });
  return { name, start, nodes: new Map(walkable) };
}

function conditionsOf(config: Readonly<Record<string, unknown>>, nodeType: NodeType): Map<string, Condition> {
  const conditions = new Map<string, Condition>();
  for (const property of celProperties(nodeType.contract.config)) {
    const expression = config[property];
    if (typeof expression !== 'string') continue;
    const compiled = compileCondition(expression);
    if (compiled.ok) conditions.set(property, compiled.condition);
  }
  return conditions;
}
