import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root';
import { generatedFiles } from './generated-files';

/** `npm run client`: writes what is generated of the client, into `client/` or into the folder that is named. */
async function main([folder = join(packageRoot(), 'client')]: readonly string[]): Promise<void> {
  for (const [name, text] of Object.entries(await generatedFiles())) writeFileSync(join(folder, name), text);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
