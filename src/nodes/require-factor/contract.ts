import type { NodeContract } from '../node';

export const contract: NodeContract = {
  type: 'require-factor',
  label: 'Require a factor',
  help: 'Waits until the user has proved one of these kinds of factor, each factor once.',
  icon: 'key-round',
  config: {
    type: 'object',
    required: ['anyOf'],
    properties: {
      anyOf: {
        type: 'array',
        title: 'Any of',
        description:
          'Kinds of factor in the order in which they are offered to users who prefer none; * is every kind.',
        items: { type: 'string', format: 'factor-kind', pattern: '^(\\*|[a-z][a-z0-9-]{0,31})$' },
        minItems: 1,
        maxItems: 20,
        uniqueItems: true,
        default: ['*'],
      },
      raisesAssurance: {
        type: 'boolean',
        title: 'Only what raises the assurance',
        description:
          'Leaves out factors that would add nothing to those proved before, such as a second of one kind.',
        default: false,
      },
      enrolWhenNone: {
        type: 'boolean',
        title: 'Enrol when the user has none',
        description: 'A user without any usable factor is asked to enrol one of these kinds.',
        default: false,
      },
    },
  },
  ports: ['proved', 'unavailable'],
};
