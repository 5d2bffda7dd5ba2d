import { databaseFault } from '../persistence/database-fault';
import { assertPostgresNewEnough } from '../persistence/database-fitness';
import { ensureDatabase, withClient } from './database';
import type { StartPorts } from './options';
import { startPostgres } from './postgres';
import type { RunningProcess } from './running-process';
import {
  configuredDatabases,
  configuredTemporal,
  databaseName,
  type ConfiguredDatabases,
  type ConfiguredTemporal,
} from './servers';
import { resolveTemporalBinary } from './temporal-binary';
import { startTemporalServer } from './temporal-server';
import type { Terminal } from './terminal';

export interface BackingTemporal extends ConfiguredTemporal {
  /** Started here, rather than the operator's own. */
  readonly embedded: boolean;
  readonly uiUrl: string | undefined;
}

export interface BackingServers {
  readonly databases: ConfiguredDatabases;
  readonly temporal: BackingTemporal;
}

export interface BackingServersRequest {
  readonly dataDir: string;
  readonly ports: StartPorts;
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
  /** Starts a program and keeps it running. */
  readonly supervise: (name: 'postgres' | 'temporal', start: () => Promise<RunningProcess>) => Promise<void>;
}

/**
 * Postgres and Temporal, started here or as the environment names them, with both databases created. Both start at
 * once; when one fails, the other has settled before the error goes on, so that it can be stopped.
 */
export async function startBackingServers(request: BackingServersRequest): Promise<BackingServers> {
  const [databases, temporal] = await Promise.allSettled([startDatabases(request), startTemporal(request)]);
  if (databases.status === 'rejected') throw databases.reason;
  if (temporal.status === 'rejected') throw temporal.reason;
  return { databases: databases.value, temporal: temporal.value };
}

async function startDatabases(request: BackingServersRequest): Promise<ConfiguredDatabases> {
  const { dataDir, env, terminal, supervise } = request;
  const configured = configuredDatabases(env);
  if (configured !== undefined) {
    await terminal.step('Postgres, as DATABASE_URL names it', () => ensureConfigured(configured));
    return configured;
  }
  const port = request.ports.postgres;
  return terminal.step(`Postgres on 127.0.0.1:${port}`, async () => {
    let adminUrl = '';
    await supervise('postgres', async () => {
      const postgres = await startPostgres({ dataDir, port });
      adminUrl = postgres.adminUrl;
      return postgres;
    });
    for (const name of ['mfaflow', 'mfaflow_keys']) await ensureDatabase(adminUrl, name);
    const url = (name: string): string => new URL(`/${name}`, adminUrl).href;
    return { databaseUrl: url('mfaflow'), keysDatabaseUrl: url('mfaflow_keys') };
  });
}

/** The database of the keys is created where it lies beside the main one; on a server of its own it has to exist. */
async function ensureConfigured({ databaseUrl, keysDatabaseUrl }: ConfiguredDatabases): Promise<void> {
  const beside = new URL(databaseUrl).host === new URL(keysDatabaseUrl).host;
  const database = { variable: 'DATABASE_URL', url: databaseUrl } as const;
  try {
    await ensureDatabase(databaseUrl, databaseName(databaseUrl));
    if (beside) await ensureDatabase(databaseUrl, databaseName(keysDatabaseUrl));
    await withClient(databaseUrl, (client) => assertPostgresNewEnough(client, database));
  } catch (error) {
    throw databaseFault(error, database);
  }
}

async function startTemporal(request: BackingServersRequest): Promise<BackingTemporal> {
  const { dataDir, ports, env, terminal, supervise } = request;
  const configured = configuredTemporal(env);
  if (configured !== undefined) {
    terminal.say(`✓ Temporal at ${configured.address}, as configured`);
    return { ...configured, embedded: false, uiUrl: env['MFAFLOW_TEMPORAL_UI_URL'] };
  }
  const binary = await resolveTemporalBinary({ kind: 'temporal', log: terminal.say, env });
  const address = `127.0.0.1:${ports.temporal}`;
  const ui = `127.0.0.1:${ports.temporalUi}`;
  const namespace = env['TEMPORAL_NAMESPACE'] ?? 'default';
  const codecUrl = `http://127.0.0.1:${ports.codec}`;
  await terminal.step(`Temporal on ${address}, its Web UI on ${ui}`, () =>
    supervise('temporal', () =>
      startTemporalServer({
        binary,
        dataDir,
        port: ports.temporal,
        uiPort: ports.temporalUi,
        codecUrl,
        namespace,
      }),
    ),
  );
  return { address, namespace, embedded: true, uiUrl: `http://${ui}` };
}
