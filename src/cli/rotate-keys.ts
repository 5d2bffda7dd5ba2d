import { parseArgs } from 'node:util';
import { readConfig } from '../config';
import { createLog, layFoundation } from '../foundation';
import { addMasterKey } from '../security/master-key/add-master-key';
import { openFileMasterKeyStore } from '../security/master-key/file-master-key-store';
import { rewrapDataKeys } from '../security/rotate-master-key';
import { createSigningKeys } from '../security/signing-keys';

/**
 * `npm run rotate-keys -- --master`: a new master key, then every data key under it; repeat after an interruption
 * with `--rewrap` alone. `-- --signing`: the announced signing key signs from now on;
 * with `--force` even if it was announced less than an hour ago, for a key that has leaked.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      master: { type: 'boolean' },
      rewrap: { type: 'boolean' },
      signing: { type: 'boolean' },
      force: { type: 'boolean' },
    },
  });
  const config = readConfig(process.env);
  if (values.master) console.log(`master key ${await addMasterKey(config.masterKeyFile)} is current`);
  const log = createLog(config, 'api');
  const foundation = await layFoundation(config, log);
  try {
    if (values.master || values.rewrap) {
      const masterKeys = await openFileMasterKeyStore(config.masterKeyFile);
      await rewrapDataKeys({
        pool: foundation.keysPool,
        masterKeys,
        onProgress: (progress) => console.log(JSON.stringify(progress)),
      });
    }
    if (values.signing) {
      const signingKeys = createSigningKeys({
        pool: foundation.pool,
        dataKeys: foundation.dataKeys,
        issuer: config.issuer,
        log,
      });
      await signingKeys.ensure();
      await signingKeys.rotate({ force: values.force === true });
      console.log(`signing key ${signingKeys.active().kid} is active`);
      signingKeys.close();
    }
  } finally {
    await foundation.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
