import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { acceptsConnections, findFreePort } from '../../src/embedded/free-port';
import { resolveTemporalBinary } from '../../src/embedded/temporal-binary';
import { packageRoot } from '../../src/package-root';
import { temporalPrograms, type TemporalPrograms } from './temporal-programs';

/** Where the databases `temporal` and `temporal_visibility` are. */
export interface TemporalDatabase {
  readonly port: number;
  readonly password: string;
}

const START_LIMIT_MS = 120_000;
const deploy = join(packageRoot(), 'deploy');

/** The Temporal server of a cluster: four services in one process, on Postgres, as docker-compose.yml runs it. */
export class TemporalServer {
  private readonly folder: string;
  private readonly programs: TemporalPrograms;
  private readonly environment: NodeJS.ProcessEnv;
  private readonly port: number;
  private child: ChildProcess | undefined;

  private constructor(
    folder: string,
    programs: TemporalPrograms,
    environment: NodeJS.ProcessEnv,
    port: number,
  ) {
    this.folder = folder;
    this.programs = programs;
    this.environment = environment;
    this.port = port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** By the scripts of `deploy/`: schema, server, namespace. */
  static async first(folder: string, database: TemporalDatabase): Promise<TemporalServer> {
    const programs = temporalPrograms();
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(programs.sqlTool, join(bin, 'temporal-sql-tool'));
    const log = (line: string): void => void process.stderr.write(`${line}\n`);
    symlinkSync(await resolveTemporalBinary({ kind: 'temporal', log }), join(bin, 'temporal'));
    const ports = await freePorts(9);
    const server = new TemporalServer(
      folder,
      programs,
      {
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        HOME: folder,
        SQL_HOST: '127.0.0.1',
        SQL_PORT: String(database.port),
        SQL_USER: 'temporal',
        SQL_PASSWORD: database.password,
        TEMPORAL_SCHEMA_FOLDER: programs.schemaFolder,
        TEMPORAL_ADDRESS: `127.0.0.1:${ports[0]!}`,
        TEMPORAL_NAMESPACE: 'default',
      },
      ports[0]!,
    );
    // Twice, as a second `docker compose up` does.
    server.run('temporal-schema.sh');
    server.run('temporal-schema.sh');
    writeFileSync(join(folder, 'temporal.yaml'), stringify(configuration(database, ports)));
    await server.start();
    server.run('temporal-namespace.sh');
    server.run('temporal-namespace.sh');
    await server.untilNamespaceAnswers();
    return server;
  }

  async start(): Promise<void> {
    const log = openSync(join(this.folder, 'temporal.log'), 'a');
    const args = ['--config-file', join(this.folder, 'temporal.yaml'), '--allow-no-auth', 'start'];
    this.child = spawn(this.programs.server, args, {
      cwd: this.folder,
      env: { PATH: this.environment['PATH'] },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    await within(START_LIMIT_MS, async () => {
      if (this.child?.exitCode !== null)
        throw new Error(`The Temporal server ended: ${join(this.folder, 'temporal.log')} says why.`);
      return await acceptsConnections(this.port);
    });
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async restart(signal: NodeJS.Signals): Promise<void> {
    await this.end(signal);
    await this.start();
    await this.untilNamespaceAnswers();
  }

  private run(script: string): void {
    const log = openSync(join(this.folder, 'temporal.log'), 'a');
    execFileSync('sh', [join(deploy, script)], { env: this.environment, stdio: ['ignore', log, log] });
    closeSync(log);
  }

  /** A new namespace is known everywhere only after a while, and so is one after a restart. */
  private async untilNamespaceAnswers(): Promise<void> {
    const connection = await Connection.connect({ address: this.address, connectTimeout: '30 s' });
    try {
      await within(START_LIMIT_MS, async () => {
        try {
          await connection.workflowService.countWorkflowExecutions({ namespace: 'default' });
          return true;
        } catch {
          return false;
        }
      });
    } finally {
      await connection.close();
    }
  }
}

async function within(limitMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within ${limitMs / 1000} s`);
    await sleep(100);
  }
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await findFreePort());
  return [...ports];
}

function configuration({ port, password }: TemporalDatabase, ports: readonly number[]) {
  const [frontend, http, ...others] = ports;
  const [m1, m2, m3, m4, history, matching, worker] = others;
  const store = (databaseName: string) => ({
    sql: {
      ...{ pluginName: 'postgres12', databaseName, connectAddr: `127.0.0.1:${port}`, connectProtocol: 'tcp' },
      ...{ user: 'temporal', password, maxConns: 20, maxIdleConns: 20, maxConnLifetime: '1h' },
    },
  });
  const service = (grpcPort?: number, membershipPort?: number, more = {}) => ({
    rpc: { grpcPort, membershipPort, bindOnLocalHost: true, ...more },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'main',
      visibilityStore: 'visibility',
      numHistoryShards: 128,
      datastores: { main: store('temporal'), visibility: store('temporal_visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: service(frontend, m1, { httpPort: http }),
      history: service(history, m2),
      matching: service(matching, m3),
      worker: service(worker, m4),
    },
    clusterMetadata: {
      ...{ enableGlobalNamespace: false, failoverVersionIncrement: 10 },
      ...{ masterClusterName: 'active', currentClusterName: 'active' },
      clusterInformation: {
        active: {
          ...{ enabled: true, initialFailoverVersion: 1, rpcName: 'frontend' },
          rpcAddress: `127.0.0.1:${frontend}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: join(deploy, 'temporal-dynamic-config.yaml'), pollInterval: '60s' },
  };
}
