import { nodeCatalogue } from '../../../src/nodes/catalogue';
import { describeNode, outcomeOf } from '../../contracts/node';
import { totp } from '../../domain/flow/example';

describeNode(nodeCatalogue.get('allow')!, { configs: [{}], badConfigs: [{ acr: 'aal2' }] });

describe('an allow', () => {
  it('lets a user through who proved a factor', () => {
    expect(outcomeOf('allow', {}, [totp], [totp]).step).toEqual({ kind: 'allow', nodeId: 'node' });
  });

  it('does not let a user through who proved none', () => {
    expect(outcomeOf('allow', {}, [totp]).step).toEqual({
      kind: 'deny',
      nodeId: 'node',
      reason: 'no_factor',
    });
  });
});
