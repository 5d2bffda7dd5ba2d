import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Pool } from 'pg';
import { createClient, type MfaflowClient } from '../../client/index';
import { startPostgres, type EmbeddedPostgres } from '../../src/embedded/postgres';
import { packageRoot } from '../../src/package-root';
import { ensureFirstTenant } from '../../src/persistence/bootstrap';
import { newApiKey } from '../../src/security/api-key';
import { randomId } from '../../src/security/random-id';
import { Person, type Backend } from '../end-to-end/person';
import { TestClock } from '../end-to-end/test-clock';
import { call } from '../running-system';
import { startProgram, type Program } from '../system/programs';
import { TemporalServer } from './temporal-server';

/** API and worker processes, as many as a test likes, on Postgres and a real Temporal server. */
export class Cluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'mfaflow-cluster-'));
  readonly apis: Program[] = [];
  readonly workers: Program[] = [];
  readonly apiKey = newApiKey();
  pool!: Pool;
  temporal!: TemporalServer;
  backend!: Backend;
  tenantId = '';
  private postgres!: EmbeddedPostgres;
  private environment: Record<string, string> = {};
  private turn = 0;

  async start(): Promise<void> {
    // Postgres runs as an account of its own when root starts it.
    chmodSync(this.folder, 0o755);
    this.postgres = await startPostgres({ dataDir: join(this.folder, 'data'), port: 0 });
    const passwords = { DATABASE_PASSWORD: randomId('pw'), TEMPORAL_DATABASE_PASSWORD: randomId('pw') };
    this.createDatabases(passwords);
    const { port } = this.postgres;
    const url = (name: string) =>
      `postgres://mfaflow:${passwords.DATABASE_PASSWORD}@127.0.0.1:${port}/${name}`;
    this.temporal = await TemporalServer.first(this.folder, {
      port,
      password: passwords.TEMPORAL_DATABASE_PASSWORD,
    });
    this.environment = {
      ...{ DATABASE_URL: url('mfaflow'), KEYS_DATABASE_URL: url('mfaflow_keys') },
      MFAFLOW_MASTER_KEY_FILE: join(this.folder, 'master-key'),
      ...{ TEMPORAL_ADDRESS: this.temporal.address, TEMPORAL_NAMESPACE: 'default' },
      ...{ MFAFLOW_API_PORT: '0', MFAFLOW_CODEC_PORT: '0', MFAFLOW_LOG_LEVEL: 'info' },
      // Also asked of the processes, or they refuse a clock that was moved.
      ...{ MFAFLOW_TEST_MODE: '1', MFAFLOW_TEST_PORT: '0', MFAFLOW_TEST_KEY: randomId('tst', 32) },
      ...{ MFAFLOW_LIMIT_USER_PER_MINUTE: '1000000', MFAFLOW_SWEEP_SECONDS: '3600' },
    };
    this.mfaflow('master-key', 'create');
    this.mfaflow('migrate');
    const tenant = { tenantName: 'acme', apiKey: this.apiKey };
    ({ tenantId: this.tenantId } = await ensureFirstTenant(url('mfaflow'), tenant));
    this.pool = new Pool({ connectionString: url('mfaflow'), max: 4 });
    await Promise.all([this.addWorker(), this.addWorker(), this.addApi(), this.addApi()]);
    this.backend = {
      clock: new TestClock(this.pool),
      client: this.client(0),
      call: (method, path, options) => call(this.nextUrl(), method, path, { key: this.apiKey, ...options }),
    };
  }

  async stop(): Promise<void> {
    const programs = [...this.apis, ...this.workers];
    for (const program of programs) program.kill('SIGTERM');
    await Promise.all(programs.map(({ ended }) => ended));
    await this.pool.end();
    await this.temporal.end('SIGTERM');
    await this.postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A client that asks one API process after the other, as behind a load balancer. */
  client(retries: number): MfaflowClient {
    return createClient({
      url: 'http://load.balancer',
      apiKey: this.apiKey,
      retries,
      timeout: 20_000,
      fetch: (request) => fetch(new Request(this.nextUrl() + new URL(request.url).pathname, request)),
    });
  }

  /** Somebody with an authenticator app, whose application sends again what was not answered. */
  async patientPerson(): Promise<Person> {
    return await Person.enrolled({ ...this.backend, client: this.client(40) });
  }

  async addWorker(): Promise<void> {
    this.workers.push(await startProgram('worker', this.environment));
  }

  async addApi(): Promise<void> {
    this.apis.push(await startProgram('server', this.environment));
  }

  /** Ends one process at once, without a chance to finish anything. */
  async kill(programs: Program[]): Promise<void> {
    const [program] = programs.splice(0, 1);
    program?.kill('SIGKILL');
    await program?.ended;
  }

  /** Runs of a user's workflow, of which each but the last continued as new. */
  async runsOf(person: Person): Promise<number> {
    const connection = await Connection.connect({ address: this.temporal.address });
    try {
      const { rows } = await this.pool.query<{ user_id: string }>(
        'SELECT user_id FROM users WHERE external_id = $1',
        [person.id],
      );
      const id = `${this.tenantId}/${rows[0]!.user_id}/life`;
      const { count } = await new Client({ connection }).workflow.count(`WorkflowId = '${id}'`);
      return count;
    } finally {
      await connection.close();
    }
  }

  private nextUrl(): string {
    this.turn += 1;
    return `http://127.0.0.1:${this.apis[this.turn % this.apis.length]!.apiPort}`;
  }

  private createDatabases(passwords: Record<string, string>): void {
    if (spawnSync('psql', ['--version']).status !== 0)
      throw new Error(
        'npm run test:cluster makes its databases with psql, which is not here: install postgresql-client.',
      );
    const { port, password } = this.postgres;
    const server = { PGHOST: '127.0.0.1', PGPORT: String(port), PGPASSWORD: password };
    const env = { PATH: process.env['PATH'], ...server, ...passwords };
    execFileSync('sh', [join(packageRoot(), 'deploy', 'create-databases.sh')], { env });
  }

  private mfaflow(...args: readonly string[]): void {
    const program = join(packageRoot(), 'dist', 'src', 'cli', 'mfaflow.js');
    const env = { PATH: process.env['PATH'], ...this.environment };
    execFileSync(process.execPath, [program, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  }
}
