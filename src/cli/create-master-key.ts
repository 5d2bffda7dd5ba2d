import { readConfig } from '../config';
import { ensureMasterKeyFile } from '../security/master-key/create-master-key-file';

/** `node dist/src/cli/create-master-key.js`: makes MFAFLOW_MASTER_KEY_FILE unless it is there, and checks it. */
async function main(): Promise<void> {
  const { masterKeyFile } = readConfig(process.env);
  await ensureMasterKeyFile(masterKeyFile);
  console.log(`${masterKeyFile} is in order; keep a copy apart from the backups of the databases`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
