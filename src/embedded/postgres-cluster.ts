import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedError } from './embedded-error';
import { logLength, withLogFile } from './log-file';
import type { PostgresAccount } from './postgres-account';
import { missingPrograms, spawnPostgresProgram } from './postgres-program';
import { programFault, spawnFault } from './program-fault';
import { secretInFile } from './private-file';

export interface ClusterPlace {
  readonly installation: string;
  readonly account: PostgresAccount | undefined;
  readonly cluster: string;
  readonly passwordFile: string;
  readonly logFile: string;
}

/** The major version of the packaged Postgres; a cluster of another one cannot be opened by it. */
const majorVersion = '18';

/**
 * Makes the cluster on the first start and finds it on every later one.
 *
 * @returns the password of the role `postgres`, kept in its file (mode 0600).
 * @throws {EmbeddedError} `cluster_unusable`, `disk_full`, `binary_missing`.
 */
export async function openCluster(place: ClusterPlace): Promise<string> {
  const versionFile = join(place.cluster, 'PG_VERSION');
  if (!existsSync(versionFile)) return createCluster(place);
  const version = readFileSync(versionFile, 'latin1').trim();
  if (version !== majorVersion) {
    throw unusable(
      `${place.cluster} was made by Postgres ${version}, and this release runs ${majorVersion}: dump it with the old release and load it into a new data folder.`,
    );
  }
  if (!existsSync(place.passwordFile)) {
    throw unusable(
      `${place.passwordFile} is missing, without which ${place.cluster} cannot be opened: restore it, or move the data folder away to start anew.`,
    );
  }
  return readFileSync(place.passwordFile, 'utf8').trim();
}

/** A start that is killed half-way leaves no cluster, only a folder under another name that the next one clears. */
async function createCluster(place: ClusterPlace): Promise<string> {
  const unfinished = `${place.cluster}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700, recursive: true });
  const password = secretInFile(place.passwordFile, () => randomBytes(24).toString('base64url'));
  const handover = mkdtempSync(join(tmpdir(), 'mfaflow-initdb-'));
  try {
    const passwordForInitdb = join(handover, 'password');
    writeFileSync(passwordForInitdb, password, { mode: 0o600 });
    for (const path of [unfinished, handover, passwordForInitdb]) giveTo(path, place.account);
    await initdb(place, unfinished, passwordForInitdb);
  } finally {
    rmSync(handover, { recursive: true, force: true });
  }
  rmSync(place.cluster, { recursive: true, force: true });
  renameSync(unfinished, place.cluster);
  return password;
}

function giveTo(path: string, account: PostgresAccount | undefined): void {
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}

async function initdb(place: ClusterPlace, cluster: string, passwordFile: string): Promise<void> {
  const { installation, account, logFile } = place;
  const identity = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  // The locale is Postgres' own, so that the order of texts depends on no library of the machine.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const logFrom = logLength(logFile);
  const ended = await withLogFile(logFile, (log) => {
    const args = [...identity, ...locale];
    const child = spawnPostgresProgram({ installation, program: 'initdb', cluster, account, args, log });
    return new Promise<string>((resolve, reject) => {
      child.once('error', (error) => {
        reject(asError(spawnFault(error, join(installation, 'bin', 'initdb'), missingPrograms)));
      });
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${String(code)}`));
    });
  });
  if (ended === 'exit code 0') return;
  throw programFault({ name: 'initdb', code: 'cluster_unusable', reason: ended, logFile, logFrom });
}

function asError(fault: unknown): Error {
  return fault instanceof Error ? fault : new Error(String(fault));
}

function unusable(message: string): EmbeddedError {
  return new EmbeddedError('cluster_unusable', message);
}
