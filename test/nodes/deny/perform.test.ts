import { nodeCatalogue } from '../../../src/nodes/catalogue';
import { describeNode, outcomeOf } from '../../contracts/node';
import { totp } from '../../domain/flow/example';

describeNode(nodeCatalogue.get('deny')!, {
  configs: [{ reason: 'no_factor' }],
  badConfigs: [{}, { reason: '' }, { reason: 'No Factor' }, { reason: 'x'.repeat(65) }, { reason: ['x'] }],
});

describe('a deny', () => {
  it('refuses with its reason, whatever was proved', () => {
    expect(outcomeOf('deny', { reason: 'office_hours' }, [totp], [totp]).step).toEqual({
      kind: 'deny',
      nodeId: 'node',
      reason: 'office_hours',
    });
  });
});
