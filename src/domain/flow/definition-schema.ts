import type { JsonSchema } from '../json-schema';
import { flowLimits } from './definition';

const id: JsonSchema = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$' };
const title: JsonSchema = { type: 'string', minLength: 1, maxLength: 200 };

/** The shape of a definition without its nodes and edges; those are looked at one by one. */
export const envelopeSchema: JsonSchema = {
  type: 'object',
  required: ['schema', 'name', 'trigger', 'start', 'nodes', 'edges'],
  properties: {
    schema: { type: 'string', enum: ['mfaflow.flow/1'] },
    name: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$' },
    title,
    trigger: {
      type: 'object',
      required: ['event'],
      properties: { event: { type: 'string', enum: ['authentication.requested'] } },
    },
    start: id,
    nodes: { type: 'array', minItems: 1, maxItems: flowLimits.nodes },
    edges: { type: 'array', maxItems: flowLimits.edges },
  },
};

/** The shape of a node without what its type says about `config`. */
export function nodeSchema(config: JsonSchema): JsonSchema {
  return {
    type: 'object',
    required: ['id', 'type', 'config'],
    properties: { id, type: { type: 'string', maxLength: 64 }, config, label: title },
  };
}

export const edgeSchema: JsonSchema = {
  type: 'object',
  required: ['from', 'port', 'to'],
  properties: { from: id, port: { type: 'string', maxLength: 64 }, to: id },
};
