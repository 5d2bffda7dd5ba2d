import { readConfig } from '../config';
import { migrate } from '../persistence/migrate';

/** `npm run migrate`: brings both databases to this release. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const applied =
    (await migrate(config.databaseUrl, 'main', console.log)) +
    (await migrate(config.keysDatabaseUrl, 'keys', console.log));
  console.log(applied === 0 ? 'nothing to migrate' : `${applied} applied`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
