import type { NodeContract } from '../node';

export const contract: NodeContract = {
  type: 'deny',
  label: 'Deny',
  help: 'Ends the authentication without an assertion and tells the application the reason.',
  icon: 'circle-x',
  config: {
    type: 'object',
    required: ['reason'],
    properties: {
      reason: {
        type: 'string',
        title: 'Reason',
        description: 'A stable word for the application, such as no_factor.',
        pattern: '^[a-z][a-z0-9_]{0,63}$',
      },
    },
  },
  ports: [],
};
