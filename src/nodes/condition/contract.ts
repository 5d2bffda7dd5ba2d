import type { NodeContract } from '../node';

export const contract: NodeContract = {
  type: 'condition',
  label: 'Condition',
  help: 'Goes one of two ways by a CEL expression over the facts. When it cannot be decided, the authentication is denied.',
  icon: 'split',
  config: {
    type: 'object',
    required: ['expression'],
    properties: {
      expression: {
        type: 'string',
        title: 'Expression',
        description: 'For example: assurance.reached >= assurance.requested',
        format: 'cel',
        minLength: 1,
        maxLength: 1_000,
      },
    },
  },
  ports: ['true', 'false'],
};
