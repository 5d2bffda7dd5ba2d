import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EmbeddedError } from './embedded-error';

/** Everything that outlives a run, by name. */
export interface DataFolder {
  readonly path: string;
  readonly lock: string;
  readonly developmentKey: string;
  readonly masterKey: string;
  readonly inboxKey: string;
  logOf(program: string): string;
  recordOf(program: string): string;
}

/**
 * Opens the data folder; one that this makes is its owner's alone (0700).
 *
 * @throws {EmbeddedError} `folder_unusable` when something else has its name.
 */
export function openDataFolder(path: string): DataFolder {
  if (!existsSync(path)) {
    makeFolder(path);
    chmodSync(path, 0o700);
  }
  if (!statSync(path).isDirectory())
    throw new EmbeddedError('folder_unusable', `${path} is no folder: choose another with --data-dir DIR.`);
  return {
    path,
    lock: join(path, 'supervisor.lock'),
    developmentKey: join(path, 'development-key'),
    masterKey: join(path, 'master-key'),
    inboxKey: join(path, 'inbox-key'),
    logOf: (program) => join(path, 'logs', `${program}.log`),
    recordOf: (program) => join(path, `${program}.pid`),
  };
}

/** Level by level: Node's recursive way never ends where the system answers ENOENT for a parent that is there (/proc). */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path);
}
