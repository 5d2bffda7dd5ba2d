import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { readDataDirectory } from '../../../persistence/server-facts-repository';
import { complaintsOr, fail, skip, warn, type Check, type Sight } from '../check';
import type { Installation } from '../installation';
import { PrerequisiteMissing } from '../prerequisite';

const MEBIBYTE = 1024 * 1024;
const FULL_MIB = 64;
const LOW_MIB = 512;

export const diskCheck: Check = {
  name: 'disk',
  asks: 'whether the disks of the data folder and of a Postgres on this machine have room',
  async look(installation) {
    const folders = (await foldersOf(installation)).filter((folder) => existsSync(folder));
    if (folders.length === 0) return [skip('Not looked at: no data is on this machine.')];
    const sights = await Promise.all(folders.map(async (folder) => judgeRoom(folder, await freeMib(folder))));
    return complaintsOr(sights.flat(), `There is room for ${folders.join(' and ')}.`);
  },
};

/** @param freeMib what an ordinary user may still write. */
export function judgeRoom(folder: string, freeMib: number): readonly Sight[] {
  if (freeMib >= LOW_MIB) return [];
  const says = `The disk of ${folder} has ${Math.floor(freeMib)} MiB left.`;
  const mend = 'Make room there, before Postgres stops for want of it.';
  return [freeMib < FULL_MIB ? fail(says, mend) : warn(says, mend)];
}

async function freeMib(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return (bavail * bsize) / MEBIBYTE;
}

async function foldersOf(installation: Installation): Promise<string[]> {
  return [installation.dataFolder, ...(await postgresFolder(installation))];
}

/** Only a server of this machine keeps its data here. */
async function postgresFolder(installation: Installation): Promise<string[]> {
  try {
    const { hostname } = new URL(installation.mainDatabase().url);
    if (!['127.0.0.1', 'localhost', '[::1]', ''].includes(hostname)) return [];
    const folder = await readDataDirectory(await installation.main());
    // Postgres may have been given its folder as an open file of its own.
    return folder === undefined || folder.startsWith('/proc/') ? [] : [folder];
  } catch (error) {
    if (error instanceof PrerequisiteMissing) return [];
    throw error;
  }
}
