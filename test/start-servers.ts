import { startTestServers, type TestServers } from './test-servers';

declare global {
  var mfaflowTestServers: TestServers | undefined;
}

/** Jest's global set-up: starts what every test shares and tells the test processes where it is. */
export default async function startServers(): Promise<void> {
  const servers = await startTestServers();
  globalThis.mfaflowTestServers = servers;
  process.env['MFAFLOW_TEST_FOLDER'] = servers.folder;
  process.env['MFAFLOW_TEST_POSTGRES_ADMIN_URL'] = servers.postgres.adminUrl;
  process.env['MFAFLOW_TEST_TEMPORAL_ADDRESS'] = servers.temporal.address;
  process.env['MFAFLOW_TEST_TEMPORAL_CLI'] = servers.temporalCli;
  process.env['MFAFLOW_TEST_TIMESKIP_SERVER'] = servers.timeSkippingServer;
}
