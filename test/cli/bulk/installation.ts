import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Pool } from 'pg';
import { ensureFirstTenant } from '../../../src/persistence/bootstrap';
import { newApiKey } from '../../../src/security/api-key';
import { createBulkDataKeys } from '../../../src/security/bulk-data-keys';
import { ensureMasterKeyFile } from '../../../src/security/master-key/create-master-key-file';
import { openFileMasterKeyStore } from '../../../src/security/master-key/file-master-key-store';
import type { ImportParts } from '../../../src/cli/bulk/import-parts';
import { createTestDatabase } from '../../test-database';
import { type CommandOutcome, runCommand, setEnvironment } from '../run-command';

export const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
export const OTHER_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

/** Databases, master key, the tenant `acme` and a folder for files, all of a test file's own. */
export interface Installation {
  readonly pool: Pool;
  readonly keysPool: Pool;
  readonly tenantId: string;
  readonly folder: string;
  readonly environment: Record<string, string>;
  /** Writes a file into the folder. @returns its path */
  file(name: string, content: string | Buffer): string;
  /** `mfaflow import` of a file into `acme`. */
  import(path: string, ...more: string[]): Promise<CommandOutcome>;
  /** `mfaflow import --json` of a new file with that content. */
  importText(name: string, content: string | Buffer, ...more: string[]): Promise<Imported>;
  /** Connections like those of the command; they are closed with the installation. */
  parts(): Promise<ImportParts>;
  /** Forgets every user and every import, in much less time than a new installation takes. */
  empty(): Promise<void>;
  /** What the lists of the tenant's users come to. */
  users(): Promise<StoredUser[]>;
  close(): Promise<void>;
}

export interface Imported {
  readonly exitCode: number;
  readonly stderr: string;
  readonly counts: { created: number; changed: number; unchanged: number; refused: number };
  readonly refusals: { line: number; code: string; detail: string }[];
}

export interface StoredUser {
  readonly id: string;
  readonly groups: string[];
  readonly locale: string | null;
  readonly version: number;
  readonly factors: number;
  readonly contacts: { kind: string; verified: boolean }[];
}

export async function createInstallation(): Promise<Installation> {
  const database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'mfaflow-bulk-'));
  const masterKeyFile = join(folder, 'master-key.json');
  await ensureMasterKeyFile(masterKeyFile);
  const environment = {
    DATABASE_URL: database.databaseUrl,
    KEYS_DATABASE_URL: database.keysDatabaseUrl,
    MFAFLOW_MASTER_KEY_FILE: masterKeyFile,
  };
  setEnvironment(environment);
  const tenant = await ensureFirstTenant(database.databaseUrl, { tenantName: 'acme', apiKey: newApiKey() });
  const pool = new Pool({ connectionString: database.databaseUrl, max: 4 });
  const keysPool = new Pool({ connectionString: database.keysDatabaseUrl, max: 2 });
  const opened: Client[] = [];

  const connect = async (connectionString: string): Promise<Client> => {
    const client = new Client({ connectionString });
    await client.connect();
    opened.push(client);
    return client;
  };
  const installation: Installation = {
    pool,
    keysPool,
    tenantId: tenant.tenantId,
    folder,
    environment,
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    import: (path, ...more) => runCommand(['import', path, '--tenant', 'acme', ...more]),
    async importText(name, content, ...more) {
      const path = installation.file(name, content);
      const { exitCode, stdout, stderr } = await installation.import(path, '--json', ...more);
      const counts =
        stdout === '' ? { created: 0, changed: 0, unchanged: 0, refused: 0 } : JSON.parse(stdout);
      return { exitCode, stderr, counts, refusals: stdout === '' ? [] : linesOf(`${path}.refused.jsonl`) };
    },
    async parts() {
      const [reader, writer, keys] = await Promise.all([
        connect(database.databaseUrl),
        connect(database.databaseUrl),
        connect(database.keysDatabaseUrl),
      ]);
      const masterKeys = await openFileMasterKeyStore(masterKeyFile);
      return {
        tenantId: tenant.tenantId,
        actor: 'command-line',
        reader,
        writer,
        dataKeys: createBulkDataKeys(keys, masterKeys, tenant.tenantId),
        blindIndexKey: Buffer.alloc(32, 7),
      };
    },
    async empty() {
      await pool.query('TRUNCATE users, factors, contacts, audit, outbox, imports, epochs CASCADE');
      await pool.query(`DELETE FROM tenants WHERE name <> 'acme'`);
      await keysPool.query(`DELETE FROM data_keys WHERE user_id <> '-'`);
    },
    async users() {
      const { rows } = await pool.query<StoredUser>(
        `SELECT external_id AS id, groups, locale, version::int,
           (SELECT count(*)::int FROM factors f WHERE f.user_id = u.user_id) AS factors,
           coalesce((SELECT jsonb_agg(jsonb_build_object('kind', kind, 'verified', verified_at IS NOT NULL) ORDER BY kind, created_at, contact_id)
             FROM contacts c WHERE c.user_id = u.user_id), '[]') AS contacts
         FROM users u WHERE tenant_id = $1 ORDER BY external_id`,
        [tenant.tenantId],
      );
      return rows;
    },
    async close() {
      await Promise.all(opened.map((client) => client.end()));
      await Promise.all([pool.end(), keysPool.end()]);
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return installation;
}

/** JSON lines of a file. */
export function linesOf(path: string): Imported['refusals'] {
  const text = readFileSync(path, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Imported['refusals'][number]);
}

/** A secret of its own for each number. */
export function secretOf(number: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let digits = '';
  for (let rest = number; digits.length < 8; rest = Math.floor(rest / 32))
    digits += alphabet.charAt(rest % 32);
  return digits + SECRET.slice(0, 24);
}
