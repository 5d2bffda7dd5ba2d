import { readMasterKeyFile } from '../../../security/master-key/master-key-file';
import { dataKeyBinding } from '../../../security/data-keys';
import { deploymentScope } from '../../../security/key-scope';
import { openSigningKey } from '../../../security/signing-key';
import { randomBase62 } from '../../../security/random-id';
import { countSigningKeys, sampleDataKeys } from '../../../persistence/key-facts-repository';
import { countDataKeysByMasterKey } from '../../../persistence/master-key-usage';
import { listSigningKeys } from '../../../persistence/signing-key-repository';
import { complaintsOr, fail, ok, type Check, type Sight } from '../check';
import { PrerequisiteMissing } from '../prerequisite';

export const masterKeyCheck: Check = {
  name: 'master-key',
  asks: 'whether the master key file can be read, by its owner alone',
  async look(installation) {
    const path = installation.setting('masterKeyFile');
    try {
      const { keys } = await readMasterKeyFile(path);
      return [ok(`The master key file holds ${keys.size} ${keys.size === 1 ? 'key' : 'keys'}.`)];
    } catch (error) {
      const says = error instanceof Error ? error.message : String(error);
      const mend = says.includes('open to other users')
        ? `Run chmod 600 ${path}, and think of the keys as read by whoever could.`
        : 'Restore the file from its backup, mode 0600; for a new deployment run npm run create-master-key.';
      return [fail(says, mend)];
    }
  },
};

const SAMPLE = 50;

export const dataKeysCheck: Check = {
  name: 'data-keys',
  asks: 'whether the master key file has every key that is in use, and a sample of data keys opens',
  async look(installation) {
    const pool = await installation.keys();
    const masterKeys = await installation.masterKeys();
    const { keys: inFile } = await readMasterKeyFile(installation.setting('masterKeyFile'));
    const used = await countDataKeysByMasterKey(pool);
    const missing = [...used].filter(([masterKeyId]) => !inFile.has(masterKeyId));
    if (missing.length > 0) {
      const lost = missing.reduce((sum, [, keys]) => sum + keys, 0);
      return [
        fail(
          `${lost} data keys are wrapped under a master key that the file lacks (${missing.map(([masterKeyId]) => masterKeyId).join(', ')}).`,
          'Restore the master key file that belongs to this keys database.',
        ),
      ];
    }
    const sample = await sampleDataKeys(pool, SAMPLE, randomBase62(6));
    let closed = 0;
    for (const row of sample) {
      const binding = dataKeyBinding({ tenantId: row.tenantId, userId: row.userId }, row.keyId);
      await masterKeys.unwrap(row.masterKeyId, row.wrapped, binding).catch(() => (closed += 1));
    }
    if (closed === 0) return [ok(`A sample of the data keys opens (${sample.length}).`)];
    return [
      fail(
        `${closed} of ${sample.length} data keys do not open under the master key of that id.`,
        'Let MFAFLOW_MASTER_KEY_FILE and KEYS_DATABASE_URL name those of one deployment.',
      ),
    ];
  },
};

export const signingKeysCheck: Check = {
  name: 'signing-keys',
  asks: 'whether there is one signing key that is active, one that is next, and both open',
  async look(installation) {
    const pool = await installation.main();
    const { active, next, compromisedWithPrivateHalf } = await countSigningKeys(pool);
    const sights: Sight[] = [];
    for (const [kind, number] of Object.entries({ active, next }))
      if (number === 0)
        sights.push(
          fail(
            `There is no ${kind} signing key${kind === 'active' ? ', so that no login can end' : ''}.`,
            'Start an API process or a worker again: it makes the keys that are missing.',
          ),
        );
    if (compromisedWithPrivateHalf > 0)
      sights.push(
        fail(
          'A signing key that has leaked still has its private half.',
          'Rotate once more: npm run rotate-keys -- --signing.',
        ),
      );
    if (active + next > 0 && !(await opens(installation)))
      sights.push(
        fail(
          'The signing keys do not open under the key of this deployment.',
          'Let DATABASE_URL and KEYS_DATABASE_URL name the databases of one deployment.',
        ),
      );
    return complaintsOr(sights, 'One signing key is active, and one is next.');
  },
};

async function opens(installation: Parameters<Check['look']>[0]): Promise<boolean> {
  const rows = await listSigningKeys(await installation.main(), 0);
  const dataKeys = await installation.dataKeys();
  const deploymentKey = await dataKeys.forScope(deploymentScope).catch((error: unknown) => {
    // Which of the keys is missing or does not open is what the check of the data keys says.
    const absent = error instanceof Error && error.name === 'KeyAbsent';
    if (absent) return undefined;
    throw new PrerequisiteMissing('the key of the deployment does not open', { cause: error });
  });
  if (deploymentKey === undefined) return false;
  try {
    for (const row of rows) if (row.status !== 'retired') openSigningKey(deploymentKey, row);
    return true;
  } catch {
    return false;
  }
}
