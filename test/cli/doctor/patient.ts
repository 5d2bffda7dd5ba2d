import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { examine } from '../../../src/cli/doctor/examine';
import type { Finding } from '../../../src/cli/doctor/check';
import { Installation } from '../../../src/cli/doctor/installation';
import { ensureDatabase } from '../../../src/embedded/database';
import { writeHeartbeat } from '../../../src/persistence/heartbeat-repository';
import { migrate } from '../../../src/persistence/migrate';
import { createDataKeys } from '../../../src/security/data-keys';
import { deploymentScope } from '../../../src/security/key-scope';
import { ensureMasterKeyFile } from '../../../src/security/master-key/create-master-key-file';
import { openFileMasterKeyStore } from '../../../src/security/master-key/file-master-key-store';
import { createSigningKeys } from '../../../src/security/signing-keys';
import { createTestDatabase, type TestDatabase } from '../../test-database';

/** An installation of a test's own that is well until the test breaks it. */
export class Patient {
  readonly folder = mkdtempSync(join(tmpdir(), 'mfaflow-patient-'));
  readonly masterKeyFile = join(this.folder, 'master-key');
  /** Of the processes that say that they are alive, by id. */
  beats: { processId: string; kind: 'api' | 'worker'; driftMs: number }[] = [
    { processId: 'a1', kind: 'api', driftMs: 3 },
    { processId: 'w1', kind: 'worker', driftMs: -2 },
  ];
  readonly pool: Pool;
  readonly databaseUrl: string;
  readonly keysDatabaseUrl: string;
  readonly #database: TestDatabase;

  private constructor(database: TestDatabase) {
    this.#database = database;
    this.databaseUrl = database.databaseUrl;
    this.keysDatabaseUrl = database.keysDatabaseUrl;
    this.pool = new Pool({ connectionString: this.databaseUrl, max: 1 });
    // A connection that ends with its database is no fault of the test.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    this.pool.on('error', () => undefined);
  }

  /** @param adminUrl a server that ends with the test; by default the one of the run. */
  static async create(adminUrl?: string): Promise<Patient> {
    const database = adminUrl === undefined ? await createTestDatabase() : await freshOn(adminUrl);
    const patient = new Patient(database);
    await patient.#makeKeys();
    return patient;
  }

  async #makeKeys(): Promise<void> {
    await ensureMasterKeyFile(this.masterKeyFile);
    const keysPool = new Pool({ connectionString: this.keysDatabaseUrl, max: 1 });
    const masterKeys = await openFileMasterKeyStore(this.masterKeyFile);
    const dataKeys = createDataKeys({ pool: keysPool, masterKeys });
    await dataKeys.ensure(deploymentScope);
    await dataKeys.ensure({ tenantId: 'ten_a', userId: 'usr_a' });
    const log = { warn: () => undefined };
    const signingKeys = createSigningKeys({ pool: this.pool, dataKeys, issuer: 'http://127.0.0.1', log });
    await signingKeys.ensure();
    signingKeys.close();
    await keysPool.end();
  }

  environment(): Record<string, string> {
    return {
      DATABASE_URL: this.databaseUrl,
      KEYS_DATABASE_URL: this.keysDatabaseUrl,
      MFAFLOW_MASTER_KEY_FILE: this.masterKeyFile,
      MFAFLOW_TASK_QUEUE: process.env['PATIENT_TASK_QUEUE']!,
    };
  }

  /** What the doctor finds, with these variables in place of the right ones. */
  async findings(changes: Record<string, string> = {}): Promise<Finding[]> {
    for (const beat of this.beats) await writeHeartbeat(this.pool, beat).catch(() => undefined);
    const environment = { ...this.environment(), ...changes };
    const installation = new Installation(environment, this.folder);
    return examine(installation).finally(() => installation.close());
  }

  /** What of that is wrong: check, and how to mend it. */
  async complaints(changes: Record<string, string> = {}): Promise<[string, string][]> {
    const findings = await this.findings(changes);
    return findings.flatMap((one): [string, string][] =>
      'mend' in one ? [[one.check, `${one.says} ${one.mend}`]] : [],
    );
  }

  async end(): Promise<void> {
    await this.pool.end();
    await this.#database.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function freshOn(adminUrl: string): Promise<TestDatabase> {
  const url = (name: string): string => new URL(`/${name}`, adminUrl).href;
  for (const [name, set] of [
    ['patient', 'main'],
    ['patient_keys', 'keys'],
  ] as const) {
    await ensureDatabase(adminUrl, name);
    await migrate(url(name), set);
  }
  const drop = (): Promise<void> => Promise.resolve();
  return { databaseUrl: url('patient'), keysDatabaseUrl: url('patient_keys'), drop };
}
