import { randomBytes } from 'node:crypto';
import { open, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomBase62 } from '../random-id';

const keyBytes = 32;
const othersMayRead = 0o077;

/** The file's content, checked: `{"current": "<id>", "keys": {"<id>": "<base64 of 32 bytes>"}}`. */
export interface MasterKeyFile {
  readonly current: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

/** The master key file is missing, readable by others, or not what it should be; the message says how to mend it. */
export class MasterKeyFileRefused extends Error {
  readonly code = 'master_key_file_refused';
  override readonly name = 'MasterKeyFileRefused';
}

/**
 * Reads the file and refuses one that anybody but its owner may read.
 * @throws MasterKeyFileRefused
 */
export async function readMasterKeyFile(path: string): Promise<MasterKeyFile> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new MasterKeyFileRefused(
      `The master key file ${path} cannot be read: restore it from its backup, or correct MFAFLOW_MASTER_KEY_FILE.`,
      { cause },
    );
  });
  try {
    const { mode } = await handle.stat();
    if ((mode & othersMayRead) !== 0) {
      throw new MasterKeyFileRefused(
        `The master key file ${path} is open to other users: run chmod 600 on it.`,
      );
    }
    return parseMasterKeyFile(path, await handle.readFile('utf8'));
  } finally {
    await handle.close();
  }
}

/** When the file last changed, in milliseconds; a rename over it counts. */
export async function masterKeyFileChangedAt(path: string): Promise<number> {
  return (await stat(path)).ctimeMs;
}

/**
 * The same keys and a new random one.
 * @param current whether the new one is the current one; the first key always is
 */
export function withNewMasterKey(
  file?: MasterKeyFile,
  { current }: { current: boolean } = { current: true },
): { file: MasterKeyFile; added: string } {
  const added = randomBase62(8);
  const keys = new Map(file?.keys).set(added, randomBytes(keyBytes));
  return { file: { current: current || file === undefined ? added : file.current, keys }, added };
}

/** What stands on the disk. */
export function encodeMasterKeyFile({ current, keys }: MasterKeyFile): string {
  const encoded = Object.fromEntries([...keys].map(([id, key]) => [id, key.toString('base64')]));
  return `${JSON.stringify({ current, keys: encoded }, null, 2)}\n`;
}

/**
 * Writes a new file, 0600 whatever the umask, and has it on the disk before it returns.
 * @param content called once the file is there, so that its name serves as a lock; when it fails, the file goes
 * @throws the system's EEXIST when there is such a file
 */
export async function writeNewFile(path: string, content: () => Promise<string>): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(await content());
    await handle.sync();
  } catch (error) {
    await unlink(path);
    throw error;
  } finally {
    await handle.close();
  }
}

/** Whether an error of the file system says that the name is taken. */
export function isNameTaken(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';
}

/** Has the folder entry of a file on the disk, so that a power cut cannot lose the name of a synced file. */
export async function syncFolderOf(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function parseMasterKeyFile(path: string, content: string): MasterKeyFile {
  const refuse = (): never => {
    throw new MasterKeyFileRefused(`The master key file ${path} is damaged: restore it from its backup.`);
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    return refuse();
  }
  if (!isRecord(parsed) || typeof parsed['current'] !== 'string' || !isRecord(parsed['keys']))
    return refuse();
  const keys = new Map<string, Buffer>();
  for (const [id, encoded] of Object.entries(parsed['keys'])) {
    const key = typeof encoded === 'string' ? Buffer.from(encoded, 'base64') : undefined;
    if (key?.length !== keyBytes) return refuse();
    keys.set(id, key);
  }
  return keys.has(parsed['current']) ? { current: parsed['current'], keys } : refuse();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
