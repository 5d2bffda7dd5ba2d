import { pointerTo } from '../json';
import type { FlowDefinition, FlowFault } from './definition';
import type { NodeCatalogue } from './node-type';

/**
 * What is wrong with the graph of a definition whose nodes and edges are well shaped and of known types: ids, edges,
 * ports, reach, cycles. Linear in nodes and edges.
 */
export function graphFaults(definition: FlowDefinition, catalogue: NodeCatalogue): FlowFault[] {
  const nodes = new Map(definition.nodes.map((node) => [node.id, node]));
  const dangling = [
    ...duplicateIds(definition),
    ...(nodes.has(definition.start) ? [] : [unknownNode('/start')]),
    ...definition.edges.flatMap((edge, index) =>
      (['from', 'to'] as const)
        .filter((end) => !nodes.has(edge[end]))
        .map((end) => unknownNode(pointerTo(pointerTo('/edges', index), end))),
    ),
  ];
  if (dangling.length > 0) return dangling;
  const loose = portFaults(definition, catalogue);
  if (loose.length > 0) return loose;
  return [...unreachable(definition), ...cycles(definition)];
}

function unknownNode(pointer: string): FlowFault {
  return { pointer, code: 'unknown_node', detail: 'there is no node of this id' };
}

function duplicateIds(definition: FlowDefinition): FlowFault[] {
  const seen = new Set<string>();
  return definition.nodes.flatMap(({ id }, index): FlowFault[] => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    const pointer = pointerTo(pointerTo('/nodes', index), 'id');
    return [{ pointer, code: 'duplicate_id', detail: 'another node has this id' }];
  });
}

function portFaults(definition: FlowDefinition, catalogue: NodeCatalogue): FlowFault[] {
  const portsOf = new Map(
    definition.nodes.map((node) => [node.id, catalogue.get(node.type)?.contract.ports ?? []]),
  );
  const connected = new Set<string>();
  const faults = definition.edges.flatMap(({ from, port }, index): FlowFault[] => {
    const pointer = pointerTo(pointerTo('/edges', index), 'port');
    if (portsOf.get(from)?.includes(port) !== true) {
      return [{ pointer, code: 'unknown_port', detail: 'the node has no such port' }];
    }
    if (connected.has(`${from} ${port}`)) {
      return [{ pointer, code: 'duplicate_edge', detail: 'the port is connected twice' }];
    }
    connected.add(`${from} ${port}`);
    return [];
  });
  const missing = definition.nodes.flatMap(({ id }, index) =>
    (portsOf.get(id) ?? [])
      .filter((port) => !connected.has(`${id} ${port}`))
      .map((port): FlowFault => {
        const pointer = pointerTo('/nodes', index);
        return { pointer, code: 'missing_port', detail: `port ${port} is not connected` };
      }),
  );
  return [...faults, ...missing];
}

function targetsOf(definition: FlowDefinition): Map<string, string[]> {
  const targets = new Map(definition.nodes.map((node): [string, string[]] => [node.id, []]));
  for (const { from, to } of definition.edges) targets.get(from)?.push(to);
  return targets;
}

function unreachable(definition: FlowDefinition): FlowFault[] {
  const targets = targetsOf(definition);
  const reached = new Set([definition.start]);
  // A set is walked in the order of insertion, those added on the way included.
  for (const id of reached) for (const to of targets.get(id) ?? []) reached.add(to);
  return definition.nodes.flatMap(({ id }, index): FlowFault[] => {
    if (reached.has(id)) return [];
    const pointer = pointerTo('/nodes', index);
    return [{ pointer, code: 'unreachable', detail: 'no path leads here from the start' }];
  });
}

/** Kahn's algorithm: what is left when nodes without an incoming edge are taken away again and again is on a cycle or behind one. */
function cycles(definition: FlowDefinition): FlowFault[] {
  const targets = targetsOf(definition);
  const incoming = new Map(definition.nodes.map((node): [string, number] => [node.id, 0]));
  for (const { to } of definition.edges) incoming.set(to, (incoming.get(to) ?? 0) + 1);
  const free = new Set(definition.nodes.map(({ id }) => id).filter((id) => incoming.get(id) === 0));
  for (const id of free) {
    for (const to of targets.get(id) ?? []) {
      const left = (incoming.get(to) ?? 0) - 1;
      incoming.set(to, left);
      if (left === 0) free.add(to);
    }
  }
  const stuck = definition.nodes.findIndex(({ id }) => !free.has(id));
  if (stuck === -1) return [];
  const pointer = pointerTo('/nodes', stuck);
  return [{ pointer, code: 'cycle', detail: 'the node is on a cycle or behind one' }];
}
