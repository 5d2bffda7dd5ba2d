import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Everything that outlives a run, by name. */
export interface DataFolder {
  readonly path: string;
  readonly lock: string;
  readonly developmentKey: string;
  readonly masterKey: string;
  logOf(program: string): string;
  recordOf(program: string): string;
}

/** Opens the data folder; one that this makes is its owner's alone (0700). */
export function openDataFolder(path: string): DataFolder {
  if (!existsSync(path)) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o700);
  }
  return {
    path,
    lock: join(path, 'supervisor.lock'),
    developmentKey: join(path, 'development-key'),
    masterKey: join(path, 'master-key'),
    logOf: (program) => join(path, 'logs', `${program}.log`),
    recordOf: (program) => join(path, `${program}.pid`),
  };
}
