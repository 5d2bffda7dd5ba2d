import { nodeCatalogue } from '../../../src/nodes/catalogue';
import { describeNode, outcomeOf } from '../../contracts/node';
import { totp } from '../../domain/flow/example';

describeNode(nodeCatalogue.get('condition')!, {
  configs: [
    { expression: 'true' },
    { expression: 'assurance.reached >= assurance.requested' },
    { expression: 'user.groups[0] == "staff"' },
  ],
  badConfigs: [{}, { expression: '' }, { expression: true }, { expression: 'x'.repeat(1_001) }],
});

describe('a condition', () => {
  it('goes one way or the other', () => {
    expect(outcomeOf('condition', { expression: 'user.hasFactor' }, [totp]).path).toEqual([
      { nodeId: 'node', port: 'true' },
    ]);
    expect(outcomeOf('condition', { expression: 'user.hasFactor' }).path).toEqual([
      { nodeId: 'node', port: 'false' },
    ]);
  });

  it('denies when it cannot be decided', () => {
    expect(outcomeOf('condition', { expression: 'user.groups[0] == "staff"' })).toMatchObject({
      path: [],
      step: { kind: 'deny', nodeId: 'node', reason: 'condition_failed' },
    });
  });
});
