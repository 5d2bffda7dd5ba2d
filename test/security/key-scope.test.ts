import { deploymentScope, keyScopeOfWorkflowId, tenantScope } from '../../src/security/key-scope';
import { lifecycleWorkflowId } from '../../src/temporal/names';

test("a lifecycle's payloads are its user's", () => {
  expect(keyScopeOfWorkflowId(lifecycleWorkflowId('ten_1', 'usr_2'))).toEqual({
    tenantId: 'ten_1',
    userId: 'usr_2',
  });
});

test('what serves more than one user of a tenant is under the key of the tenant', () => {
  expect(keyScopeOfWorkflowId('ten_1/-/campaign/cmp_3')).toEqual(tenantScope('ten_1'));
});

test.each([
  '-/-/sweep/resting/3',
  '',
  'sweep',
  'ten_1/usr_2',
  'ten_1/usr_2/',
  '/usr_2/life',
  'a b/c/life',
  '-/usr_2/life',
])('no tenant in %j: it is the key of the deployment', (workflowId) => {
  expect(keyScopeOfWorkflowId(workflowId)).toEqual(deploymentScope);
});
