import { isPlainObject, pointerTo } from '../json';
import { schemaFaults } from '../json-schema';
import { compileCondition } from './conditions';
import { flowLimits, type FlowDefinition, type FlowFault } from './definition';
import { edgeSchema, envelopeSchema, nodeSchema } from './definition-schema';
import { graphFaults } from './graph';
import type { NodeCatalogue } from './node-type';

/**
 * Everything that keeps a definition from being published, at most 100 faults; empty when it may be.
 * `definition` is untrusted JSON: sizes come first, then shapes, and only what is sound is looked at further.
 */
export function validateFlow(definition: unknown, catalogue: NodeCatalogue): FlowFault[] {
  const tooLarge = sizeFaults(definition);
  if (tooLarge.length > 0) return tooLarge;
  const misshapen = schemaFaults(envelopeSchema, definition).map(asShapeFault);
  if (misshapen.length > 0) return misshapen;
  const { nodes, edges } = definition as { nodes: unknown[]; edges: unknown[] };
  const faults = [
    ...nodes.flatMap((node, index) => nodeFaults(node, pointerTo('/nodes', index), catalogue)),
    ...edges.flatMap((edge, index) =>
      schemaFaults(edgeSchema, edge, pointerTo('/edges', index)).map(asShapeFault),
    ),
  ];
  if (faults.length > 0) return faults.slice(0, flowLimits.faults);
  const sound = definition as FlowDefinition;
  return [...expressionFaults(sound, catalogue), ...graphFaults(sound, catalogue)].slice(
    0,
    flowLimits.faults,
  );
}

function sizeFaults(definition: unknown): FlowFault[] {
  if (!isPlainObject(definition)) return [];
  return (['nodes', 'edges'] as const)
    .filter((member) => lengthOf(definition[member]) > flowLimits[member])
    .map((member) => ({
      pointer: `/${member}`,
      code: 'too_large',
      detail: `at most ${flowLimits[member]} ${member}`,
    }));
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : 0;
}

function asShapeFault(fault: { pointer: string; detail: string }): FlowFault {
  return { ...fault, code: 'shape' };
}

function nodeFaults(node: unknown, pointer: string, catalogue: NodeCatalogue): FlowFault[] {
  const type =
    isPlainObject(node) && typeof node['type'] === 'string' ? catalogue.get(node['type']) : undefined;
  const configSchema = type?.contract.config ?? { type: 'object' };
  const configPointer = pointerTo(pointer, 'config');
  const faults = schemaFaults(nodeSchema(configSchema), node, pointer).map((fault): FlowFault => {
    const isConfig = fault.pointer === configPointer || fault.pointer.startsWith(`${configPointer}/`);
    return { ...fault, code: isConfig ? 'config' : 'shape' };
  });
  if (type === undefined) {
    const unknownType: FlowFault = {
      pointer: pointerTo(pointer, 'type'),
      code: 'unknown_type',
      detail: 'there is no such node type',
    };
    // Without a type nothing can be said about its configuration.
    return [...faults.filter((fault) => fault.code !== 'config'), unknownType];
  }
  return faults;
}

function expressionFaults({ nodes }: FlowDefinition, catalogue: NodeCatalogue): FlowFault[] {
  const expressions = nodes.flatMap(({ type, config }, index) =>
    celProperties(catalogue.get(type)?.contract.config ?? {}).map((property) => ({
      expression: config[property],
      pointer: pointerTo(pointerTo(pointerTo('/nodes', index), 'config'), property),
    })),
  );
  const total = expressions.reduce((sum, { expression }) => sum + lengthOf(expression), 0);
  if (total > flowLimits.expressionCharacters) {
    const detail = `at most ${flowLimits.expressionCharacters} characters in all expressions`;
    return [{ pointer: '/nodes', code: 'too_large', detail }];
  }
  return expressions.flatMap(({ expression, pointer }): FlowFault[] => {
    if (typeof expression !== 'string') return [];
    const compiled = compileCondition(expression);
    return compiled.ok ? [] : [{ pointer, code: 'expression', detail: compiled.detail }];
  });
}

/** The properties of a node type's configuration that hold conditions. */
export function celProperties(config: {
  properties?: Readonly<Record<string, { format?: string }>>;
}): string[] {
  return Object.entries(config.properties ?? {})
    .filter(([, schema]) => schema.format === 'cel')
    .map(([property]) => property);
}
