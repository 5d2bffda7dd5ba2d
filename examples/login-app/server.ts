import { createAccounts, demoAccounts } from './accounts';
import { createApp } from './app';
import { createAssertionVerifier } from './assertion';
import { readConfiguration } from './configuration';
import { createMfaflow } from './mfaflow';

/** The application's name as `aud` of assertions: one that was made for another application is refused. */
const audience = 'login-app';

async function main(): Promise<void> {
  const { port, mfaflowUrl, mfaflowKey, issuer } = readConfiguration(process.env);
  const mfaflow = createMfaflow(mfaflowUrl, mfaflowKey, audience);
  const accounts = await createAccounts(demoAccounts);
  for (const { userId } of accounts.all) await mfaflow.makeUser(userId);
  await mfaflow.offerReturnUrl(`http://127.0.0.1:${port}/code/return`);
  const verifyAssertion = createAssertionVerifier({ mfaflowUrl, issuer, audience });
  createApp({ accounts, mfaflow, verifyAssertion }).listen(port, '127.0.0.1', (error?: Error) => {
    if (error !== undefined) throw error;
    console.log(`Open http://127.0.0.1:${port} and log in as one of:`);
    for (const { name, password } of demoAccounts) console.log(`  ${name} / ${password}`);
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
