import type { NodeContract } from '../node';

export const contract: NodeContract = {
  type: 'allow',
  label: 'Allow',
  help: 'Ends the authentication with an assertion. Never without a proved factor, never below the requested assurance.',
  icon: 'circle-check',
  config: { type: 'object', properties: {} },
  ports: [],
};
