import { deriveDeploymentSecrets } from '../../src/security/deployment-secrets';
import { deploymentScope } from '../../src/security/key-scope';
import { looseKey } from './test-keys';

const deploymentKey = looseKey(deploymentScope);

test('the same deployment key gives the same secrets, so that a restart changes nothing', () => {
  expect(deriveDeploymentSecrets(deploymentKey)).toEqual(deriveDeploymentSecrets({ ...deploymentKey }));
});

test('each secret is 32 bytes and unlike the others and the key they come from', () => {
  const all = [...Object.values(deriveDeploymentSecrets(deploymentKey)), deploymentKey.key] as Buffer[];
  expect(all.map((secret) => secret.length)).toEqual([32, 32, 32, 32, 32, 32]);
  expect(new Set(all.map((secret) => secret.toString('hex'))).size).toBe(6);
});

test('another deployment has other secrets', () => {
  const other = deriveDeploymentSecrets(looseKey(deploymentScope));
  expect(other.pepper).not.toEqual(deriveDeploymentSecrets(deploymentKey).pepper);
});
