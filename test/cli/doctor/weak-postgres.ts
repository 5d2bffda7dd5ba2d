import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '../../../src/embedded/database';
import { findFreePort } from '../../../src/embedded/free-port';
import { withLogFile } from '../../../src/embedded/log-file';
import { postgresAccount } from '../../../src/embedded/postgres-account';
import { openCluster } from '../../../src/embedded/postgres-cluster';
import { postgresInstallation } from '../../../src/embedded/postgres-installation';
import { endLeftoverPostgres } from '../../../src/embedded/postgres-leftover';
import { spawnPostgresProgram } from '../../../src/embedded/postgres-program';

export interface WeakPostgres {
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** A Postgres server of a test's own with settings that no installation should have. */
export async function startWeakPostgres(settings: Record<string, string>): Promise<WeakPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'mfaflow-weak-'));
  const cluster = join(folder, 'postgres');
  mkdirSync(folder, { recursive: true });
  const account = postgresAccount(cluster);
  const installation = postgresInstallation(folder, account);
  const logFile = join(folder, 'logs', 'postgres.log');
  const place = { cluster, account, installation, passwordFile: join(folder, 'password'), logFile };
  const password = await openCluster(place);
  const port = await findFreePort();
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port), ...settings };
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  await withLogFile(logFile, (log) => {
    spawnPostgresProgram({ installation, program: 'postgres', cluster, account, args, log }).unref();
    return Promise.resolve();
  });
  const adminUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  for (;;) {
    try {
      await withClient(adminUrl, () => Promise.resolve());
      break;
    } catch {
      await sleep(50);
    }
  }
  return {
    adminUrl,
    async stop() {
      await endLeftoverPostgres(cluster);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
