import { stopTestServers } from './test-servers';
import './start-servers';

/** Jest's global tear-down. */
export default async function stopServers(): Promise<void> {
  if (globalThis.mfaflowTestServers !== undefined) await stopTestServers(globalThis.mfaflowTestServers);
}
